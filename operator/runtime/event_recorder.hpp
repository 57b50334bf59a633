// Writes events to the API server, on a thread of its own.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "ports/clock.hpp"
#include "ports/event_sink.hpp"
#include "ports/log.hpp"
#include "ports/resource_client.hpp"
#include "runtime/alarm.hpp"
#include "runtime/event_series.hpp"

namespace athanor::runtime {

/// Thread-safe. Events are a courtesy: what can't be written after a few tries, or doesn't fit into the
/// queue, is dropped with a log line.
class EventRecorder final : public ports::EventSink {
 public:
  static constexpr std::size_t kMostQueued = 1000;
  static constexpr int kMostTries = 9;  ///< while the API server is out of reach: two minutes
  /// While it refuses: one that has just started knows no roles yet, for a moment. Not for long, since so
  /// does a namespace that is going away, and the others' events wait behind.
  static constexpr int kMostTriesRefused = 4;
  static constexpr ports::Millis kRetryBase{1000};
  static constexpr ports::Millis kRetryCap{30'000};

  /// @param instance names this process in every Event: a pod's name, or the leader election identity
  EventRecorder(std::string instance, ports::ResourceClient& client, ports::Clock& clock, ports::Log& log,
                EventLimits limits = {});
  ~EventRecorder() override;
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  void record(const ports::Event& event) override;

  /// Writes what is queued, each once, giving up as soon as the API server is out of reach. Records nothing
  /// afterwards.
  void close();

 private:
  std::optional<ports::MonoTime> on_alarm(ports::MonoTime now);
  [[nodiscard]] Result<void> write(const EventWrite& write);
  void enqueue_locked(EventWrite write);
  void log_dropped(const ports::Event& event, std::string_view why);

  ports::ResourceClient& client_;
  ports::Clock& clock_;
  ports::Log& log_;
  std::mutex mutex_;
  EventSeries series_;
  std::deque<EventWrite> queue_;
  bool closed_ = false;
  int tries_ = 0;               ///< of the first in the queue; only the alarm's thread uses it
  ports::MonoTime retry_at_{};  ///< not before; new events don't hurry it. Only the alarm's thread uses it
  Alarm alarm_;                 ///< last: its thread uses all of the above
};

}  // namespace athanor::runtime
