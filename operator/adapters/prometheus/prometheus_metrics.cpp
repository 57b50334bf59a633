#include "adapters/prometheus/prometheus_metrics.hpp"

#include <fstream>
#include <mutex>
#include <utility>

#include <prometheus/collectable.h>
#include <unistd.h>

#include "adapters/prometheus/exposition.hpp"

namespace athanor::prometheus_metrics {
namespace {

/// The second number of /proc/self/statm is the resident set in pages.
std::optional<std::uint64_t> resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(statm >> total >> resident)) return std::nullopt;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

/// The store, its mutex, and what a scrape asks. Families are made at each scrape and forgotten after it, so
/// that between scrapes 1,000 environments cost some hundred bytes each.
class PrometheusMetrics::Guarded final : public ::prometheus::Collectable {
 public:
  explicit Guarded(std::string version) : version_(std::move(version)) {}

  [[nodiscard]] std::vector<::prometheus::MetricFamily> Collect() const override {
    const ProcessFacts process{version_, resident_bytes()};
    const std::scoped_lock lock(mutex_);
    return expose(store_, process);
  }

  template <class Change>
  void change(Change&& apply) {
    const std::scoped_lock lock(mutex_);
    apply(store_);
  }

 private:
  const std::string version_;
  mutable std::mutex mutex_;
  SeriesStore store_;
};

PrometheusMetrics::PrometheusMetrics(std::string version)
    : guarded_(std::make_shared<Guarded>(std::move(version))) {}

PrometheusMetrics::~PrometheusMetrics() = default;

void PrometheusMetrics::set_environment(const ports::ObjectKey& key,
                                        const ports::EnvironmentMetrics& metrics) {
  guarded_->change([&](SeriesStore& store) { store.set_environment(key, metrics); });
}

void PrometheusMetrics::forget_environment(const ports::ObjectKey& key) {
  guarded_->change([&](SeriesStore& store) { store.forget_environment(key); });
}

void PrometheusMetrics::add(std::string_view counter, const ports::Labels& labels, double amount) {
  guarded_->change([&](SeriesStore& store) { store.add(counter, labels, amount); });
}

void PrometheusMetrics::set(std::string_view gauge, const ports::Labels& labels, double value) {
  guarded_->change([&](SeriesStore& store) { store.set(gauge, labels, value); });
}

void PrometheusMetrics::observe(std::string_view histogram, const ports::Labels& labels, double value) {
  guarded_->change([&](SeriesStore& store) { store.observe(histogram, labels, value); });
}

std::shared_ptr<::prometheus::Collectable> PrometheusMetrics::collectable() const {
  return guarded_;
}

}  // namespace athanor::prometheus_metrics
