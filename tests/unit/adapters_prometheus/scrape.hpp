// What a scrape says, without HTTP.
#pragma once

#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "adapters/prometheus/prometheus_metrics.hpp"

namespace athanor::prometheus_metrics {

inline std::string scrape(const PrometheusMetrics& metrics) {
  return ::prometheus::TextSerializer().Serialize(metrics.collectable()->Collect());
}

/// The lines of a scrape that begin with `start`, in their order.
inline std::vector<std::string> lines(const PrometheusMetrics& metrics, const std::string& start) {
  const std::string text = scrape(metrics);
  std::vector<std::string> found;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    if (line.starts_with(start)) found.push_back(line);
    begin = end + 1;
  }
  return found;
}

}  // namespace athanor::prometheus_metrics
