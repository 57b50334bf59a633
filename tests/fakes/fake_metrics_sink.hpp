// Metrics that a test can read. Header only; safe to use from several threads.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/metrics_sink.hpp"

namespace athanor::fakes {

class FakeMetricsSink : public ports::MetricsSink {
 public:
  void set_environment(const ports::ObjectKey& key, const ports::EnvironmentMetrics& metrics) override {
    const std::lock_guard lock(mutex_);
    environments_[key] = metrics;
  }
  void forget_environment(const ports::ObjectKey& key) override {
    const std::lock_guard lock(mutex_);
    environments_.erase(key);
    const auto names_it = [&key](const auto& entry) {
      const ports::Labels& labels = entry.first.second;
      return std::ranges::count(labels, std::pair<std::string, std::string>{"namespace", key.ns}) > 0 &&
             std::ranges::count(labels, std::pair<std::string, std::string>{"name", key.name}) > 0;
    };
    std::erase_if(values_, names_it);
    std::erase_if(observations_, names_it);
  }
  void add(std::string_view counter, const ports::Labels& labels, double amount) override {
    const std::lock_guard lock(mutex_);
    values_[series(counter, labels)] += amount;
  }
  void set(std::string_view gauge, const ports::Labels& labels, double value) override {
    const std::lock_guard lock(mutex_);
    values_[series(gauge, labels)] = value;
  }
  void observe(std::string_view histogram, const ports::Labels& labels, double value) override {
    const std::lock_guard lock(mutex_);
    observations_[series(histogram, labels)].push_back(value);
  }

  /// Of a counter or gauge; 0 if it was never touched.
  [[nodiscard]] double value(std::string_view family, const ports::Labels& labels) const {
    const std::lock_guard lock(mutex_);
    const auto place = values_.find(series(family, labels));
    return place == values_.end() ? 0 : place->second;
  }
  /// Of a histogram, in order.
  [[nodiscard]] std::vector<double> observations(std::string_view family, const ports::Labels& labels) const {
    const std::lock_guard lock(mutex_);
    const auto place = observations_.find(series(family, labels));
    return place == observations_.end() ? std::vector<double>{} : place->second;
  }
  [[nodiscard]] std::optional<ports::EnvironmentMetrics> environment(const ports::ObjectKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto place = environments_.find(key);
    return place == environments_.end() ? std::nullopt : std::optional(place->second);
  }
  /// Families that have at least one series, sorted.
  [[nodiscard]] std::vector<std::string> families() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [key, value] : values_) names.push_back(key.first);
    for (const auto& [key, value] : observations_) names.push_back(key.first);
    std::ranges::sort(names);
    const auto [first, last] = std::ranges::unique(names);
    names.erase(first, last);
    return names;
  }

 private:
  using Series = std::pair<std::string, ports::Labels>;
  static Series series(std::string_view family, ports::Labels labels) {
    std::ranges::sort(labels);
    return {std::string(family), std::move(labels)};
  }

  mutable std::mutex mutex_;
  std::map<Series, double> values_;
  std::map<Series, std::vector<double>> observations_;
  std::map<ports::ObjectKey, ports::EnvironmentMetrics> environments_;
};

}  // namespace athanor::fakes
