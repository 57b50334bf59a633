// Every metric family that the operator exports: the one place for names, types, labels and help.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace athanor::ports {

enum class MetricType { Counter, Gauge, Histogram };

struct MetricSpec {
  std::string_view name;
  MetricType type = MetricType::Gauge;
  std::string_view help;
  std::span<const std::string_view> labels;
  std::span<const double> buckets;  ///< upper bounds, ascending; +Inf is added

  /// Its series are an environment's, and go with it.
  [[nodiscard]] constexpr bool per_environment() const {
    return labels.size() >= 2 && labels[0] == "namespace" && labels[1] == "name";
  }
};

namespace catalog {

using Names = std::string_view;

inline constexpr std::array<Names, 2> kEnvironment{"namespace", "name"};
inline constexpr std::array<Names, 4> kCondition{"namespace", "name", "type", "status"};
inline constexpr std::array<Names, 5> kInfo{"namespace", "name", "current", "target", "digest"};
inline constexpr std::array<Names, 4> kApplied{"namespace", "name", "direction", "result"};
inline constexpr std::array<Names, 3> kDatabaseError{"namespace", "name", "reason"};
inline constexpr std::array<Names, 1> kReason{"reason"};
inline constexpr std::array<Names, 1> kVersion{"version"};
inline constexpr std::array<Names, 1> kName{"name"};
inline constexpr std::array<Names, 1> kController{"controller"};
inline constexpr std::array<Names, 2> kReconcile{"controller", "result"};
inline constexpr std::array<Names, 2> kRequest{"code", "method"};

// Seconds. Few buckets where there is one histogram per environment: a scrape of 1,000 carries them all.
inline constexpr std::array<double, 8> kRevisionSeconds{0.01, 0.1, 1, 10, 60, 300, 1800, 7200};
inline constexpr std::array<double, 6> kCheckSeconds{0.01, 0.05, 0.25, 1, 5, 30};
inline constexpr std::array<double, 12> kReconcileSeconds{0.005, 0.01, 0.05, 0.1, 0.5, 1,
                                                          5,     10,   60,   300, 900, 3600};
inline constexpr std::array<double, 9> kQueueSeconds{0.0001, 0.001, 0.01, 0.1, 1, 10, 60, 300, 1000};

using enum MetricType;

inline constexpr std::array kFamilies{
    MetricSpec{"athanor_environment_condition",
               Gauge,
               "Conditions of an environment: 1 for the status that a condition has, 0 for the other two.",
               kCondition,
               {}},
    MetricSpec{"athanor_environment_pending_revisions",
               Gauge,
               "Revisions still to be applied; absent while that is not known.",
               kEnvironment,
               {}},
    MetricSpec{"athanor_environment_drifted_objects",
               Gauge,
               "Revisions or objects in which the database differs from what was applied to it; absent while "
               "that is not known.",
               kEnvironment,
               {}},
    MetricSpec{"athanor_environment_info", Gauge, "Where an environment stands; always 1.", kInfo, {}},
    MetricSpec{"athanor_environment_last_reconcile_timestamp_seconds",
               Gauge,
               "When the environment was last reconciled, as Unix time.",
               kEnvironment,
               {}},
    MetricSpec{
        "athanor_revisions_applied_total", Counter, "Revisions run, by direction and result.", kApplied, {}},
    MetricSpec{"athanor_revision_duration_seconds", Histogram, "How long a revision took to apply or undo.",
               kEnvironment, kRevisionSeconds},
    MetricSpec{"athanor_lock_timeouts_total",
               Counter,
               "Attempts given up because a lock was not got in time; the revision is tried again.",
               kEnvironment,
               {}},
    MetricSpec{"athanor_database_errors_total",
               Counter,
               "Failures of an environment's database, by reason.",
               kDatabaseError,
               {}},
    MetricSpec{"athanor_drift_check_duration_seconds",
               Histogram,
               "How long a check of a database took.",
               {},
               kCheckSeconds},
    MetricSpec{"athanor_watch_restarts_total", Counter, "Watches begun again, by reason.", kReason, {}},
    MetricSpec{"athanor_build_info", Gauge, "The version that runs; always 1.", kVersion, {}},
    MetricSpec{"controller_runtime_reconcile_total",
               Counter,
               "Reconciles, by controller and result.",
               kReconcile,
               {}},
    MetricSpec{"controller_runtime_reconcile_time_seconds", Histogram, "How long a reconcile took.",
               kController, kReconcileSeconds},
    MetricSpec{"workqueue_depth", Gauge, "Keys that wait in a work queue.", kName, {}},
    MetricSpec{"workqueue_queue_duration_seconds", Histogram, "How long a key waited in a work queue.", kName,
               kQueueSeconds},
    MetricSpec{"rest_client_requests_total",
               Counter,
               "Requests to the API server, by status code and method.",
               kRequest,
               {}},
    MetricSpec{"leader_election_master_status",
               Gauge,
               "1 while this process holds the lease of that name.",
               kName,
               {}},
    MetricSpec{"process_resident_memory_bytes", Gauge, "Resident memory of the process.", {}, {}},
};

}  // namespace catalog

inline constexpr std::span<const MetricSpec> kMetricCatalog{catalog::kFamilies};

/// @return nullptr if there is no family of that name
[[nodiscard]] constexpr const MetricSpec* find_metric(std::string_view name) {
  const auto* found = std::find_if(catalog::kFamilies.begin(), catalog::kFamilies.end(),
                                   [name](const MetricSpec& spec) { return spec.name == name; });
  return found == catalog::kFamilies.end() ? nullptr : found;
}

}  // namespace athanor::ports
