#include "runtime/event_recorder.hpp"

#include <utility>

#include "core/backoff.hpp"

namespace athanor::runtime {
namespace {

bool out_of_reach(const Error& error) {
  return error.kind == ErrorKind::Transient && error.reason == "ApiUnavailable";
}

int tries_for(const Error& error) {
  if (out_of_reach(error)) return EventRecorder::kMostTries;
  return error.reason == "Forbidden" ? EventRecorder::kMostTriesRefused : 1;
}

}  // namespace

EventRecorder::EventRecorder(std::string instance, ports::ResourceClient& client, ports::Clock& clock,
                             ports::Log& log, EventLimits limits)
    : client_(client),
      clock_(clock),
      log_(log),
      series_(std::move(instance), limits),
      alarm_(clock, [this](ports::MonoTime now) { return on_alarm(now); }) {}

EventRecorder::~EventRecorder() {
  close();
}

void EventRecorder::record(const ports::Event& event) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  const ports::MonoTime now = clock_.now();
  EventSeries::Verdict verdict = series_.fold(event, now, clock_.wall_now());
  if (verdict.over_limit) log_dropped(event, "the object tells too much");
  if (verdict.write) {
    enqueue_locked(*std::move(verdict.write));
    alarm_.arm(now);
  } else if (const auto due = series_.next_due()) {
    alarm_.arm(*due);
  }
}

void EventRecorder::enqueue_locked(EventWrite write) {
  if (queue_.size() >= kMostQueued) {
    log_dropped(write.record.event, "too many wait to be written");
    return;
  }
  queue_.push_back(std::move(write));
}

std::optional<ports::MonoTime> EventRecorder::on_alarm(ports::MonoTime now) {
  std::unique_lock lock(mutex_);
  for (EventWrite& write : series_.due(now)) enqueue_locked(std::move(write));
  if (now < retry_at_) return retry_at_;
  while (!queue_.empty()) {
    const EventWrite first = queue_.front();
    lock.unlock();
    const Result<void> written = write(first);
    lock.lock();
    if (!written && ++tries_ < tries_for(written.error())) {
      const auto failures_before = static_cast<std::uint32_t>(tries_ - 1);
      retry_at_ = clock_.now() + exponential_backoff(kRetryBase, failures_before, kRetryCap);
      return retry_at_;
    }
    if (!written) log_dropped(first.record.event, written.error().message);
    tries_ = 0;
    queue_.pop_front();
  }
  return series_.next_due();
}

void EventRecorder::close() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return;
  }
  alarm_.stop();
  // From here on nobody else touches the queue.
  for (EventWrite& write : series_.drain()) enqueue_locked(std::move(write));
  for (; !queue_.empty(); queue_.pop_front()) {
    const Result<void> written = write(queue_.front());
    if (!written) log_dropped(queue_.front().record.event, written.error().message);
    if (!written && out_of_reach(written.error())) return;
  }
}

Result<void> EventRecorder::write(const EventWrite& write) {
  if (!write.update) return client_.create_event(write.record);
  Result<void> updated = client_.update_event_series(write.record);
  // Events live for an hour; the series may outlive them.
  if (!updated && updated.error().reason == "NotFound") return client_.create_event(write.record);
  return updated;
}

void EventRecorder::log_dropped(const ports::Event& event, std::string_view why) {
  log_.write(ports::LogLevel::Warning, "event dropped",
             {{"namespace", event.regarding.key.ns},
              {"name", event.regarding.key.name},
              {"reason", event.reason},
              {"why", std::string(why)}});
}

}  // namespace athanor::runtime
