// Runs a controller: caches, leader election, workers and shutdown in the right order.
//
//   reflectors -> caches in sync (ready) -> lease -> workers        and back:
//   SIGTERM    -> no new work, grace, cancel -> lease released -> reflectors -> events flushed
//
// The way back is bounded: the grace time, WorkerPool::kCancelPatience, and what a hurried API call may take.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
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
  /// Called at the end of run(), with its result, if a reconcile goes on in spite of its cancel. It may use
  /// anything that was given to the Manager, and so nothing of that may be destroyed: a process ends here, by
  /// std::_Exit. Null: run() returns, and the Manager's destructor waits for the reconcile.
  std::function<void(int code)> on_stuck{};
};

struct ManagerDeps {
  ports::ResourceClient& client;
  ports::Clock& clock;
  ports::Randomness& randomness;
  ports::MetricsSink& metrics;
  ports::Log& log;
  /// For leader election alone, so that nothing else that hangs costs the lease; null: `client`.
  ports::ResourceClient* lease_client = nullptr;
  /// Requested once the grace time is over or nobody works any more: calls of the clients, also those under
  /// way, should be brief from then on.
  std::stop_source hurry{std::nostopstate};
};

/// Something to watch, where to keep it, and whom to wake. Source and store must outlive the Manager.
struct Watched {
  ReflectorOptions options;
  ports::WatchSource& source;
  Store& store;
  /// The keys to reconcile because of a change. @param before null: new; @param after null: deleted.
  /// Called while this process leads, never by two threads at once, and last with an object's latest version.
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
  /// @return what main() returns: 0 after a stop, even if the lease is lost on the way; 1 after the lease was
  /// lost, since only a new process may stand for election again
  [[nodiscard]] int run(ReconcileFn reconcile, const std::stop_token& stop);

  /// For /readyz: every cache is in sync, whether this process leads or not; false once the lease is lost.
  [[nodiscard]] bool ready() const;
  /// Workers run: this process leads, or needs no lease.
  [[nodiscard]] bool leading() const;

  /// Where the reconciler tells its events. Thread-safe.
  [[nodiscard]] ports::EventSink& events() { return recorder_; }
  /// Has a key reconciled, as if it had changed. Thread-safe; a process that doesn't lead ignores it.
  void enqueue(const ports::ObjectKey& key);

 private:
  void on_change(const Watched& watched, const ObjectPtr& before, const ObjectPtr& after);
  void dispatch_locked(const Watched& watched, const ObjectPtr& before,
                       const ObjectPtr& after);  ///< REQUIRES: dispatch_ held
  bool wait_synced(const std::stop_token& stop);
  // Both return what goes on in spite of everything, as WorkerPool::wait_ended().
  [[nodiscard]] std::vector<ports::ObjectKey> work_until_stopped(const std::stop_token& stop);
  [[nodiscard]] std::vector<ports::ObjectKey> lead_until_stopped(const std::stop_token& stop);
  void start_workers();
  [[nodiscard]] std::vector<ports::ObjectKey> end_workers();
  void on_lost(const std::stop_token& stop);

  const ManagerOptions options_;
  const ManagerDeps deps_;
  std::deque<Watched> watched_;
  std::deque<Reflector> reflectors_;
  WorkQueue queue_;
  RateLimiter limiter_;
  EventRecorder recorder_;
  std::mutex dispatch_;  ///< held around Watched::keys, which is told of changes in their order
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool ready_ = false;
  bool acquired_ = false;
  bool lost_ = false;
  bool leading_ = false;
  int exit_code_ = 0;
  std::unique_ptr<WorkerPool> pool_;  ///< last: its threads use all of the above
};

}  // namespace athanor::runtime
