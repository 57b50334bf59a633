// What /metrics says of an environment.
#pragma once

#include "api/migration_environment.hpp"
#include "controller/status_builder.hpp"
#include "ports/clock.hpp"
#include "ports/metrics_sink.hpp"

namespace athanor::controller {

/// A status as gauges. What is not known has no value: 0 would mean that nothing is pending or has drifted.
[[nodiscard]] ports::EnvironmentMetrics gauges_of(const api::Status& status, ports::WallTime now);

/// Makes the counters of revisions at 0, so that the first failure is seen to be an increase.
void create_counters(ports::MetricsSink& metrics, const ports::ObjectKey& key, const api::PolicySpec& policy);

/// Counts what one pass met with. A failed revision is one whose run ended for good: outages, locks and stops
/// are tried again.
void count_pass(ports::MetricsSink& metrics, const ports::ObjectKey& key, const Report& report);

}  // namespace athanor::controller
