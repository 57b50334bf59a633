// What /metrics says of an environment: only what is known, and only failures that are a revision's.
#include "controller/environment_metrics.hpp"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_metrics_sink.hpp"
#include "unit/controller/outcomes.hpp"
#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"
#include "unit/sentence.hpp"

namespace athanor::controller {
namespace {

const ports::Labels kFailedUp{
    {"namespace", "shop"}, {"name", "staging"}, {"direction", "upgrade"}, {"result", "failure"}};

struct Case {
  std::string sentence;
  ErrorKind kind;
  std::string revision;
  double failures;
};

class FailedRevisions : public testing::TestWithParam<Case> {};

TEST_P(FailedRevisions, AreCounted) {
  Report report;
  report.decision.plan.steps = {{"r1", Direction::Upgrade, {}}};
  report.failure = Error{GetParam().kind, "Reason", "message", ErrorSite{.revision = GetParam().revision}};
  report.outcome = outcome_of({}, {}, report.failure);
  fakes::FakeMetricsSink metrics;
  count_pass(metrics, kStaging, report);
  EXPECT_EQ(metrics.value("athanor_revisions_applied_total", kFailedUp), GetParam().failures);
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, FailedRevisions,
    testing::Values(Case{"a revision that failed for good is one", ErrorKind::Terminal, "r1", 1},
                    Case{"an outage in mid run is none", ErrorKind::Transient, "r1", 0},
                    Case{"a version table that moved is none", ErrorKind::Conflict, "r1", 0},
                    Case{"a commit in doubt is none", ErrorKind::InDoubt, "r1", 0},
                    Case{"a database of another owner is none", ErrorKind::Terminal, "", 0}),
    sentence_name<Case>);

TEST(FailedRevisionsOf, a_run_that_never_was_are_none) {
  Report report;
  report.failure = Error{ErrorKind::Terminal, "SqlError", "remembered", ErrorSite{.revision = "r1"}};
  fakes::FakeMetricsSink metrics;
  count_pass(metrics, kStaging, report);
  EXPECT_EQ(metrics.value("athanor_revisions_applied_total", kFailedUp), 0);
}

TEST(Gauges, have_no_value_for_what_is_not_known) {
  api::Status status;
  status.drift = api::DriftStatus{"", "CheckFailed", {"r3"}, 1};
  status.conditions = {{"Drifted", ConditionStatus::Unknown, "CheckFailed", "", "", 1}};
  EXPECT_EQ(gauges_of(status, {}).pending_revisions, std::nullopt);
  EXPECT_EQ(gauges_of(status, {}).drifted_objects, std::nullopt);
  status.pending_count = 0;
  status.conditions[0].status = ConditionStatus::True;
  EXPECT_EQ(gauges_of(status, {}).pending_revisions, 0U);
  EXPECT_EQ(gauges_of(status, {}).drifted_objects, 1U);
}

class Measuring : public testing::Test {
 protected:
  void SetUp() override {
    world_.config_maps.put(config_map({"shop", "revisions"}, chain(3)));
    world_.add(kStaging);
  }
  void close() { world_.gate.closed = Error{ErrorKind::Transient, "DatabaseUnreachable", "Refused.", {}}; }

  World world_;
};

TEST_F(Measuring, an_outage_leaves_drift_unknown_and_not_gone) {
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.metrics.environment(kStaging)->drifted_objects, 0U);
  close();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.metrics.environment(kStaging)->drifted_objects, std::nullopt);
  EXPECT_EQ(world_.metrics.environment(kStaging)->pending_revisions, 0U) << "as last seen, of the same set";
}

TEST_F(Measuring, a_database_that_nobody_has_seen_has_no_pending_revisions_either_way) {
  close();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.metrics.environment(kStaging)->pending_revisions, std::nullopt);
}

TEST_F(Measuring, an_environment_has_counters_from_its_first_check_on) {
  close();
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.metrics.families(), testing::Contains("athanor_revisions_applied_total"));
}

TEST_F(Measuring, what_never_reached_a_database_is_none_of_its_errors_and_no_check_of_it) {
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["database"] =
        nlohmann::json::parse(R"({"urlFrom": {"secretKeyRef": {"name": "login", "key": "uri"}}})");
  });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False SecretMissing");
  EXPECT_EQ(world_.metrics.value("athanor_database_errors_total",
                                 {{"namespace", "shop"}, {"name", "staging"}, {"reason", "SecretMissing"}}),
            0);
  EXPECT_TRUE(world_.metrics.observations("athanor_drift_check_duration_seconds", {}).empty());
}

}  // namespace
}  // namespace athanor::controller
