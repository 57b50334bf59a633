// One environment, once: observe → plan → migrate → status.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "controller/environment_memory.hpp"
#include "controller/observe.hpp"
#include "controller/status_builder.hpp"
#include "ports/event_sink.hpp"
#include "ports/log.hpp"
#include "ports/metrics_sink.hpp"
#include "runtime/reconcile.hpp"

namespace athanor::controller {

/// Looks an environment up in the informer's store; null if it is not there.
using EnvironmentLookup = std::function<std::shared_ptr<const ports::WatchedObject>(const ports::ObjectKey&)>;

struct ReconcilerPorts {
  ObserverPorts world;
  ports::EventSink& events;
  ports::MetricsSink& metrics;
  ports::Log& log;
  EnvironmentLookup lookup;
};

class Reconciler {
 public:
  Reconciler(ReconcilerPorts ports, OperatorIdentity identity);

  /// Brings one environment a step nearer to its spec; called by one worker per key at a time.
  /// @param stop: the running revision ends, no other is started
  /// @param cancel: the running statement is cancelled, its revision rolled back
  [[nodiscard]] runtime::ReconcileResult reconcile(const ports::ObjectKey& key, std::stop_token stop,
                                                   std::stop_token cancel);

  /// Told by the watch that an environment was suspended, changed or deleted: a run that is going on for what
  /// it was before ends after its running revision.
  void interrupt(const ports::ObjectKey& key) { runs_.stop(key); }

 private:
  struct Pass;

  [[nodiscard]] runtime::ReconcileResult forget(const ports::ObjectKey& key);
  void recall_status(Pass& pass);
  void carry_out(Pass& pass, Observed& observed, std::stop_token stop, std::stop_token cancel);
  bool adopt_database(Pass& pass, const Observed& observed, std::stop_token stop,
                      const std::stop_token& cancel);
  void claim(Pass& pass, Observed& observed, std::stop_token stop, const std::stop_token& cancel);
  void tell_unrecorded_owner(Pass& pass, const Error& error);
  void run_plan(Pass& pass, Observed& observed, std::stop_token stop, std::stop_token cancel);
  void tell_running(Pass& pass, const std::string& running, const engine::Outcome& so_far);
  [[nodiscard]] runtime::ReconcileResult conclude(Pass& pass);
  [[nodiscard]] Result<void> write_status(Pass& pass, const api::Status& status);
  [[nodiscard]] bool is_there(const Pass& pass) const;
  [[nodiscard]] bool is_written(const Pass& pass, const std::string& patch) const;
  void set_gauges(const ports::ObjectKey& key, const api::Status& status);
  [[nodiscard]] runtime::ReconcileResult next_check(Pass& pass, const Result<void>& written);

  ReconcilerPorts ports_;
  OperatorIdentity identity_;
  EnvironmentMemories memories_;
  RunRegistry runs_;
};

}  // namespace athanor::controller
