// Revisions with `transaction: off` on PostgreSQL: what becomes of an interrupted statement.
#include <csignal>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/failpoints.hpp"
#include "integration/engine/killed_process.hpp"
#include "integration/engine/statementwise_fixture.hpp"

namespace athanor::testing {
namespace {

namespace fp = engine::failpoints;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(StatementByStatement, AnIndexThatWasFinishedIsNotBuiltAgain) {
  const auto graph = graph_with(create_index);
  kill_at(fp::kOffAfterBareStatement, graph);
  const std::string built = index();
  EXPECT_THAT(built, HasSubstr(" t"));
  expect_done(environment.upgrade(graph));
  EXPECT_EQ(index(), built);
}

TEST_F(StatementByStatement, AnIndexThatWasNotBegunIsBuilt) {
  const auto graph = graph_with(create_index);
  kill_at(fp::kOffBeforeStatement, graph);
  EXPECT_EQ(index(), "none");
  expect_done(environment.upgrade(graph));
  EXPECT_THAT(index(), HasSubstr(" t"));
}

TEST_F(StatementByStatement, AnInvalidIndexThatThisRunBeganIsDroppedAndBuiltAgain) {
  const auto graph = graph_with("CREATE INDEX CONCURRENTLY IF NOT EXISTS t_id ON app.t (id)");
  kill_at(fp::kOffAfterBareStatement, graph);
  make_invalid();
  const std::string half_built = index();
  // Killed once more, after the drop and before the new build.
  kill_at(fp::kOffAfterDrop, graph);
  EXPECT_EQ(index(), "none");
  expect_done(environment.upgrade(graph));
  EXPECT_THAT(index(), HasSubstr(" t"));
  EXPECT_NE(index().substr(0, index().find(' ')), half_built.substr(0, half_built.find(' ')));
}

TEST_F(StatementByStatement, AnInvalidIndexFromBeforeTheRunIsNotTouched) {
  const auto graph = graph_with("CREATE INDEX CONCURRENTLY IF NOT EXISTS t_id ON app.t (id)");
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  sql("CREATE INDEX t_id ON app.t (id)");
  make_invalid();
  const std::string before = index();
  kill_at(fp::kOffBeforeStatement, graph);
  const auto outcome = environment.upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
  EXPECT_EQ(outcome.failure->reason, "InterruptedStatement");
  EXPECT_THAT(outcome.failure->message, HasSubstr("was there before the statement was begun"));
  EXPECT_EQ(index(), before);
}

TEST_F(StatementByStatement, WhatTheRevisionSetForItsSessionIsSetAgainBeforeItGoesOn) {
  const std::string other_schema = "CREATE SCHEMA tenant; CREATE TABLE tenant.t (id integer); ";
  for (const std::string setting :
       {"SET search_path = tenant", "SELECT pg_catalog.set_config('search_path', 'tenant', false)"}) {
    environment = Environment::on_postgres();
    sql(other_schema);
    const auto graph = graph_with(setting + "; CREATE INDEX CONCURRENTLY t_id ON t (id)");
    kill_at(fp::kOffAfterProgress, graph);
    expect_done(environment.upgrade(graph));
    EXPECT_EQ(environment.scalar("SELECT to_regclass('tenant.t_id') IS NOT NULL"), "t") << setting;
  }
}

TEST_F(StatementByStatement, ABuildThatIsStillRunningIsWaitedFor) {
  const auto graph = graph_with(create_index);
  kill_at(fp::kOffAfterBareStatement, graph);
  make_invalid();
  // The lock that a build holds from beginning to end, as another backend's.
  std::jthread builder([name = environment.database] {
    (void)PostgresServer::shared().sql(
        name, "BEGIN; LOCK TABLE app.t IN SHARE UPDATE EXCLUSIVE MODE; SELECT pg_sleep(1.5); COMMIT");
  });
  while (environment.scalar(
             "SELECT count(*) FROM pg_locks WHERE mode = 'ShareUpdateExclusiveLock' AND granted AND "
             "relation = 'app.t'::regclass") == "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::string half_built = index();
  environment.settings.lock_patience = std::chrono::milliseconds(200);
  const auto outcome = environment.upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
  EXPECT_EQ(outcome.failure->reason, "StatementStillRunning");
  EXPECT_EQ(index(), half_built);

  environment.settings.lock_patience = std::chrono::seconds(30);
  expect_done(environment.upgrade(graph));
  EXPECT_THAT(index(), HasSubstr(" t"));
}

TEST_F(StatementByStatement, AProcessKilledInTheMidstOfABuildIsFollowedByAnotherThatFinishesIt) {
  const auto graph = graph_with(create_index);
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  // An old transaction, which a concurrent build has to wait for.
  std::jthread old([name = environment.database] {
    (void)PostgresServer::shared().sql(name, "BEGIN; UPDATE app.t SET id = id; SELECT pg_sleep(2); COMMIT");
  });
  const auto waiting =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND "
      "wait_event_type = 'Lock' AND datname = current_database()";
  const auto child = run_in_child("none", [&] {
    std::thread killer([&] {
      while (environment.scalar(waiting) == "0") std::this_thread::sleep_for(std::chrono::milliseconds(5));
      std::raise(SIGKILL);
    });
    (void)Environment::on_postgres(environment.database, "postgres").upgrade(graph);
    killer.join();
    return true;
  });
  ASSERT_EQ(child, Ended::Killed);
  EXPECT_THAT(index(), HasSubstr(" f"));
  expect_done(environment.upgrade(graph));
  EXPECT_THAT(index(), HasSubstr(" t"));
}

TEST_F(StatementByStatement, ADroppedIndexIsNotDroppedAgain) {
  const auto graph = graph_with("CREATE INDEX t_id ON app.t (id); DROP INDEX CONCURRENTLY app.t_id");
  kill_at(fp::kOffAfterBareStatement, graph);
  EXPECT_EQ(index(), "none");
  expect_done(environment.upgrade(graph));
}

TEST_F(StatementByStatement, ADropThatWasInterruptedIsRunAgain) {
  const auto graph = graph_with("CREATE INDEX t_id ON app.t (id); DROP INDEX CONCURRENTLY app.t_id");
  kill_at(fmt::format("{}:2", fp::kOffBeforeStatement), graph);
  make_invalid();
  expect_done(environment.upgrade(graph));
  EXPECT_EQ(index(), "none");
}

TEST_F(StatementByStatement, WhatAReindexLeftBehindIsRemoved) {
  const auto graph = graph_with("CREATE INDEX t_id ON app.t (id); REINDEX INDEX CONCURRENTLY app.t_id");
  kill_at(fmt::format("{}:2", fp::kOffBeforeStatement), graph);
  sql("CREATE INDEX t_id_ccnew ON app.t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
      "'app.t_id_ccnew'::regclass");
  expect_done(environment.upgrade(graph));
  EXPECT_THAT(environment.ask(
                  "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid "
                  "= 'app.t'::regclass"),
              ElementsAre("t_id t"));
}

TEST_F(StatementByStatement, VacuumIsRunAgain) {
  const auto graph = graph_with("INSERT INTO mark VALUES ('a'); VACUUM mark; INSERT INTO mark VALUES ('b')");
  kill_at(fp::kOffAfterBareStatement, graph);
  expect_done(environment.upgrade(graph));
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, '') FROM mark"), "ab");
}

TEST_F(StatementByStatement, WhereTheCatalogCanNotTellThePersonIsToldHowToGoOn) {
  const std::string made = environment.database + "_made";
  const auto graph = graph_with("INSERT INTO mark VALUES ('a');\n\nCREATE DATABASE " + made +
                                ";\nINSERT INTO mark VALUES ('b')");
  kill_at(fp::kOffAfterBareStatement, graph);
  const auto outcome = environment.upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "InterruptedStatement");
  EXPECT_EQ(outcome.failure->site.line, kUpgradeLine + 2);
  EXPECT_THAT(outcome.failure->message, HasSubstr("statement 2 of 3 was interrupted"));

  const std::string& message = outcome.failure->message;
  const auto begin = message.find("If the statement is in, run: ") + 29;
  sql(message.substr(begin, message.find(';', begin) - begin));
  expect_done(environment.upgrade(graph));
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, '') FROM mark"), "ab");
  sql("DROP DATABASE " + made);
}

TEST_F(StatementByStatement, ABuildThatFailedLeavesNoInvalidIndexAndMayBeMended) {
  const auto graph =
      graph_with("INSERT INTO mark VALUES ('a');\nCREATE UNIQUE INDEX CONCURRENTLY t_id ON app.t (id)");
  const auto outcome = environment.upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
  EXPECT_EQ(outcome.failure->site.sqlstate, "23505");
  EXPECT_EQ(outcome.failure->site.line, kUpgradeLine + 1);
  EXPECT_THAT(outcome.failure->message, HasSubstr("the one before this one stays applied"));
  EXPECT_EQ(index(), "none");

  expect_done(environment.upgrade(graph_with("INSERT INTO mark VALUES ('a');\n" + create_index)));
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, '') FROM mark"), "a");
  EXPECT_EQ(environment.state().applied.at("r2").checksum,
            graph_with("INSERT INTO mark VALUES ('a');\n" + create_index).at(1).upgrade.checksum);
}

TEST_F(StatementByStatement, WhatIsDoneMayNotBeEdited) {
  ASSERT_TRUE(environment.upgrade(graph_with("INSERT INTO mark VALUES ('a');\nSELECT 1 / 0")).failure);
  const auto outcome = environment.upgrade(graph_with("INSERT INTO mark VALUES ('A');\nSELECT 1 / 1"));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
  EXPECT_EQ(outcome.failure->reason, "InterruptedRevisionEdited");
  expect_done(environment.upgrade(graph_with("INSERT INTO mark VALUES ('a');\nSELECT 1 / 1")));
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, '') FROM mark"), "a");
}

TEST_F(StatementByStatement, ARevisionWhoseFirstStatementFailedCountsAsNotBegun) {
  ASSERT_TRUE(environment.upgrade(graph_with("SELECT 1 / 0; INSERT INTO mark VALUES ('a')")).failure);
  EXPECT_FALSE(environment.state().interrupted);
  expect_done(environment.upgrade(graph_with("INSERT INTO mark VALUES ('b')")));
  EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r1 done", "upgrade r2 failed", "upgrade r2 done"));
}

TEST_F(StatementByStatement, ARevisionWhoseFailureMayPassByItselfMayBeMendedAsWell) {
  const std::string full = "DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$";
  for (int round = 0; round < 2; ++round) {
    const auto outcome = environment.upgrade(graph_with(full + "; INSERT INTO mark VALUES ('a')"));
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
    EXPECT_FALSE(environment.state().interrupted);
    // However often it is tried.
    EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r1 done", "upgrade r2 failed"));
  }
  ASSERT_TRUE(environment.upgrade(graph_with("INSERT INTO mark VALUES ('b'); " + full)).failure);
  expect_done(environment.upgrade(graph_with("INSERT INTO mark VALUES ('b')")));
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, '') FROM mark"), "b");
}

TEST_F(StatementByStatement, NothingElseRunsWhileARevisionIsHalfDone) {
  ASSERT_TRUE(environment.upgrade(graph_with("INSERT INTO mark VALUES ('a'); SELECT 1 / 0")).failure);
  auto graph =
      graph_of({graph_with("SELECT 1").at(0), revision("other", "r1", "INSERT INTO mark VALUES ('x');")});
  const auto outcome = environment.upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "InterruptedRevision");
  EXPECT_EQ(outcome.failure->site.revision, "r2");
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, '') FROM mark"), "a");
}

TEST_F(StatementByStatement, ADowngradeRunsTheSameWay) {
  auto made = off(with_downgrade(revision("r2", "r1", create_index), "DROP INDEX CONCURRENTLY app.t_id;"));
  const auto graph = graph_of({graph_with("SELECT 1").at(0), made});
  expect_done(environment.upgrade(graph));
  ASSERT_EQ(run_in_child(std::string(fp::kOffAfterBareStatement),
                         [&] { return !environment.downgrade(graph, "r1").failure; }),
            Ended::Killed);
  EXPECT_EQ(environment.state().interrupted->direction, Direction::Downgrade);
  EXPECT_EQ(told(environment.downgrade(graph, "r1")), "ok");
  EXPECT_THAT(environment.ask("SELECT version_num FROM alembic_version"), ElementsAre("r1"));
}

struct Refusal {
  std::string name;
  std::string sql;
  bool off;
  std::string reason;
};

class Refused : public ::testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    Beforehand, Refused,
    ::testing::Values(Refusal{"AConcurrentIndexInATransaction", "CREATE INDEX CONCURRENTLY i ON a (id)",
                              false, "NeedsTransactionOff"},
                      Refusal{"VacuumInATransaction", "VACUUM a", false, "NeedsTransactionOff"},
                      Refusal{"Commit", "COMMIT", false, "TransactionControl"},
                      Refusal{"CommitWithoutTransactions", "COMMIT", true, "TransactionControl"},
                      Refusal{"CopyFromStdin", "COPY a FROM STDIN", false, "CopyStream"},
                      Refusal{"AConcurrentIndexWithoutAName", "CREATE INDEX CONCURRENTLY ON a (id)", true,
                              "UnnamedIndex"}),
    [](const auto& named) { return named.param.name; });

TEST_P(Refused, BeforeAnythingOfTheRevisionRan) {
  Environment environment = Environment::on_postgres();
  auto bad = revision("r1", "", "CREATE TABLE a (id integer);\n\n" + GetParam().sql + ";");
  if (GetParam().off) bad = off(bad);
  const auto outcome = environment.upgrade(graph_of({bad}));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
  EXPECT_EQ(outcome.failure->reason, GetParam().reason);
  EXPECT_EQ(outcome.failure->site.line, kUpgradeLine + 2);
  EXPECT_THAT(outcome.failure->message, HasSubstr("line 12"));
  EXPECT_EQ(environment.scalar("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'alembic_version')"),
            "0");
}

}  // namespace
}  // namespace athanor::testing
