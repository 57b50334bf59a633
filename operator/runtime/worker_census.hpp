// Who works, who waits and who may be sent home: the arithmetic of the elastic worker pool, without threads.
//
// N slots bound how many reconciles are short work at once. A worker holds a slot while it waits for a key
// and for the first second on a key; then it is slow work and its slot goes to another worker, which is
// started if there is none to spare. So there is always somebody to take the next key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "ports/clock.hpp"

namespace athanor::runtime {

using WorkerId = std::uint64_t;

class WorkerCensus {
 public:
  struct Limits {
    std::size_t slots = 4;
    std::size_t most_workers = 512;  ///< one connection to a database each, and a stack
    ports::Millis slow_after{1000};
    ports::Millis spare_lifetime{std::chrono::minutes{1}};
  };

  explicit WorkerCensus(Limits limits) : limits_(limits) {}

  /// A new worker, spare for now.
  WorkerId hire(ports::MonoTime now);
  /// It has ended.
  void dismiss(WorkerId worker) { workers_.erase(worker); }

  /// A spare worker takes a slot, and may wait for a key. @return false: none is free
  [[nodiscard]] bool take_slot(WorkerId worker);
  /// It got a key.
  void begin(WorkerId worker, ports::MonoTime now);
  /// It is done with the key and spare again.
  void finish(WorkerId worker, ports::MonoTime now);

  /// Takes their slots from those who have been busy for long enough.
  void mark_slow(ports::MonoTime now);

  /// Workers to start, so that every free slot has somebody.
  [[nodiscard]] std::size_t wanted() const;
  /// A spare worker that nobody needed for long enough leaves: nobody counts with it from here on.
  /// @return false: it stays
  [[nodiscard]] bool leave(WorkerId worker, ports::MonoTime now);
  /// When something changes by time alone.
  [[nodiscard]] std::optional<ports::MonoTime> next_change() const;

  [[nodiscard]] std::size_t size() const { return workers_.size(); }
  [[nodiscard]] std::size_t free_slots() const;
  [[nodiscard]] std::size_t slow() const { return count(Duty::Slow); }

 private:
  enum class Duty { Spare, Waiting, Short, Slow };
  struct Worker {
    Duty duty = Duty::Spare;
    ports::MonoTime since{};
  };
  [[nodiscard]] std::size_t count(Duty duty) const;

  Limits limits_;
  std::map<WorkerId, Worker> workers_;
  WorkerId last_ = 0;
};

}  // namespace athanor::runtime
