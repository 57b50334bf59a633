#include "adapters/prometheus/exposition.hpp"

#include <array>
#include <limits>

namespace athanor::prometheus_metrics {
namespace {

using ports::MetricSpec;
using ports::MetricType;
using ::prometheus::ClientMetric;
using ::prometheus::MetricFamily;

constexpr std::array<std::string_view, 3> kStatusNames{"True", "False", "Unknown"};  // in the order of Status

::prometheus::MetricType exposed_type(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return ::prometheus::MetricType::Counter;
    case MetricType::Histogram:
      return ::prometheus::MetricType::Histogram;
    case MetricType::Gauge:
      break;
  }
  return ::prometheus::MetricType::Gauge;
}

/// The families in the catalogue's order, filled series by series.
class Families {
 public:
  Families() {
    for (const MetricSpec& spec : ports::kMetricCatalog) {
      families_.push_back({std::string(spec.name), std::string(spec.help), exposed_type(spec.type), {}});
    }
  }

  [[nodiscard]] static std::size_t index_of(const MetricSpec& spec) {
    return static_cast<std::size_t>(&spec - ports::kMetricCatalog.data());
  }

  ClientMetric& add(const MetricSpec& spec, std::initializer_list<std::string_view> values) {
    ClientMetric& metric = families_[index_of(spec)].metric.emplace_back();
    metric.label.reserve(spec.labels.size());
    for (const std::string_view value : values) append_label(spec, metric, value);
    return metric;
  }

  static void append_label(const MetricSpec& spec, ClientMetric& metric, std::string_view value) {
    metric.label.push_back({std::string(spec.labels[metric.label.size()]), std::string(value)});
  }

  void reserve(const MetricSpec& spec, std::size_t count) { families_[index_of(spec)].metric.reserve(count); }

  [[nodiscard]] std::vector<MetricFamily> take() && {
    std::erase_if(families_, [](const MetricFamily& family) { return family.metric.empty(); });
    return std::move(families_);
  }

 private:
  std::vector<MetricFamily> families_;
};

constexpr const MetricSpec& family(std::string_view name) {
  return *ports::find_metric(name);
}

constexpr const MetricSpec& kConditionFamily = family("athanor_environment_condition");
constexpr const MetricSpec& kPendingFamily = family("athanor_environment_pending_revisions");
constexpr const MetricSpec& kDriftedFamily = family("athanor_environment_drifted_objects");
constexpr const MetricSpec& kInfoFamily = family("athanor_environment_info");
constexpr const MetricSpec& kLastReconcileFamily =
    family("athanor_environment_last_reconcile_timestamp_seconds");
constexpr const MetricSpec& kBuildFamily = family("athanor_build_info");
constexpr const MetricSpec& kMemoryFamily = family("process_resident_memory_bytes");

/// Cumulative, as Prometheus wants it.
void fill_histogram(const MetricSpec& spec, const HistogramValue& seen, ClientMetric::Histogram& histogram) {
  histogram.sample_count = seen.count;
  histogram.sample_sum = seen.sum;
  histogram.bucket.reserve(spec.buckets.size() + 1);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < spec.buckets.size(); ++i) {
    below += seen.buckets[i];
    histogram.bucket.push_back({below, spec.buckets[i]});
  }
  histogram.bucket.push_back({seen.count, std::numeric_limits<double>::infinity()});
}

void append_label_values(const MetricSpec& spec, ClientMetric& metric, std::string_view joined) {
  for (const std::string_view value : split_label_values(joined)) {
    Families::append_label(spec, metric, value);
  }
}

void fill(const Series& series, ClientMetric& metric) {
  if (series.family->labels.size() > metric.label.size()) {
    append_label_values(*series.family, metric, series.label_values);
  }
  switch (series.family->type) {
    case MetricType::Counter:
      metric.counter.value = series.value;
      return;
    case MetricType::Gauge:
      metric.gauge.value = series.value;
      return;
    case MetricType::Histogram:
      if (series.histogram) fill_histogram(*series.family, *series.histogram, metric.histogram);
      return;
  }
}

/// One series per condition and status, 1 for the status it has: `== 0` and `absent()` then mean different
/// things, and a series doesn't break off when a status changes.
void expose_conditions(const SeriesStore& store, const ports::ObjectKey& key, const EnvironmentGauges& gauges,
                       Families& families) {
  for (const auto& condition : gauges.conditions) {
    for (std::size_t status = 0; status < kStatusNames.size(); ++status) {
      families
          .add(kConditionFamily,
               {key.ns, key.name, store.condition_types()[condition.type], kStatusNames[status]})
          .gauge.value = static_cast<std::size_t>(condition.status) == status ? 1 : 0;
    }
  }
}

void expose_environment(const SeriesStore& store, const ports::ObjectKey& key,
                        const EnvironmentRecord& record, Families& families) {
  if (record.gauges) {
    const EnvironmentGauges& gauges = *record.gauges;
    expose_conditions(store, key, gauges, families);
    if (gauges.pending_revisions) {
      families.add(kPendingFamily, {key.ns, key.name}).gauge.value = *gauges.pending_revisions;
    }
    if (gauges.drifted_objects) {
      families.add(kDriftedFamily, {key.ns, key.name}).gauge.value = *gauges.drifted_objects;
    }
    ClientMetric& info = families.add(kInfoFamily, {key.ns, key.name});
    append_label_values(kInfoFamily, info, gauges.info);
    info.gauge.value = 1;
    families.add(kLastReconcileFamily, {key.ns, key.name}).gauge.value =
        gauges.last_reconcile_timestamp_seconds;
  }
  for (const Series& series : record.series) fill(series, families.add(*series.family, {key.ns, key.name}));
}

}  // namespace

std::vector<MetricFamily> expose(const SeriesStore& store, const ProcessFacts& process) {
  Families families;
  const std::size_t environments = store.environments().size();
  families.reserve(kConditionFamily, environments * store.condition_types().size() * kStatusNames.size());
  for (const MetricSpec* spec : {&kPendingFamily, &kDriftedFamily, &kInfoFamily, &kLastReconcileFamily}) {
    families.reserve(*spec, environments);
  }
  for (const auto& [key, record] : store.environments()) expose_environment(store, key, record, families);
  for (const Series& series : store.process_series()) fill(series, families.add(*series.family, {}));
  families.add(kBuildFamily, {process.version}).gauge.value = 1;
  if (process.resident_bytes) {
    families.add(kMemoryFamily, {}).gauge.value = static_cast<double>(*process.resident_bytes);
  }
  return std::move(families).take();
}

}  // namespace athanor::prometheus_metrics
