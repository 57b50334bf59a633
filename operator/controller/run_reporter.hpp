// Tells how a run goes on: log lines and metrics at once, status only for runs that take long enough to be
// watched.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/migrator.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "ports/metrics_sink.hpp"
#include "ports/objects.hpp"

namespace athanor::controller {

/// A run that is over sooner writes no status of its own: a change costs one status write.
inline constexpr ports::Millis kFirstReportAfter{1'000};
/// And how often a long one is told again.
inline constexpr ports::Millis kReportEvery{10'000};

/// Lives as long as one run, and joins its thread at the end: whoever writes the final status writes last.
class RunReporter : public engine::Progress {
 public:
  /// Told what is being applied, and what is in: steps and version rows.
  using Report = std::function<void(const std::string& running, const engine::Outcome& so_far)>;

  /// @param rows version rows before the run
  /// @param report called on a thread of the reporter's own
  RunReporter(ports::ObjectKey environment, std::vector<std::string> rows, ports::Clock& clock,
              ports::Log& log, ports::MetricsSink& metrics, Report report);

  void step_started(const PlanStep& step, std::size_t index, std::size_t total) override;
  void step_finished(const engine::AppliedStep& step, std::size_t index, std::size_t total) override;
  void waiting_for_lock(const LockHolder& holder) override;

 private:
  void tell_slowly(std::stop_token stop);
  ports::ObjectKey environment_;
  ports::Clock& clock_;
  ports::Log& log_;
  ports::MetricsSink& metrics_;
  Report report_;
  std::mutex mutex_;
  std::string running_;
  PlanStep step_;  ///< the one that runs
  engine::Outcome so_far_;
  std::jthread teller_;  ///< last: it uses all of the above
};

}  // namespace athanor::controller
