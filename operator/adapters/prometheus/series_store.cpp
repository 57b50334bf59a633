#include "adapters/prometheus/series_store.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace athanor::prometheus_metrics {
namespace {

using ports::Labels;
using ports::MetricSpec;
using ports::MetricType;
using ports::ObjectKey;

constexpr std::size_t kMaxLabelBytes = 256;
constexpr std::size_t kImplied = 2;  // namespace and name, where they say which environment it is

const std::string* find_label(const Labels& labels, std::string_view name) {
  const auto found =
      std::find_if(labels.begin(), labels.end(), [name](const auto& label) { return label.first == name; });
  return found == labels.end() ? nullptr : &found->second;
}

/// The values of the labels from `first` on, in the catalogue's order; nullopt if they aren't the
/// catalogue's.
std::optional<std::string> join_label_values(const MetricSpec& family, const Labels& labels,
                                             std::size_t first) {
  if (labels.size() != family.labels.size()) return std::nullopt;
  std::string joined;
  for (std::size_t i = 0; i < family.labels.size(); ++i) {
    const std::string* value = find_label(labels, family.labels[i]);
    if (value == nullptr) return std::nullopt;
    if (i < first) continue;
    if (i > first) joined += '\0';
    joined += label_value(*value);
  }
  return joined;
}

std::optional<std::uint32_t> clamped(std::optional<std::size_t> count) {
  if (!count) return std::nullopt;
  return static_cast<std::uint32_t>(std::min<std::size_t>(*count, std::numeric_limits<std::uint32_t>::max()));
}

/// The bytes of the UTF-8 sequence that `text` begins with; 0 if it begins with none.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool too_large = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

std::string label_value(std::string_view text) {
  std::string value;
  while (!text.empty()) {
    const std::size_t length = text.front() == '\0' ? 0 : utf8_sequence(text);
    if (value.size() + std::max<std::size_t>(length, 1) > kMaxLabelBytes) break;
    if (length == 0) {
      value += '?';
    } else {
      value += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return value;
}

std::vector<std::string_view> split_label_values(std::string_view joined) {
  std::vector<std::string_view> values;
  for (;;) {
    const std::size_t end = joined.find('\0');
    values.push_back(joined.substr(0, end));
    if (end == std::string_view::npos) return values;
    joined.remove_prefix(end + 1);
  }
}

std::uint16_t SeriesStore::intern_condition_type(const std::string& type) {
  const auto found = std::find(condition_types_.begin(), condition_types_.end(), type);
  if (found != condition_types_.end()) return static_cast<std::uint16_t>(found - condition_types_.begin());
  condition_types_.push_back(type);
  return static_cast<std::uint16_t>(condition_types_.size() - 1);
}

void SeriesStore::set_environment(const ObjectKey& key, const ports::EnvironmentMetrics& metrics) {
  EnvironmentGauges gauges;
  gauges.conditions.reserve(metrics.conditions.size());
  for (const auto& condition : metrics.conditions) {
    const Status status = condition.status == "True"    ? Status::True
                          : condition.status == "False" ? Status::False
                                                        : Status::Unknown;
    gauges.conditions.push_back({intern_condition_type(condition.type), status});
  }
  gauges.pending_revisions = clamped(metrics.pending_revisions);
  gauges.drifted_objects = clamped(metrics.drifted_objects);
  gauges.last_reconcile_timestamp_seconds = metrics.last_reconcile_timestamp_seconds;
  gauges.info =
      label_value(metrics.current) + '\0' + label_value(metrics.target) + '\0' + label_value(metrics.digest);
  gauges.info.shrink_to_fit();
  environments_[key].gauges = std::move(gauges);
}

void SeriesStore::forget_environment(const ObjectKey& key) {
  environments_.erase(key);
}

Series* SeriesStore::find_or_make(std::string_view name, MetricType type, const Labels& labels) {
  const MetricSpec* family = ports::find_metric(name);
  assert(family != nullptr && family->type == type && "a metric that the catalogue does not have");
  if (family == nullptr || family->type != type) return nullptr;
  const bool per_environment = family->per_environment();
  const auto joined = join_label_values(*family, labels, per_environment ? kImplied : 0);
  assert(joined && "labels other than the catalogue's");
  if (!joined) return nullptr;
  std::vector<Series>& among =
      per_environment ? environments_[{*find_label(labels, "namespace"), *find_label(labels, "name")}].series
                      : process_series_;
  const auto found = std::find_if(among.begin(), among.end(), [&](const Series& series) {
    return series.family == family && series.label_values == *joined;
  });
  if (found != among.end()) return &*found;
  return &among.emplace_back(Series{family, *joined, 0, nullptr});
}

void SeriesStore::add(std::string_view counter, const Labels& labels, double amount) {
  assert(amount >= 0 && "a counter never goes back");
  Series* series = find_or_make(counter, MetricType::Counter, labels);
  if (series != nullptr && amount > 0) series->value += amount;
}

void SeriesStore::set(std::string_view gauge, const Labels& labels, double value) {
  Series* series = find_or_make(gauge, MetricType::Gauge, labels);
  if (series != nullptr) series->value = value;
}

void SeriesStore::observe(std::string_view histogram, const Labels& labels, double value) {
  Series* series = find_or_make(histogram, MetricType::Histogram, labels);
  if (series == nullptr) return;
  const auto bounds = series->family->buckets;
  if (!series->histogram) {
    series->histogram = std::make_unique<HistogramValue>();
    series->histogram->buckets.resize(bounds.size());
  }
  HistogramValue& seen = *series->histogram;
  seen.sum += value;
  ++seen.count;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value);
  if (bucket != bounds.end()) ++seen.buckets[static_cast<std::size_t>(bucket - bounds.begin())];
}

}  // namespace athanor::prometheus_metrics
