// Threads that take keys from a work queue and reconcile them; as many as it takes, so that slow work never
// delays other work.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "ports/metrics_sink.hpp"
#include "runtime/alarm.hpp"
#include "runtime/rate_limiter.hpp"
#include "runtime/reconcile.hpp"
#include "runtime/work_queue.hpp"
#include "runtime/worker_census.hpp"

namespace athanor::runtime {

/// Exports controller_runtime_reconcile_total{controller,result} with success, error, requeue or
/// requeue_after, and controller_runtime_reconcile_time_seconds{controller}.
class WorkerPool {
 public:
  struct Options {
    std::string controller;       ///< the label of its metrics
    WorkerCensus::Limits limits;  ///< `slots` is what --workers sets
  };

  WorkerPool(Options options, WorkQueue& queue, RateLimiter& limiter, ReconcileFn reconcile,
             ports::Clock& clock, ports::MetricsSink& metrics, ports::Log& log);
  /// Cancels what is under way, and waits for it.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void start();

  /// Takes no more work and requests `stop` of what is under way; after `grace` requests `cancel`, too.
  /// Called again, the earlier end of grace counts. Never blocks.
  void begin_shutdown(ports::Millis grace);
  /// After begin_shutdown(): waits until the last reconcile has ended.
  void wait_ended();

  /// Threads at present.
  [[nodiscard]] std::size_t size() const;

 private:
  void work(WorkerId self);
  bool wait_for_slot(WorkerId self);
  void reconcile_one(const ports::ObjectKey& key);
  [[nodiscard]] ReconcileResult call(const ports::ObjectKey& key);
  std::optional<ports::MonoTime> on_alarm(ports::MonoTime now);
  void hire_locked(ports::MonoTime now);  ///< REQUIRES: mutex_ held
  void log_exception(const ports::ObjectKey& key, const std::string& what);

  const Options options_;
  WorkQueue& queue_;
  RateLimiter& limiter_;
  const ReconcileFn reconcile_;
  ports::Clock& clock_;
  ports::MetricsSink& metrics_;
  ports::Log& log_;
  std::stop_source stop_;
  std::stop_source cancel_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;  ///< a slot may be free, a spare worker may leave, or a worker has ended
  WorkerCensus census_;
  std::map<WorkerId, std::thread> threads_;
  std::vector<WorkerId> ended_;  ///< to be joined
  bool shutting_down_ = false;
  std::optional<ports::MonoTime> cancel_at_;
  Alarm alarm_;  ///< last: its thread uses all of the above
};

}  // namespace athanor::runtime
