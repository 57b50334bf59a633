// Runs a controller: caches, leader election, workers and shutdown in the right order.
//
//   reflectors -> caches in sync (ready) -> lease -> workers        and back:
//   SIGTERM    -> no new work, grace, cancel -> lease released -> reflectors -> events flushed
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "ports/clock.hpp"
#include "ports/event_sink.hpp"
#include "ports/log.hpp"
#include "ports/metrics_sink.hpp"
#include "ports/randomness.hpp"
#include "ports/resource_client.hpp"
#include "ports/watch_source.hpp"
#include "runtime/election.hpp"
#include "runtime/event_recorder.hpp"
#include "runtime/rate_limiter.hpp"
#include "runtime/reconcile.hpp"
#include "runtime/reflector.hpp"
#include "runtime/store.hpp"
#include "runtime/work_queue.hpp"
#include "runtime/worker_pool.hpp"

namespace athanor::runtime {

struct ManagerOptions {
  std::string controller;  ///< label of the metrics of queue and reconciler
  WorkerCensus::Limits workers;
  ports::Millis grace{20'000};  ///< for what is under way at SIGTERM; Kubernetes kills after 30 s by default
  std::optional<Candidate> election;  ///< nullopt: no leader election
  std::string instance;               ///< of the events; holder_identity() will do
};

struct ManagerDeps {
  ports::ResourceClient& client;
  ports::Clock& clock;
  ports::Randomness& randomness;
  ports::MetricsSink& metrics;
  ports::Log& log;
};

/// Something to watch, where to keep it, and whom to wake. Source and store must outlive the Manager.
struct Watched {
  ReflectorOptions options;
  ports::WatchSource& source;
  Store& store;
  /// The keys to reconcile because of a change. @param before null: new; @param after null: deleted
  std::function<std::vector<ports::ObjectKey>(const ObjectPtr& before, const ObjectPtr& after)> keys;
};

class Manager {
 public:
  Manager(ManagerOptions options, ManagerDeps deps);
  ~Manager();
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// Before run().
  void watch(Watched watched);

  /// Blocks until `stop` is requested or the lease is lost. Once.
  /// @return what main() returns: 0 after a stop; 1 after the lease was lost, since only a new process may
  /// stand for election again
  [[nodiscard]] int run(ReconcileFn reconcile, const std::stop_token& stop);

  /// For /readyz: every cache is in sync, whether this process leads or not.
  [[nodiscard]] bool ready() const;
  /// Workers run: this process leads, or needs no lease.
  [[nodiscard]] bool leading() const;

  /// Where the reconciler tells its events. Thread-safe.
  [[nodiscard]] ports::EventSink& events() { return recorder_; }
  /// Has a key reconciled, as if it had changed. Thread-safe; a process that doesn't lead ignores it.
  void enqueue(const ports::ObjectKey& key);

 private:
  void on_change(const Watched& watched, const ObjectPtr& before, const ObjectPtr& after);
  bool wait_synced(const std::stop_token& stop);
  void work_until_stopped(WorkerPool& pool, const std::stop_token& stop);
  void lead_until_stopped(WorkerPool& pool, const std::stop_token& stop);
  void start_workers(WorkerPool& pool);
  void on_lost(WorkerPool& pool);

  const ManagerOptions options_;
  const ManagerDeps deps_;
  std::deque<Watched> watched_;
  std::deque<Reflector> reflectors_;
  WorkQueue queue_;
  RateLimiter limiter_;
  EventRecorder recorder_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool ready_ = false;
  bool acquired_ = false;
  bool lost_ = false;
  bool leading_ = false;
};

}  // namespace athanor::runtime
