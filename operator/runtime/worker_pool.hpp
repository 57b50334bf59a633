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
    /// Requested when the grace time of begin_shutdown() is over, just before the cancel. Its callbacks must
    /// not block.
    std::stop_source grace_over{std::nostopstate};
  };
  /// A reconcile that goes on for so long after its cancel isn't waited for any more.
  static constexpr ports::Millis kCancelPatience{3000};

  WorkerPool(Options options, WorkQueue& queue, RateLimiter& limiter, ReconcileFn reconcile,
             ports::Clock& clock, ports::MetricsSink& metrics, ports::Log& log);
  /// Cancels what is under way, and waits for it, however long that takes: it uses what the pool was given.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void start();

  /// Takes no more work and requests `stop` of what is under way; after `grace` requests `cancel`, too.
  /// Called again, the earlier end of grace counts. Never blocks, even if the stop callbacks of a reconcile
  /// do: each reconcile is asked on a thread of its own.
  void begin_shutdown(ports::Millis grace);
  /// After begin_shutdown(): waits until the last reconcile has ended, or until kCancelPatience is over.
  /// @return what is still under way, and may use all that the pool was given until the pool is destroyed;
  /// empty: every thread has ended
  [[nodiscard]] std::vector<ports::ObjectKey> wait_ended();

  /// Threads at present.
  [[nodiscard]] std::size_t size() const;

 private:
  /// A reconcile that is under way, and how to interrupt it. Copies share the sources.
  struct UnderWay {
    ports::ObjectKey key;
    std::stop_source stop;
    std::stop_source cancel;
  };

  void work(WorkerId self);
  bool wait_for_slot(WorkerId self);
  [[nodiscard]] UnderWay begin(WorkerId self, ports::ObjectKey key);
  void reconcile_one(const UnderWay& work);
  [[nodiscard]] ReconcileResult call(const UnderWay& work);
  std::optional<ports::MonoTime> on_alarm(ports::MonoTime now);
  void hire_locked(ports::MonoTime now);  ///< REQUIRES: mutex_ held
  void leave_locked(WorkerId self);       ///< REQUIRES: mutex_ held
  [[nodiscard]] std::vector<std::stop_source> sources_locked(
      std::stop_source UnderWay::*which) const;  ///< REQUIRES: mutex_ held
  /// REQUIRES: mutex_ not held
  void interrupt(const std::vector<std::stop_source>& sources);
  void join_all();
  void log_exception(const ports::ObjectKey& key, const std::string& what);

  const Options options_;
  WorkQueue& queue_;
  RateLimiter& limiter_;
  const ReconcileFn reconcile_;
  ports::Clock& clock_;
  ports::MetricsSink& metrics_;
  ports::Log& log_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;  ///< a slot may be free, a spare worker may leave, or a worker has ended
  WorkerCensus census_;
  std::map<WorkerId, std::thread> threads_;
  std::map<WorkerId, UnderWay> under_way_;
  std::vector<WorkerId> ended_;            ///< to be joined
  std::vector<std::thread> interrupting_;  ///< each requests a stop or a cancel, and ends with its callbacks
  bool shutting_down_ = false;
  bool cancelled_ = false;
  bool gave_up_ = false;
  std::optional<ports::MonoTime> cancel_at_;
  std::optional<ports::MonoTime> give_up_at_;
  Alarm alarm_;  ///< last: its thread uses all of the above
};

}  // namespace athanor::runtime
