// ports::MetricsSink for Prometheus.
#pragma once

#include <memory>
#include <string>

#include "ports/metrics_sink.hpp"

namespace prometheus {
class Collectable;
}

namespace athanor::prometheus_metrics {

class PrometheusMetrics final : public ports::MetricsSink {
 public:
  /// @param version for athanor_build_info
  explicit PrometheusMetrics(std::string version);
  ~PrometheusMetrics() override;

  void set_environment(const ports::ObjectKey& key, const ports::EnvironmentMetrics& metrics) override;
  void forget_environment(const ports::ObjectKey& key) override;
  void add(std::string_view counter, const ports::Labels& labels, double amount = 1) override;
  void set(std::string_view gauge, const ports::Labels& labels, double value) override;
  void observe(std::string_view histogram, const ports::Labels& labels, double value) override;

  /// What ObservabilityServer serves under /metrics.
  [[nodiscard]] std::shared_ptr<::prometheus::Collectable> collectable() const;

 private:
  class Guarded;
  std::shared_ptr<Guarded> guarded_;
};

}  // namespace athanor::prometheus_metrics
