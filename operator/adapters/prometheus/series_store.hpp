// The values behind /metrics, kept small: series of an environment live in its own record, label values once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ports/metric_catalog.hpp"
#include "ports/metrics_sink.hpp"

namespace athanor::prometheus_metrics {

struct HistogramValue {
  double sum = 0;
  std::uint64_t count = 0;
  std::vector<std::uint32_t> buckets;  ///< not cumulative, without +Inf
};

/// One series but for the labels that its place implies (namespace and name of an environment).
struct Series {
  const ports::MetricSpec* family = nullptr;
  std::string label_values;  ///< in the catalogue's order, joined with NUL; see split_label_values()
  double value = 0;
  std::unique_ptr<HistogramValue> histogram;
};

enum class Status : std::uint8_t { True, False, Unknown };

/// The gauges that are set as a whole.
struct EnvironmentGauges {
  struct Condition {
    std::uint16_t type = 0;  ///< index into condition_types()
    Status status = Status::Unknown;
  };
  std::vector<Condition> conditions;
  std::optional<std::uint32_t> pending_revisions;
  std::optional<std::uint32_t> drifted_objects;
  double last_reconcile_timestamp_seconds = 0;
  std::string info;  ///< the values of current, target and digest, joined like Series::label_values
};

struct EnvironmentRecord {
  std::optional<EnvironmentGauges> gauges;
  std::vector<Series> series;
};

/// Not thread-safe. An unknown family, another kind of it, or labels other than the catalogue's are
/// programming errors: an assertion fails in builds that have them, and the value is dropped in those that
/// have not, since a series that is missing is better than an operator that is.
class SeriesStore {
 public:
  void set_environment(const ports::ObjectKey& key, const ports::EnvironmentMetrics& metrics);
  void forget_environment(const ports::ObjectKey& key);

  void add(std::string_view counter, const ports::Labels& labels, double amount);
  void set(std::string_view gauge, const ports::Labels& labels, double value);
  void observe(std::string_view histogram, const ports::Labels& labels, double value);

  [[nodiscard]] const std::unordered_map<ports::ObjectKey, EnvironmentRecord>& environments() const {
    return environments_;
  }
  /// Series that are no environment's.
  [[nodiscard]] const std::vector<Series>& process_series() const { return process_series_; }
  [[nodiscard]] const std::vector<std::string>& condition_types() const { return condition_types_; }

 private:
  Series* find_or_make(std::string_view name, ports::MetricType type, const ports::Labels& labels);
  std::uint16_t intern_condition_type(const std::string& type);

  std::unordered_map<ports::ObjectKey, EnvironmentRecord> environments_;
  std::vector<Series> process_series_;
  std::vector<std::string> condition_types_;
};

[[nodiscard]] std::vector<std::string_view> split_label_values(std::string_view joined);

/// `text` as a label's value: what isn't UTF-8 becomes `?` (one such byte would spoil a whole scrape), and it
/// is cut after 256 bytes.
[[nodiscard]] std::string label_value(std::string_view text);

}  // namespace athanor::prometheus_metrics
