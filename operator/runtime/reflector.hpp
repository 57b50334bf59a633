// Keeps a store like the API server: runs the watch machine against a WatchSource.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_set>

#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "ports/metrics_sink.hpp"
#include "ports/randomness.hpp"
#include "ports/watch_source.hpp"
#include "runtime/store.hpp"
#include "runtime/watch_machine.hpp"

namespace athanor::runtime {

/// Told after the store was updated, on the reflector's thread. Must not block for long, and must not throw.
struct ReflectorHandlers {
  /// @param before null for an object that is new to the store
  std::function<void(const ObjectPtr& before, const ObjectPtr& after)> on_changed;
  /// @param last the last that was known of it
  std::function<void(const ObjectPtr& last)> on_deleted;
};

struct ReflectorOptions {
  std::string name;  ///< for log lines: what is watched
  std::string ns;    ///< the namespace that the source covers; empty: all
};

/// Exports athanor_watch_restarts_total{reason}.
class Reflector {
 public:
  Reflector(ReflectorOptions options, ports::WatchSource& source, Store& store, ReflectorHandlers handlers,
            ports::Clock& clock, ports::Randomness& randomness, ports::MetricsSink& metrics, ports::Log& log);
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  /// Lists and watches until `stop` is requested. Errors are logged, counted and waited out.
  void run(const std::stop_token& stop);

  /// True once the first list is in the store as a whole; stays true.
  [[nodiscard]] bool synced() const;
  /// Blocks until synced() or `stop`. @return synced()
  bool wait_synced(const std::stop_token& stop) const;

 private:
  /// Does what an action says. @return the answer, for actions that have one
  std::optional<watch::Input> perform(watch::Action& action, watch::State& state,
                                      const std::stop_token& stop);
  watch::Input fetch_page(const watch::FetchPage& request, const std::stop_token& stop);
  watch::Input watch_from(const watch::OpenWatch& request, watch::State& state, const std::stop_token& stop);
  void finish_list();
  void count_restart(const std::string& reason);
  void apply(ports::WatchedObject object);
  void apply_delete(const ports::WatchedObject& object);
  void log_failure(const Error& error, std::string_view doing);

  const ReflectorOptions options_;
  ports::WatchSource& source_;
  Store& store_;
  const ReflectorHandlers handlers_;
  ports::Clock& clock_;
  ports::Randomness& randomness_;
  ports::MetricsSink& metrics_;
  ports::Log& log_;
  std::unordered_set<ports::ObjectKey> listed_;  ///< by the list that is under way
  mutable std::mutex mutex_;
  mutable std::condition_variable_any synced_changed_;
  bool synced_ = false;
};

}  // namespace athanor::runtime
