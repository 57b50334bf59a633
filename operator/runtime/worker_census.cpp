#include "runtime/worker_census.hpp"

#include <algorithm>

namespace athanor::runtime {

WorkerId WorkerCensus::hire(ports::MonoTime now) {
  workers_[++last_] = {Duty::Spare, now};
  return last_;
}

bool WorkerCensus::take_slot(WorkerId worker) {
  if (free_slots() == 0) return false;
  workers_.at(worker).duty = Duty::Waiting;
  return true;
}

void WorkerCensus::begin(WorkerId worker, ports::MonoTime now) {
  workers_.at(worker) = {Duty::Short, now};
}

void WorkerCensus::finish(WorkerId worker, ports::MonoTime now) {
  workers_.at(worker) = {Duty::Spare, now};
}

void WorkerCensus::mark_slow(ports::MonoTime now) {
  for (auto& [id, worker] : workers_) {
    if (worker.duty == Duty::Short && now - worker.since >= limits_.slow_after) worker.duty = Duty::Slow;
  }
}

std::size_t WorkerCensus::wanted() const {
  const std::size_t open = free_slots();
  const std::size_t spare = count(Duty::Spare);
  if (open <= spare) return 0;
  return std::min(open - spare, limits_.most_workers - std::min(limits_.most_workers, size()));
}

bool WorkerCensus::leave(WorkerId worker, ports::MonoTime now) {
  const Worker& who = workers_.at(worker);
  const bool unneeded =
      who.duty == Duty::Spare && free_slots() == 0 && now - who.since >= limits_.spare_lifetime;
  if (unneeded) dismiss(worker);
  return unneeded;
}

std::optional<ports::MonoTime> WorkerCensus::next_change() const {
  std::optional<ports::MonoTime> earliest;
  for (const auto& [id, worker] : workers_) {
    if (worker.duty != Duty::Short && worker.duty != Duty::Spare) continue;
    const ports::MonoTime change =
        worker.since + (worker.duty == Duty::Short ? limits_.slow_after : limits_.spare_lifetime);
    if (!earliest || change < *earliest) earliest = change;
  }
  return earliest;
}

std::size_t WorkerCensus::free_slots() const {
  const std::size_t held = count(Duty::Waiting) + count(Duty::Short);
  return limits_.slots - std::min(limits_.slots, held);
}

std::size_t WorkerCensus::count(Duty duty) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(workers_, [duty](const auto& entry) { return entry.second.duty == duty; }));
}

}  // namespace athanor::runtime
