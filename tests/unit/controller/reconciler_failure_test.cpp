// Reconciler: SQL that fails, databases that can't be reached, API servers that take no status.
#include <filesystem>
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
using ::testing::Not;

constexpr ports::Millis kInterval{5 * 60 * 1000};

// What is in the third of five revisions: one statement that works, and on line 8 one that doesn't.
const std::string kBad =
    "CREATE TABLE half (id integer);\n\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE never (id integer);";

class BadSql : public testing::Test {
 protected:
  void SetUp() override {
    data_ = chain(5);
    data_["r3.sql"] = revision_text("r3", "r2", kBad);
    world_.config_maps.put(config_map({"shop", "revisions"}, data_));
    world_.add(kStaging);
  }
  void mend() {
    data_["r3.sql"] = chain(3)["r3.sql"];
    world_.config_maps.put(config_map({"shop", "revisions"}, data_));
  }

  World world_;
  ports::StringMap data_;
};

TEST_F(BadSql, leaves_what_came_before_it_and_nothing_of_itself) {
  const auto result = world_.reconcile(kStaging);
  EXPECT_EQ(result, (runtime::ReconcileResult{.requeue_after = kInterval, .failed = true}));
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r2"));
  EXPECT_THAT(world_.tables(kStaging), ElementsAre("t1", "t2"));
}

TEST_F(BadSql, is_told_with_revision_file_and_line) {
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False SqlError");
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True SqlError");
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "False Settled");
  const std::string message = world_.message(kStaging, "Stalled");
  EXPECT_THAT(message, HasSubstr("r3"));
  EXPECT_THAT(message, HasSubstr("ConfigMap shop/revisions key r3.sql"));
  EXPECT_THAT(message, HasSubstr("8"));
  EXPECT_THAT(message, HasSubstr("nowhere"));
  const api::Status status = world_.status(kStaging);
  ASSERT_TRUE(status.failure.has_value());
  EXPECT_EQ(status.failure->revision, "r3");
  EXPECT_EQ(status.failure->file, "ConfigMap shop/revisions key r3.sql");
  EXPECT_EQ(status.failure->line, 8);
  EXPECT_THAT(status.current_revisions, ElementsAre("r2"));
  EXPECT_THAT(status.pending_revisions, ElementsAre("r3", "r4", "r5"));
  EXPECT_EQ(status.history.size(), 2U);
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Migrated", "SqlError"));
  EXPECT_EQ(world_.log.lines_with("not where it should be").size(), 1U);
  EXPECT_EQ(
      world_.metrics.value(
          "athanor_revisions_applied_total",
          {{"namespace", "shop"}, {"name", "staging"}, {"direction", "upgrade"}, {"result", "failure"}}),
      1);
  EXPECT_EQ(world_.metrics.value("athanor_database_errors_total",
                                 {{"namespace", "shop"}, {"name", "staging"}, {"reason", "SqlError"}}),
            1);
}

TEST_F(BadSql, is_not_run_again_and_costs_no_write) {
  world_.reconcile(kStaging);
  const auto executed = world_.gate.executed;
  for (int pass = 0; pass < 3; ++pass) {
    world_.clock.advance(kInterval);
    EXPECT_EQ(world_.reconcile(kStaging),
              (runtime::ReconcileResult{.requeue_after = kInterval, .failed = true}));
  }
  EXPECT_EQ(world_.gate.executed, executed);
  EXPECT_EQ(world_.status_writes(), 1U);
  EXPECT_EQ(world_.events.events().size(), 2U);
}

TEST_F(BadSql, is_not_run_again_after_a_restart) {
  world_.reconcile(kStaging);
  const auto executed = world_.gate.executed;
  world_.restart();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.gate.executed, executed);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True SqlError");
  EXPECT_EQ(world_.status_writes(), 1U);
}

TEST_F(BadSql, goes_on_without_help_once_its_config_map_is_mended) {
  world_.reconcile(kStaging);
  mend();
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r5"));
  EXPECT_THAT(world_.tables(kStaging), ElementsAre("t1", "t2", "t3", "t4", "t5"));
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.status(kStaging).failure, std::nullopt);
}

TEST_F(BadSql, is_run_again_when_somebody_asks_for_it) {
  world_.reconcile(kStaging);
  const auto executed = world_.gate.executed.size();
  world_.ask(kStaging, "CREATE TABLE nowhere (id integer)");  // what was missing stands there now
  world_.annotate(kStaging, "athanor.dev/reconcile-at", "2026-11-22T20:00:00Z");
  world_.reconcile(kStaging);
  EXPECT_GT(world_.gate.executed.size(), executed);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.status(kStaging).last_handled_reconcile_at, "2026-11-22T20:00:00Z");
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r5"));
}

TEST_F(BadSql, that_is_asked_for_once_is_run_once_more) {
  world_.reconcile(kStaging);
  world_.annotate(kStaging, "athanor.dev/reconcile-at", "now");
  world_.reconcile(kStaging);
  const auto executed = world_.gate.executed;
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.gate.executed, executed);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True SqlError");
}

TEST_F(BadSql, is_run_again_when_the_spec_changes) {
  world_.reconcile(kStaging);
  const auto executed = world_.gate.executed.size();
  world_.change(kStaging, [](nlohmann::json& spec) { spec["policy"]["lockTimeout"] = "1s"; });
  world_.reconcile(kStaging);
  EXPECT_GT(world_.gate.executed.size(), executed);
}

TEST_F(BadSql, that_is_remembered_does_not_lend_its_memory_to_another_failure) {
  world_.reconcile(kStaging);
  const auto file = world_.database_file(kStaging);
  const auto copy = file.string() + ".before";
  std::filesystem::copy_file(file, copy);
  // Another environment takes the database over, and gives it back as it was.
  world_.add(kProduction, [&file](nlohmann::json& spec) {
    spec["database"]["url"] = "sqlite:///" + file.string();
    spec["target"] = "r2";
  });
  world_.annotate(kProduction, "athanor.dev/take-over", "shop/staging");
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.condition(kProduction, "Ready"), "True UpToDate");
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True DatabaseOwnedElsewhere");
  std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True SqlError") << "nobody else owns it any longer";
}

class Outage : public testing::Test {
 protected:
  void SetUp() override {
    world_.config_maps.put(config_map({"shop", "revisions"}, chain(2)));
    world_.add(kStaging);
  }
  void close() {
    world_.gate.closed = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  }
  void open() { world_.gate.closed.reset(); }

  World world_;
};

TEST_F(Outage, at_the_start_is_waited_for) {
  close();
  const auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False DatabaseUnreachable");
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True DatabaseUnreachable");
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled");
  EXPECT_EQ(world_.status(kStaging).pending_count, std::nullopt) << "nobody has seen the database yet";
  open();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(Outage, makes_drift_unknown_at_once_and_costs_ready_at_the_third_failed_check) {
  world_.reconcile(kStaging);
  close();
  for (int check = 1; check <= 4; ++check) {
    world_.reconcile(kStaging);
    EXPECT_EQ(world_.condition(kStaging, "Drifted"), "Unknown CheckFailed") << check;
    EXPECT_EQ(world_.condition(kStaging, "Ready"), check < 3 ? "True UpToDate" : "False DatabaseUnreachable")
        << check;
    EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True DatabaseUnreachable") << check;
    EXPECT_THAT(world_.status(kStaging).current_revisions, ElementsAre("r2")) << "as last seen";
  }
  open();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "False InSync");
  EXPECT_EQ(world_.gate.executed.size(), 2U);
}

TEST_F(Outage, is_counted_from_the_last_check_that_came_through) {
  world_.reconcile(kStaging);
  for (int round = 0; round < 2; ++round) {
    close();
    world_.reconcile(kStaging);
    world_.reconcile(kStaging);
    EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate") << round;
    open();
    world_.reconcile(kStaging);
  }
}

TEST_F(Outage, costs_ready_at_once_where_something_is_pending) {
  world_.reconcile(kStaging);
  close();
  world_.config_maps.put(config_map({"shop", "revisions"}, chain(3)));
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False DatabaseUnreachable");
  EXPECT_THAT(world_.status(kStaging).pending_revisions, ElementsAre("r3"));
  EXPECT_EQ(world_.status(kStaging).pending_count, 1);
}

TEST_F(Outage, is_waited_for_longer_each_time_and_never_longer_than_five_minutes) {
  close();
  std::vector<std::int64_t> waits;
  for (int check = 0; check < 11; ++check) {
    waits.push_back(world_.reconcile(kStaging).requeue_after.value().count());
  }
  EXPECT_THAT(
      waits, ElementsAre(1000, 2000, 4000, 8000, 16'000, 32'000, 64'000, 128'000, 256'000, 300'000, 300'000));
  open();
  world_.reconcile(kStaging);
  close();
  EXPECT_EQ(world_.reconcile(kStaging).requeue_after, ports::Millis{1000}) << "a new outage";
}

TEST_F(Outage, is_spread_so_that_not_all_environments_come_back_at_once) {
  close();
  world_.randomness.set({0.5});
  EXPECT_EQ(world_.reconcile(kStaging).requeue_after, ports::Millis{1100});
}

TEST_F(Outage, is_counted_as_a_database_error) {
  close();
  world_.reconcile(kStaging);
  world_.reconcile(kStaging);
  EXPECT_EQ(
      world_.metrics.value("athanor_database_errors_total",
                           {{"namespace", "shop"}, {"name", "staging"}, {"reason", "DatabaseUnreachable"}}),
      2);
}

TEST_F(Outage, of_a_missing_secret_ends_with_the_secret) {
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["database"] =
        nlohmann::json::parse(R"({"urlFrom": {"secretKeyRef": {"name": "login", "key": "uri"}}})");
  });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False SecretMissing");
  EXPECT_THAT(world_.message(kStaging, "Ready"), HasSubstr("shop/login"));
  ports::Secret login;
  login.meta.key = {"shop", "login"};
  login.data["url"] = "sqlite:///" + world_.database_file(kStaging).string();
  world_.client.put(login);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False SecretKeyMissing");
  login.data["uri"] = login.data["url"];
  world_.client.put(login);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.events.reasons(kStaging),
              ElementsAre("SecretMissing", "SecretKeyMissing", "Migrated", "Ready"));
}

class StatusWrites : public testing::Test {
 protected:
  void SetUp() override {
    world_.config_maps.put(config_map({"shop", "revisions"}, chain(2)));
    world_.add(kStaging);
  }
  World world_;
};

TEST_F(StatusWrites, that_fail_are_tried_again_and_lose_nothing) {
  world_.client.fail_next("patch_status", {ErrorKind::Transient, "ApiUnavailable", "no connection", {}}, 2);
  auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(result.requeue_after, ports::Millis{1000});
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "absent");
  result = world_.reconcile(kStaging);
  EXPECT_EQ(result.requeue_after, ports::Millis{2000});
  result = world_.reconcile(kStaging);
  EXPECT_EQ(result, (runtime::ReconcileResult{.requeue_after = kInterval}));
  const api::Status status = world_.status(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  ASSERT_EQ(status.history.size(), 2U) << "what was run before the failed write";
  EXPECT_EQ(status.history[0].revision, "r2");
  EXPECT_EQ(world_.gate.executed.size(), 2U) << "nothing was run again";
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Migrated", "Ready"));
}

TEST_F(StatusWrites, that_meet_a_conflict_are_tried_again_soon) {
  world_.client.fail_next("patch_status", {ErrorKind::Conflict, "Conflict", "changed meanwhile", {}});
  const auto result = world_.reconcile(kStaging);
  ASSERT_TRUE(result.requeue_after.has_value());
  EXPECT_LE(*result.requeue_after, ports::Millis{1000}) << "not at the next drift check only";
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(StatusWrites, that_the_watch_has_not_brought_back_yet_count_all_the_same) {
  world_.watch_lags = true;
  world_.reconcile(kStaging);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), 1U) << "it is known to be written";
  world_.config_maps.put(config_map({"shop", "revisions"}, chain(3)));
  world_.watch_lags = false;
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), 2U);
  EXPECT_EQ(world_.status(kStaging).history.size(), 3U) << "nothing of what was done is forgotten";
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Migrated", "Ready", "Migrated"));
}

TEST_F(StatusWrites, that_another_process_writes_over_are_made_again) {
  world_.reconcile(kStaging);
  world_.meddle(kStaging, [](nlohmann::json& status) {
    for (auto& condition : status["conditions"]) {
      if (condition["type"] == "Ready") condition["status"] = "False";
    }
  });
  world_.clock.advance(kInterval);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), 2U);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.status(kStaging).history.size(), 2U);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), 2U);
}

TEST_F(StatusWrites, whose_answer_got_lost_are_made_again_even_back_to_what_the_store_shows) {
  world_.reconcile(kStaging);
  world_.gate.closed = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  world_.client.fail_next("patch_status", {ErrorKind::Transient, "ApiUnavailable", "no answer", {}});
  world_.reconcile(kStaging);
  world_.gate.closed.reset();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.status_writes(), 2U) << "the API server may have taken the one before";
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "False InSync");
}

TEST_F(StatusWrites, for_an_object_that_is_gone_are_not_tried_again) {
  world_.client.fail_next("patch_status", {ErrorKind::Transient, "NotFound", "gone", {}});
  world_.gate.before_execute = [this](const Statement&) { world_.remove(kStaging); };
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.log.lines_with("status could not be written"), IsEmpty());
}

TEST_F(StatusWrites, that_a_server_finds_no_object_for_are_tried_again_while_the_watch_shows_it) {
  world_.client.fail_next("patch_status", {ErrorKind::Transient, "NotFound", "404 page not found", {}});
  const auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  ASSERT_TRUE(result.requeue_after);
  EXPECT_LT(*result.requeue_after, std::chrono::seconds(5));
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(StatusWrites, name_the_object_that_they_are_for) {
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.client.status_patches()[0].key, kStaging);
  EXPECT_EQ(world_.client.status_patches()[0].uid, "uid-of-staging");
}

TEST_F(StatusWrites, begin_afresh_for_an_object_made_anew) {
  world_.reconcile(kStaging);
  world_.make_anew(kStaging, "another-uid");
  world_.reconcile(kStaging);
  ASSERT_EQ(world_.status_writes(), 2U);
  EXPECT_EQ(world_.client.status_patches()[1].uid, "another-uid");
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.status(kStaging).history.size(),
            world_.ask(kStaging, "SELECT seq FROM athanor_ledger").size())
      << "history is the database's, whichever object tells it";
}

}  // namespace
}  // namespace athanor::controller
