// Reconciler: from revisions to a database that has them, and nothing where nothing is to be done.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr ports::Millis kInterval{5 * 60 * 1000};
const ports::Labels kNames{{"namespace", "shop"}, {"name", "staging"}};

class Applying : public testing::Test {
 protected:
  void SetUp() override {
    world_.config_maps.put(config_map({"shop", "revisions"}, chain(3)));
    world_.add(kStaging);
  }
  World world_;
};

TEST_F(Applying, brings_an_empty_database_to_its_heads_and_says_so) {
  const auto result = world_.reconcile(kStaging);
  EXPECT_EQ(result, (runtime::ReconcileResult{.requeue_after = kInterval}));
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r3"));
  EXPECT_THAT(world_.tables(kStaging), ElementsAre("t1", "t2", "t3"));

  const api::Status status = world_.status(kStaging);
  EXPECT_EQ(status.observed_generation, 1);
  EXPECT_THAT(status.current_revisions, ElementsAre("r3"));
  EXPECT_THAT(status.target_revisions, ElementsAre("r3"));
  EXPECT_EQ(status.pending_count, 0);
  EXPECT_THAT(status.observed_digest, testing::StartsWith("sha256:"));
  ASSERT_TRUE(status.last_applied.has_value());
  EXPECT_EQ(status.last_applied->revision, "r3");
  EXPECT_EQ(status.history.size(), 3U);
  EXPECT_EQ(status.failure, std::nullopt);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "False Settled");
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "False InSync");
}

TEST_F(Applying, costs_one_status_write_and_tells_its_events_once) {
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), 1U);
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Migrated", "Ready"));
  EXPECT_THAT(world_.events.events()[0].note, HasSubstr("r1, r2, r3"));
}

TEST_F(Applying, is_measured_and_logged) {
  world_.reconcile(kStaging);
  const auto metrics = world_.metrics.environment(kStaging);
  ASSERT_TRUE(metrics.has_value());
  EXPECT_EQ(metrics->current, "r3");
  EXPECT_EQ(metrics->target, "r3");
  EXPECT_EQ(metrics->pending_revisions, 0U);
  EXPECT_EQ(metrics->drifted_objects, 0U);
  EXPECT_EQ(metrics->digest, world_.status(kStaging).observed_digest);
  EXPECT_EQ(metrics->conditions.size(), 4U);
  EXPECT_EQ(metrics->last_reconcile_timestamp_seconds, 1'795'000'000.0);
  EXPECT_EQ(
      world_.metrics.value(
          "athanor_revisions_applied_total",
          {{"namespace", "shop"}, {"name", "staging"}, {"direction", "upgrade"}, {"result", "success"}}),
      3);
  EXPECT_EQ(world_.metrics.observations("athanor_revision_duration_seconds", kNames).size(), 3U);
  EXPECT_EQ(world_.metrics.observations("athanor_drift_check_duration_seconds", {}).size(), 1U);
  EXPECT_EQ(world_.log.lines_with("revision applied").size(), 3U);
}

TEST_F(Applying, writes_nothing_and_fetches_no_config_map_where_nothing_has_changed) {
  world_.reconcile(kStaging);
  const int fetches = world_.client.calls("config_map");
  for (int pass = 0; pass < 3; ++pass) {
    world_.clock.advance(kInterval);
    EXPECT_EQ(world_.reconcile(kStaging), (runtime::ReconcileResult{.requeue_after = kInterval}));
  }
  EXPECT_EQ(world_.status_writes(), 1U);
  EXPECT_EQ(world_.client.calls("config_map"), fetches);
  EXPECT_EQ(world_.client.calls("secret"), 0);
  EXPECT_EQ(world_.events.events().size(), 2U);
  EXPECT_EQ(world_.gate.executed.size(), 3U);
}

TEST_F(Applying, looks_again_within_the_interval_and_not_with_everybody_else) {
  world_.randomness.set({0.5});
  EXPECT_EQ(world_.reconcile(kStaging).requeue_after, ports::Millis{285'000});
}

TEST_F(Applying, writes_nothing_after_a_restart_either) {
  world_.reconcile(kStaging);
  world_.restart();
  world_.clock.advance(kInterval);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), 1U);
  EXPECT_EQ(world_.events.events().size(), 2U);
  EXPECT_EQ(world_.gate.executed.size(), 3U);
}

TEST_F(Applying, reads_the_secret_once_per_check) {
  ports::Secret login;
  login.meta.key = {"shop", "login"};
  login.data["uri"] = "sqlite:///" + world_.database_file(kStaging).string();
  world_.client.put(login);
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["database"] =
        nlohmann::json::parse(R"({"urlFrom": {"secretKeyRef": {"name": "login", "key": "uri"}}})");
  });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.client.calls("secret"), 1);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.client.calls("secret"), 2);
}

TEST_F(Applying, takes_what_a_config_map_brings_later) {
  world_.reconcile(kStaging);
  world_.config_maps.put(config_map({"shop", "revisions"}, chain(5)));
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r5"));
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.gate.executed.size(), 5U) << "the first three were not run again";
  EXPECT_EQ(world_.status(kStaging).history.size(), 5U);
  EXPECT_EQ(world_.status(kStaging).history.front().revision, "r5");
}

TEST_F(Applying, keeps_environments_apart_that_read_the_same_config_map) {
  world_.add(kProduction, [](nlohmann::json& spec) { spec["target"] = "r1"; });
  world_.reconcile(kStaging);
  world_.reconcile(kProduction);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r3"));
  EXPECT_THAT(world_.version_rows(kProduction), ElementsAre("r1"));
  EXPECT_EQ(world_.client.calls("config_map"), 1) << "one set for both";
}

TEST_F(Applying, asks_the_connector_for_what_the_spec_says) {
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["database"]["tls"] = nlohmann::json::parse(R"({"mode": "verify-ca"})");
  });
  world_.reconcile(kStaging);
  ASSERT_FALSE(world_.gate.specs.empty());
  EXPECT_EQ(world_.gate.specs[0].tls, ports::TlsMode::VerifyCa);
  EXPECT_TRUE(world_.gate.specs[0].operator_rules);
  EXPECT_TRUE(world_.gate.specs[0].allow_sqlite) << "standalone";
}

TEST_F(Applying, uses_the_version_table_that_the_spec_names) {
  world_.change(kStaging, [](nlohmann::json& spec) { spec["versionTable"]["name"] = "versions"; });
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.ask(kStaging, "SELECT version_num FROM versions"), ElementsAre("r3"));
}

TEST_F(Applying, downgrades_to_an_explicit_target_where_the_policy_allows_it) {
  world_.reconcile(kStaging);
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["target"] = "r1";
    spec["policy"]["downgrade"] = "Allow";
  });
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r1"));
  EXPECT_THAT(world_.tables(kStaging), ElementsAre("t1"));
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.status(kStaging).last_applied->direction, "downgrade");
  EXPECT_EQ(
      world_.metrics.value(
          "athanor_revisions_applied_total",
          {{"namespace", "shop"}, {"name", "staging"}, {"direction", "downgrade"}, {"result", "success"}}),
      2);
}

TEST_F(Applying, downgrades_nothing_where_the_policy_denies_it) {
  world_.reconcile(kStaging);
  world_.change(kStaging, [](nlohmann::json& spec) { spec["target"] = "r1"; });
  const auto result = world_.reconcile(kStaging);
  EXPECT_FALSE(result.failed) << "a policy that says no is no failure";
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r3"));
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False DowngradeDenied");
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True DatabaseAhead");
  EXPECT_EQ(world_.metrics.environment(kStaging)->drifted_objects, 2U);
}

TEST_F(Applying, applies_again_what_was_taken_back_from_outside_and_sees_at_once_that_it_is_mended) {
  world_.reconcile(kStaging);
  world_.ask(kStaging, "UPDATE alembic_version SET version_num = 'r2'");
  world_.ask(kStaging, "DROP TABLE t3");
  const auto result = world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r3"));
  EXPECT_THAT(world_.events.reasons(kStaging), Contains("Drifted"));
  ASSERT_TRUE(result.requeue_after.has_value());
  EXPECT_LT(*result.requeue_after, ports::Millis{1000}) << "the drift that was mended is verified at once";
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "False InSync");
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.events.reasons(kStaging), Contains("DriftResolved"));
}

}  // namespace
}  // namespace athanor::controller
