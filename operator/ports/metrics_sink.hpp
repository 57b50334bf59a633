// Metrics: the catalogue of families (design section 10) and where their values go.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/objects.hpp"

namespace athanor::ports {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// What /metrics says of one environment: gauges that are set as a whole and vanish as a whole.
struct EnvironmentMetrics {
  struct Condition {
    std::string type, status;
  };  ///< status: True, False or Unknown
  std::vector<Condition> conditions;
  std::optional<std::size_t> pending_revisions;  ///< nullopt: not known, and no series
  std::optional<std::size_t> drifted_objects;    ///< the same
  std::string current;                           ///< version rows, comma-separated
  std::string target;
  std::string digest;
  double last_reconcile_timestamp_seconds = 0;
};

/// Thread-safe. Family names and label names are those of design section 10; an unknown family is a
/// programming error.
class MetricsSink {
 public:
  virtual ~MetricsSink() = default;

  virtual void set_environment(const ObjectKey& key, const EnvironmentMetrics& metrics) = 0;
  /// Drops every series, counters and histograms included, whose labels name this environment.
  virtual void forget_environment(const ObjectKey& key) = 0;

  virtual void add(std::string_view counter, const Labels& labels, double amount = 1) = 0;
  virtual void set(std::string_view gauge, const Labels& labels, double value) = 0;
  virtual void observe(std::string_view histogram, const Labels& labels, double value) = 0;
};

}  // namespace athanor::ports
