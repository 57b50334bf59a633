// From the store to what prometheus-cpp serializes. No side effects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/metric_family.h>

#include "adapters/prometheus/series_store.hpp"

namespace athanor::prometheus_metrics {

/// What is true of the process.
struct ProcessFacts {
  std::string version;
  std::optional<std::uint64_t> resident_bytes;  ///< nullopt: /proc doesn't say
};

/// All families that have a series, in the catalogue's order.
[[nodiscard]] std::vector<::prometheus::MetricFamily> expose(const SeriesStore& store,
                                                             const ProcessFacts& process);

}  // namespace athanor::prometheus_metrics
