#include <algorithm>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "adapters/prometheus/series_store.hpp"
#include "ports/metric_catalog.hpp"
#include "promtool.hpp"
#include "scrape.hpp"

namespace athanor::prometheus_metrics {
namespace {

using ports::EnvironmentMetrics;
using ports::Labels;
using ports::ObjectKey;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const ObjectKey kStaging{"shop", "staging"};

EnvironmentMetrics ready_environment() {
  return {{{"Ready", "True"}, {"Drifted", "Unknown"}}, 3, 1, "a1,b2", "c3", "sha256:00", 1.5e9};
}

TEST(EnvironmentSeries, SayOneForTheStatusAndNoughtForTheOthers) {
  PrometheusMetrics metrics("1");
  metrics.set_environment(kStaging, ready_environment());
  const std::string labels = R"(athanor_environment_condition{namespace="shop",name="staging",)";
  EXPECT_THAT(
      lines(metrics, "athanor_environment_condition"),
      ElementsAre(
          labels + R"(type="Ready",status="True"} 1)", labels + R"(type="Ready",status="False"} 0)",
          labels + R"(type="Ready",status="Unknown"} 0)", labels + R"(type="Drifted",status="True"} 0)",
          labels + R"(type="Drifted",status="False"} 0)", labels + R"(type="Drifted",status="Unknown"} 1)"));
}

TEST(EnvironmentSeries, AreReplacedAsAWhole) {
  PrometheusMetrics metrics("1");
  metrics.set_environment(kStaging, ready_environment());
  metrics.set_environment(kStaging, {{}, 0, 0, "c3", "c3", "sha256:11", 1.6e9});
  EXPECT_THAT(lines(metrics, "athanor_environment_condition"), IsEmpty());
  EXPECT_THAT(lines(metrics, "athanor_environment_pending_revisions"),
              ElementsAre(R"(athanor_environment_pending_revisions{namespace="shop",name="staging"} 0)"));
  EXPECT_THAT(
      lines(metrics, "athanor_environment_info"),
      ElementsAre(
          R"(athanor_environment_info{namespace="shop",name="staging",current="c3",target="c3",digest="sha256:11"} 1)"));
}

TEST(EnvironmentSeries, AreAbsentForWhatIsNotKnown) {
  PrometheusMetrics metrics("1");
  metrics.set_environment(kStaging, ready_environment());
  metrics.set_environment(kStaging,
                          {{{"Drifted", "Unknown"}}, std::nullopt, std::nullopt, "a1", "a1", "", 1});
  EXPECT_THAT(lines(metrics, "athanor_environment_pending_revisions"), IsEmpty());
  EXPECT_THAT(lines(metrics, "athanor_environment_drifted_objects"), IsEmpty());
  EXPECT_EQ(lines(metrics, "athanor_environment_info").size(), 1U);
}

TEST(EnvironmentSeries, VanishWithTheirEnvironmentAndLeaveOthersAlone) {
  PrometheusMetrics metrics("1");
  for (const std::string name : {"staging", "production"}) {
    metrics.set_environment({"shop", name}, ready_environment());
    const Labels labels{{"namespace", "shop"}, {"name", name}};
    metrics.add("athanor_lock_timeouts_total", labels);
    metrics.observe("athanor_revision_duration_seconds", labels, 1);
  }
  metrics.set("workqueue_depth", {{"name", "environments"}}, 2);
  metrics.forget_environment(kStaging);
  const std::string text = scrape(metrics);
  EXPECT_THAT(text, Not(HasSubstr("staging")));
  EXPECT_THAT(text, HasSubstr(R"(athanor_lock_timeouts_total{namespace="shop",name="production"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(workqueue_depth{name="environments"} 2)"));
}

TEST(EnvironmentSeries, ForgettingAnUnknownEnvironmentDoesNothing) {
  PrometheusMetrics metrics("1");
  metrics.forget_environment(kStaging);
  EXPECT_THAT(lines(metrics, "athanor_environment"), IsEmpty());
}

TEST(Counters, AddUpPerSetOfLabelsInAnyOrder) {
  PrometheusMetrics metrics("1");
  metrics.add("rest_client_requests_total", {{"code", "200"}, {"method", "GET"}});
  metrics.add("rest_client_requests_total", {{"method", "GET"}, {"code", "200"}}, 2);
  metrics.add("rest_client_requests_total", {{"code", "409"}, {"method", "PATCH"}});
  EXPECT_THAT(lines(metrics, "rest_client_requests_total"),
              ElementsAre(R"(rest_client_requests_total{code="200",method="GET"} 3)",
                          R"(rest_client_requests_total{code="409",method="PATCH"} 1)"));
}

TEST(Counters, AreThereAtNoughtOnceTheyWereMade) {
  PrometheusMetrics metrics("1");
  metrics.add("athanor_watch_restarts_total", {{"reason", "gone"}}, 0);
  EXPECT_THAT(lines(metrics, "athanor_watch_restarts_total"),
              ElementsAre(R"(athanor_watch_restarts_total{reason="gone"} 0)"));
}

TEST(Histograms, AreCumulativeAndCountTheBound) {
  PrometheusMetrics metrics("1");
  for (const double seconds : {0.01, 0.02, 31.0}) {
    metrics.observe("athanor_drift_check_duration_seconds", {}, seconds);
  }
  const std::string start = R"(athanor_drift_check_duration_seconds_bucket{le=")";
  EXPECT_THAT(lines(metrics, "athanor_drift_check_duration_seconds_bucket"),
              ElementsAre(start + "0.01\"} 1", start + "0.05\"} 2", start + "0.25\"} 2", start + "1\"} 2",
                          start + "5\"} 2", start + "30\"} 2", start + "+Inf\"} 3"));
  EXPECT_THAT(lines(metrics, "athanor_drift_check_duration_seconds_count"),
              ElementsAre(::testing::EndsWith(" 3")));
}

TEST(ProcessSeries, TellVersionAndMemory) {
  PrometheusMetrics metrics("1.2.3");
  EXPECT_THAT(lines(metrics, "athanor_build_info"), ElementsAre(R"(athanor_build_info{version="1.2.3"} 1)"));
  const auto memory = lines(metrics, "process_resident_memory_bytes");
  ASSERT_EQ(memory.size(), 1U);
  EXPECT_GT(std::stod(memory[0].substr(memory[0].find(' '))), 1e6);
}

TEST(LabelValues, AreAlwaysUtf8AndBounded) {
  EXPECT_EQ(label_value("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(label_value("caf\xe9"), "caf?");
  EXPECT_EQ(label_value(std::string("a\0b", 3)), "a?b");
  EXPECT_EQ(label_value("\xc0\xaf"), "??") << "overlong";
  EXPECT_EQ(label_value("\xed\xa0\x80"), "???") << "a surrogate";
  EXPECT_EQ(label_value("\xf4\x90\x80\x80"), "????") << "past U+10FFFF";
  EXPECT_EQ(label_value(std::string(1000, 'x')).size(), 256U);
  EXPECT_EQ(label_value(std::string(255, 'x') + "\xc3\xa9").size(), 255U) << "never half a character";
}

TEST(LabelValues, ThatHoldQuotesKeepAScrapeReadable) {
  PrometheusMetrics metrics("1");
  metrics.set_environment(kStaging, {{}, 0, 0, "a\"b\\c\nd", "", "", 0});
  EXPECT_THAT(scrape(metrics), HasSubstr(R"(current="a\"b\\c\nd")"));
}

TEST(Catalogue, HasEveryFamilyOnceWithHelpAndAscendingBuckets) {
  std::set<std::string_view> names;
  for (const ports::MetricSpec& spec : ports::kMetricCatalog) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_FALSE(spec.help.empty()) << spec.name;
    EXPECT_EQ(spec.buckets.empty(), spec.type != ports::MetricType::Histogram) << spec.name;
    EXPECT_TRUE(std::is_sorted(spec.buckets.begin(), spec.buckets.end())) << spec.name;
  }
}

using MetricsDeathTest = ::testing::Test;

TEST(MetricsDeathTest, WhatTheCatalogueDoesNotHaveIsAProgrammingError) {
  PrometheusMetrics metrics("1");
  EXPECT_DEATH(metrics.add("athanor_no_such_total", {}), "the catalogue does not have");
  EXPECT_DEATH(metrics.set("athanor_watch_restarts_total", {{"reason", "x"}}, 1),
               "the catalogue does not have");
  EXPECT_DEATH(metrics.add("athanor_watch_restarts_total", {{"why", "x"}}),
               "labels other than the catalogue's");
  EXPECT_DEATH(metrics.add("athanor_watch_restarts_total", {}), "labels other than the catalogue's");
}

/// Sets every family of the catalogue once.
void set_everything(PrometheusMetrics& metrics) {
  metrics.set_environment(kStaging, ready_environment());
  for (const ports::MetricSpec& spec : ports::kMetricCatalog) {
    const bool by_the_adapter = spec.name.starts_with("athanor_environment_") ||
                                spec.name.ends_with("_info") || spec.name.starts_with("process_");
    if (by_the_adapter) continue;
    Labels labels;
    for (const std::string_view label : spec.labels) labels.emplace_back(label, "x");
    switch (spec.type) {
      case ports::MetricType::Counter:
        metrics.add(spec.name, labels);
        break;
      case ports::MetricType::Gauge:
        metrics.set(spec.name, labels, 1);
        break;
      case ports::MetricType::Histogram:
        metrics.observe(spec.name, labels, 1);
        break;
    }
  }
}

TEST(Scrape, HasEveryFamilyOfTheCatalogue) {
  PrometheusMetrics metrics("1");
  set_everything(metrics);
  const std::string text = scrape(metrics);
  for (const ports::MetricSpec& spec : ports::kMetricCatalog) {
    EXPECT_THAT(text, HasSubstr("# HELP " + std::string(spec.name) + " " + std::string(spec.help) + "\n"));
  }
}

TEST(Scrape, PassesPromtool) {
  PrometheusMetrics metrics("1");
  set_everything(metrics);
  EXPECT_EQ(promtool_complaints(scrape(metrics)), "");
}

TEST(Scrape, MayBeMadeWhileValuesChange) {
  PrometheusMetrics metrics("1");
  std::jthread writer([&metrics] {
    for (int i = 0; i < 2000; ++i) {
      const ObjectKey key{"shop", std::to_string(i % 7)};
      metrics.set_environment(key, ready_environment());
      metrics.add("athanor_lock_timeouts_total", {{"namespace", key.ns}, {"name", key.name}});
      if (i % 5 == 0) metrics.forget_environment(key);
    }
  });
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(scrape(metrics).empty());
}

}  // namespace
}  // namespace athanor::prometheus_metrics
