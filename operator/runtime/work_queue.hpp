// The work queue: QueueState made to block, and measured.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "ports/clock.hpp"
#include "ports/metrics_sink.hpp"
#include "ports/objects.hpp"
#include "runtime/alarm.hpp"
#include "runtime/queue_state.hpp"

namespace athanor::runtime {

/// Thread-safe. Exports workqueue_depth{name} and workqueue_queue_duration_seconds{name}.
class WorkQueue {
 public:
  /// @param name the label of its metrics
  WorkQueue(std::string name, ports::Clock& clock, ports::MetricsSink& metrics);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void add(const ports::ObjectKey& key);
  /// Adds once `delay` is over; an earlier delayed add of the key wins. Nothing or less: at once;
  /// more than a year: in a year.
  void add_after(const ports::ObjectKey& key, ports::Millis delay);

  /// Blocks until a key is ready; done() must be told afterwards.
  /// @return nullopt once shut_down() was called, however many keys wait: they are found again after a
  /// restart
  [[nodiscard]] std::optional<ports::ObjectKey> get();
  /// The work on a key that get() gave out is over.
  void done(const ports::ObjectKey& key);

  /// Gives out nothing more and takes nothing more. Final.
  void shut_down();

  [[nodiscard]] std::size_t depth() const;

 private:
  std::optional<ports::MonoTime> on_due(ports::MonoTime now);
  void told_locked();  ///< REQUIRES: mutex_ held. Exports the depth and wakes who waits for a key.

  ports::Clock& clock_;
  ports::MetricsSink& metrics_;
  const ports::Labels labels_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  QueueState state_;
  bool shut_down_ = false;
  Alarm alarm_;  ///< last: its thread uses all of the above
};

}  // namespace athanor::runtime
