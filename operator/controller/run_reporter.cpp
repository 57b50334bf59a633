#include "controller/run_reporter.hpp"

#include <utility>

#include <fmt/format.h>

namespace athanor::controller {
namespace {

std::string_view word(Direction direction) {
  return direction == Direction::Upgrade ? "upgrade" : "downgrade";
}

}  // namespace

RunReporter::RunReporter(ports::ObjectKey environment, std::vector<std::string> rows, ports::Clock& clock,
                         ports::Log& log, ports::MetricsSink& metrics, Report report)
    : environment_(std::move(environment)),
      clock_(clock),
      log_(log),
      metrics_(metrics),
      report_(std::move(report)),
      running_("Connecting to the database") {
  so_far_.rows = std::move(rows);
  teller_ = std::jthread([this](std::stop_token stop) { tell_slowly(std::move(stop)); });
}

void RunReporter::step_started(const PlanStep& step, std::size_t index, std::size_t total) {
  const std::scoped_lock lock(mutex_);
  running_ = fmt::format("{} {} ({} of {})", step.direction == Direction::Upgrade ? "Applying" : "Undoing",
                         step.revision, index + 1, total);
  step_ = step;
}

void RunReporter::step_finished(const engine::AppliedStep& step, std::size_t index, std::size_t total) {
  metrics_.add("athanor_revisions_applied_total", {{"namespace", environment_.ns},
                                                   {"name", environment_.name},
                                                   {"direction", std::string(word(step.direction))},
                                                   {"result", "success"}});
  metrics_.observe("athanor_revision_duration_seconds",
                   {{"namespace", environment_.ns}, {"name", environment_.name}},
                   static_cast<double>(step.duration.count()) / 1000.0);
  log_.write(ports::LogLevel::Info, "revision applied",
             {{"namespace", environment_.ns},
              {"name", environment_.name},
              {"revision", step.revision},
              {"direction", std::string(word(step.direction))},
              {"step", fmt::format("{}/{}", index + 1, total)},
              {"duration_ms", std::to_string(step.duration.count())}});
  const std::scoped_lock lock(mutex_);
  so_far_.applied.push_back(step);
  so_far_.rows = rows_after(std::move(so_far_.rows), step_);
}

void RunReporter::waiting_for_lock(const LockHolder& holder) {
  log_.write(ports::LogLevel::Info, "waiting for the database lock, which another session holds",
             {{"namespace", environment_.ns}, {"name", environment_.name}, {"holder", holder.describe()}});
  const std::scoped_lock lock(mutex_);
  running_ = fmt::format("Waiting for the database lock, held by {}", holder.describe());
}

void RunReporter::tell_slowly(std::stop_token stop) {
  ports::Millis wait = kFirstReportAfter;
  while (clock_.sleep_for(wait, stop)) {
    std::string running;
    engine::Outcome so_far;
    {
      const std::scoped_lock lock(mutex_);
      running = running_;
      so_far = so_far_;
    }
    report_(running, so_far);
    wait = kReportEvery;
  }
}

}  // namespace athanor::controller
