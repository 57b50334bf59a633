// Reconciler: suspended, changed, deleted or stopped, before a run and in the middle of one.
#include <stop_token>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/codec.hpp"
#include "controller/run_reporter.hpp"
#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Interruption : public testing::Test {
 protected:
  void SetUp() override {
    world_.config_maps.put(config_map({"shop", "revisions"}, chain(4)));
    world_.add(kStaging);
  }
  /// Does something while r2 is being applied.
  void during_r2(std::function<void()> act) {
    world_.gate.before_execute = [act = std::move(act)](const Statement& statement) {
      if (statement.text.find("CREATE TABLE t2") != std::string::npos) act();
    };
  }
  /// Lets a run take so long that it is told, and waits for that.
  void let_it_be_told() {
    const auto writes = static_cast<int>(world_.status_writes());
    world_.clock.wait_for_sleepers(1);
    world_.clock.advance(kFirstReportAfter);
    world_.client.wait_for_calls("patch_status", writes + 1);
  }
  void suspend() {
    world_.change(kStaging, [](nlohmann::json& spec) { spec["suspend"] = true; });
    world_.interrupt(kStaging);
  }

  World world_;
};

TEST_F(Interruption, by_suspension_beforehand_shows_what_is_pending_and_runs_nothing) {
  suspend();
  const auto result = world_.reconcile(kStaging);
  EXPECT_FALSE(result.failed);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False Suspended");
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "False Settled");
  EXPECT_EQ(world_.status(kStaging).pending_count, 4);
  EXPECT_THAT(world_.gate.executed, IsEmpty());
}

TEST_F(Interruption, by_suspension_beforehand_counts_what_would_be_destroyed) {
  ports::StringMap data = chain(2);
  data["r3.sql"] = revision_text("r3", "r2", "DROP TABLE t1;\nALTER TABLE t2 DROP COLUMN id;");
  world_.config_maps.put(config_map({"shop", "revisions"}, data));
  suspend();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status(kStaging).pending_destructive_statements, 2);

  data["r4.sql"] = revision_text("r4", "r3", "DELETE FROM t2;");
  world_.config_maps.put(config_map({"shop", "revisions"}, data));
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status(kStaging).pending_destructive_statements, 3) << "the plan has changed";
  const auto writes = world_.status_writes();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), writes);
}

TEST_F(Interruption, by_suspension_is_none_for_what_is_up_to_date_and_still_checked) {
  world_.reconcile(kStaging);
  suspend();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  world_.ask(kStaging, "UPDATE alembic_version SET version_num = 'r3'");
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False Suspended");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True DatabaseBehind");
}

TEST_F(Interruption, by_suspension_claims_no_database) {
  world_.reconcile(kStaging);
  world_.ask(kStaging, "DROP TABLE athanor_ledger");
  suspend();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.ask(kStaging, "SELECT count(*) FROM sqlite_master WHERE name = 'athanor_ledger'"),
              ElementsAre("0"));
}

TEST_F(Interruption, by_suspension_in_mid_run_lets_the_running_revision_end_and_starts_no_other) {
  during_r2([this] { suspend(); });
  const auto result = world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r2"));
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True Stopped");
  EXPECT_THAT(world_.status(kStaging).pending_revisions, ElementsAre("r3", "r4"));
  EXPECT_TRUE(result.requeue_after.has_value());

  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False Suspended");
  EXPECT_EQ(world_.status(kStaging).history.size(), 2U);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r2"));

  world_.change(kStaging, [](nlohmann::json& spec) { spec["suspend"] = false; });
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r4"));
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(Interruption, is_not_counted_as_a_failed_revision) {
  during_r2([this] { suspend(); });
  world_.reconcile(kStaging);
  EXPECT_EQ(
      world_.metrics.value(
          "athanor_revisions_applied_total",
          {{"namespace", "shop"}, {"name", "staging"}, {"direction", "upgrade"}, {"result", "failure"}}),
      0);
}

TEST_F(Interruption, by_deletion_in_mid_run_lets_the_running_revision_end_and_leaves_no_metrics) {
  during_r2([this] {
    world_.remove(kStaging);
    world_.interrupt(kStaging);
  });
  world_.client.fail_next("patch_status", {ErrorKind::Transient, "NotFound", "gone", {}});
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r2"));

  world_.gate.before_execute = {};
  EXPECT_EQ(world_.reconcile(kStaging), runtime::ReconcileResult{});
  EXPECT_EQ(world_.metrics.environment(kStaging), std::nullopt);
  // What is left is nobody's in particular.
  EXPECT_THAT(world_.metrics.families(), testing::ElementsAre("athanor_drift_check_duration_seconds"));
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r2")) << "its database is left alone";
}

TEST_F(Interruption, by_deletion_has_every_series_of_it_vanish_and_no_other) {
  world_.add(kProduction);
  world_.reconcile(kStaging);
  world_.reconcile(kProduction);
  world_.remove(kStaging);
  EXPECT_EQ(world_.reconcile(kStaging), runtime::ReconcileResult{});
  EXPECT_EQ(world_.metrics.environment(kStaging), std::nullopt);
  EXPECT_TRUE(world_.metrics.environment(kProduction).has_value());
  EXPECT_EQ(
      world_.metrics.value(
          "athanor_revisions_applied_total",
          {{"namespace", "shop"}, {"name", "staging"}, {"direction", "upgrade"}, {"result", "success"}}),
      0);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r4"));
}

TEST_F(Interruption, by_a_change_that_came_before_the_run_was_known_runs_nothing) {
  // The watch saw the suspension while the database was being read: there was no run to stop yet.
  world_.gate.on_connect = [this] { suspend(); };
  world_.reconcile(kStaging);
  world_.gate.on_connect = {};
  EXPECT_THAT(world_.gate.executed, IsEmpty());
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True Stopped");
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False Suspended");
}

TEST_F(Interruption, by_a_change_of_the_spec_warns_of_nothing) {
  during_r2([this] {
    world_.change(kStaging, [](nlohmann::json& spec) { spec["drift"]["interval"] = "1m"; });
    world_.interrupt(kStaging);
  });
  world_.reconcile(kStaging);
  world_.gate.before_execute = {};
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Migrated", "Migrated", "Ready"));
}

TEST_F(Interruption, by_the_operators_end_lets_the_running_revision_end) {
  std::stop_source stop;
  during_r2([&stop] { stop.request_stop(); });
  world_.reconcile(kStaging, stop.get_token());
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r2"));
  world_.restart();
  world_.gate.before_execute = {};
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r4"));
  EXPECT_EQ(world_.status(kStaging).history.size(), 4U);
}

TEST_F(Interruption, by_a_kill_before_the_status_was_written_loses_no_history) {
  world_.watch_lags = true;
  world_.reconcile(kStaging);
  const auto told = api::decode_status(world_.client.status_patches().back().patch);
  world_.restart();
  world_.watch_lags = false;
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.client.status_patches().size(), 2U);
  EXPECT_EQ(world_.status(kStaging).history, told.history);
  EXPECT_EQ(world_.status(kStaging).history.size(), 4U);
  ASSERT_TRUE(world_.status(kStaging).last_applied);
  EXPECT_EQ(world_.status(kStaging).last_applied->revision, "r4");
}

TEST_F(Interruption, by_the_end_of_the_grace_time_rolls_the_running_revision_back) {
  std::stop_source cancel;
  during_r2([&cancel] { cancel.request_stop(); });
  world_.reconcile(kStaging, {}, cancel.get_token());
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r1"));
  EXPECT_THAT(world_.tables(kStaging), ElementsAre("t1"));
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True Stopped");
  world_.gate.before_execute = {};
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r4"));
}

TEST_F(Interruption, of_nobodys_patience_a_long_run_shows_how_far_it_is) {
  during_r2([this] { let_it_be_told(); });
  world_.reconcile(kStaging);
  const auto patches = world_.client.status_patches();
  ASSERT_EQ(patches.size(), 2U);
  EXPECT_THAT(patches[0].patch, HasSubstr("Applying r2 (2 of 4)"));
  EXPECT_THAT(patches[0].patch, HasSubstr("Migrating"));
  const api::Status told = api::decode_status(patches[0].patch);
  EXPECT_THAT(told.current_revisions, ElementsAre("r1"));
  EXPECT_THAT(told.pending_revisions, ElementsAre("r2", "r3", "r4"));
  EXPECT_EQ(told.history.size(), 1U);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.status(kStaging).history.size(), 4U);
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Migrated", "Ready"));
}

TEST_F(Interruption, of_nobodys_patience_a_long_run_is_measured_while_it_goes_on) {
  std::optional<ports::EnvironmentMetrics> seen;
  during_r2([this, &seen] {
    EXPECT_EQ(world_.metrics.environment(kStaging), std::nullopt);
    let_it_be_told();
    seen = world_.metrics.environment(kStaging);
  });
  world_.reconcile(kStaging);
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->conditions[0].type + "=" + seen->conditions[0].status, "Ready=False");
  EXPECT_EQ(seen->pending_revisions, 3U);
  EXPECT_EQ(seen->current, "r1");
}

TEST_F(Interruption, of_nobodys_patience_a_long_run_loses_no_event_of_drift) {
  world_.reconcile(kStaging);
  world_.ask(kStaging, "UPDATE alembic_version SET version_num = 'r1'");
  for (const char* table : {"t2", "t3", "t4"}) world_.ask(kStaging, std::string("DROP TABLE ") + table);
  world_.events.clear();
  during_r2([this] { let_it_be_told(); });
  world_.reconcile(kStaging);
  world_.gate.before_execute = {};
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Drifted", "Migrated", "Ready", "DriftResolved"));
}

}  // namespace
}  // namespace athanor::controller
