#include "controller/environment_metrics.hpp"

#include <algorithm>
#include <string>

#include "core/words.hpp"

namespace athanor::controller {
namespace {

ports::Labels revision_labels(const ports::ObjectKey& key, Direction direction, std::string result) {
  return {{"namespace", key.ns},
          {"name", key.name},
          {"direction", direction == Direction::Upgrade ? "upgrade" : "downgrade"},
          {"result", std::move(result)}};
}

bool revision_failed(const Report& report) {
  return report.outcome && report.failure && report.failure->kind == ErrorKind::Terminal &&
         !report.failure->site.revision.empty() &&
         report.outcome->applied.size() < report.decision.plan.steps.size();
}

}  // namespace

ports::EnvironmentMetrics gauges_of(const api::Status& status, ports::WallTime now) {
  ports::EnvironmentMetrics metrics;
  for (const auto& condition : status.conditions) {
    metrics.conditions.push_back({condition.type, std::string(to_string(condition.status))});
  }
  if (status.pending_count) metrics.pending_revisions = static_cast<std::size_t>(*status.pending_count);
  const Condition* drifted = find_condition(status.conditions, "Drifted");
  if (drifted != nullptr && drifted->status != ConditionStatus::Unknown && status.drift) {
    metrics.drifted_objects = static_cast<std::size_t>(status.drift->count);
  }
  metrics.current = join_words(status.current_revisions);
  metrics.target = join_words(status.target_revisions);
  metrics.digest = status.observed_digest;
  metrics.last_reconcile_timestamp_seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  return metrics;
}

void create_counters(ports::MetricsSink& metrics, const ports::ObjectKey& key,
                     const api::PolicySpec& policy) {
  for (const Direction direction : {Direction::Upgrade, Direction::Downgrade}) {
    if (direction == Direction::Downgrade && policy.downgrade == api::PolicySpec::Downgrade::Deny) continue;
    for (const char* result : {"success", "failure"}) {
      metrics.add("athanor_revisions_applied_total", revision_labels(key, direction, result), 0);
    }
  }
}

void count_pass(ports::MetricsSink& metrics, const ports::ObjectKey& key, const Report& report) {
  const ports::Labels names{{"namespace", key.ns}, {"name", key.name}};
  if (revision_failed(report)) {
    const Direction direction = report.decision.plan.steps[report.outcome->applied.size()].direction;
    metrics.add("athanor_revisions_applied_total", revision_labels(key, direction, "failure"));
  }
  if (report.database_error) {
    metrics.add("athanor_database_errors_total",
                {{"namespace", key.ns}, {"name", key.name}, {"reason", report.database_error->reason}});
  }
  if (report.outcome && report.outcome->lock_timeouts > 0) {
    metrics.add("athanor_lock_timeouts_total", names, static_cast<double>(report.outcome->lock_timeouts));
  }
}

}  // namespace athanor::controller
