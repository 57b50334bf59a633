// Revisions with `transaction: off` that stand half done, and how they are finished.
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "core/digest.hpp"
#include "core/planner.hpp"
#include "engine/failpoints.hpp"
#include "integration/engine/statementwise_fixture.hpp"

namespace athanor::testing {
namespace {

namespace fp = engine::failpoints;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HalfDone : public StatementByStatement {
 protected:
  /// Decides as the operator does, and runs that.
  engine::Outcome reconcile(const RevisionGraph& graph, const std::string& target = "heads") {
    Observation observation;
    observation.inputs = RevisionInputs{std::make_shared<const RevisionGraph>(graph), digest_of(graph)};
    observation.database = environment.state();
    observation.wanted.target = target;
    observation.wanted.policy.downgrade = Policy::Downgrade::Allow;
    const Decision decision = decide(observation);
    engine::Outcome outcome;
    outcome.failure = decision.hold;
    engine::Progress progress;
    return decision.hold ? outcome : environment.migrator().run(graph, decision.plan, progress, {}, {});
  }
  [[nodiscard]] std::string mark() const {
    return environment.scalar("SELECT string_agg(what, '') FROM mark");
  }
  /// Runs what the message says behind `words`.
  void do_as_told(const std::string& message, const std::string& words) const {
    const auto begin = message.find(words);
    ASSERT_NE(begin, std::string::npos) << message;
    const auto sql_begin = begin + words.size();
    sql(message.substr(sql_begin, message.find_first_of(";", sql_begin) - sql_begin));
  }
};

TEST_F(HalfDone, OneThatWasFinishedByHandAndStampedIsOver) {
  const std::string begun = "INSERT INTO mark VALUES ('a'); SELECT 1 / 0";
  const auto with_next = graph_of({graph_with("SELECT 1").at(0),
                                   off(with_downgrade(revision("r2", "r1", begun), "DELETE FROM mark")),
                                   revision("r3", "r2", "INSERT INTO mark VALUES ('c')")});
  ASSERT_TRUE(environment.upgrade(with_next).failure);
  sql("UPDATE alembic_version SET version_num = 'r2'");
  EXPECT_EQ(told(reconcile(with_next)), "ok");
  EXPECT_EQ(mark(), "ac");
  EXPECT_THAT(environment.ledger(),
              ElementsAre("upgrade r1 done", "upgrade r2 overtaken", "upgrade r3 done"));
  EXPECT_EQ(told(reconcile(with_next, "r3")), "ok");
}

TEST_F(HalfDone, OneThatWasFinishedByHandCanBeUndoneAtOnce) {
  const auto graph =
      graph_of({graph_with("SELECT 1").at(0),
                off(with_downgrade(revision("r2", "r1", "INSERT INTO mark VALUES ('a'); SELECT 1 / 0"),
                                   "DELETE FROM mark; INSERT INTO mark VALUES ('u')"))});
  ASSERT_TRUE(environment.upgrade(graph).failure);
  sql("UPDATE alembic_version SET version_num = 'r2'");
  EXPECT_EQ(told(reconcile(graph, "r2")), "ok") << "in sync, and nothing to do";
  EXPECT_EQ(told(reconcile(graph, "r1")), "ok");
  EXPECT_EQ(mark(), "u");
  EXPECT_THAT(environment.ledger(),
              ElementsAre("upgrade r1 done", "upgrade r2 overtaken", "downgrade r2 done"));
}

TEST_F(HalfDone, ItIsFinishedBeforeABranchThatCameBetween) {
  const auto graph = [&](const std::string& second) {
    return std::vector<Revision>{
        graph_with("SELECT 1").at(0),
        off(revision("m", "r1", "INSERT INTO mark VALUES ('a'); SELECT 1 / " + second))};
  };
  ASSERT_TRUE(environment.upgrade(graph_of(graph("0"))).failure);
  auto all = graph("1");
  all.push_back(revision("a0", "r1", "INSERT INTO mark VALUES ('x')"));
  all.push_back(revision("z", "r1", "INSERT INTO mark VALUES ('z')"));
  const auto outcome = reconcile(graph_of(all));
  EXPECT_EQ(told(outcome), "ok");
  EXPECT_EQ(applied(outcome).front(), "m");
  EXPECT_THAT(environment.ask("SELECT version_num FROM alembic_version ORDER BY 1"),
              ElementsAre("a0", "m", "z"));
}

TEST_F(HalfDone, AStatementThatCanNotBeToldOfIsInDoubtOnlyOnceItWasBegun) {
  const std::string made = environment.database + "_made";
  const auto graph = graph_with("CREATE DATABASE " + made);
  kill_at(fp::kOffAfterIntent, graph);
  expect_done(environment.upgrade(graph));
  sql("DROP DATABASE " + made);

  environment = Environment::on_postgres();
  kill_at(fp::kOffBeforeStatement, graph);
  for (int round = 0; round < 2; ++round) {
    const auto outcome = environment.upgrade(graph);
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->reason, "InterruptedStatement");
    if (round == 1) do_as_told(outcome.failure->message, "if it is not, run: ");
  }
  expect_done(environment.upgrade(graph));
  sql("DROP DATABASE " + made);
}

TEST_F(HalfDone, WhatOnlyTheServerKnowsNotToRunInATransactionIsRunOutsideOne) {
  const std::string tables =
      "CREATE TABLE app.parted (id integer) PARTITION BY LIST (id); CREATE TABLE app.part PARTITION OF "
      "app.parted DEFAULT; CREATE INDEX part_id ON app.parted (id); ";
  const std::string reindex = "REINDEX TABLE app.parted";
  const auto in_a_transaction =
      graph_of({revision("r1", "", "CREATE SCHEMA app; " + tables), revision("r2", "r1", reindex)});
  // Before 14 a server passes over a partitioned table, and does so in a transaction as well.
  if (PostgresServer::shared().major_version() < 14)
    return expect_done(environment.upgrade(in_a_transaction));
  expect_done(environment.upgrade(graph_with(tables + reindex)));
  for (const auto& point : {fp::kOffBeforeStatement, fp::kOffAfterBareStatement}) {
    environment = Environment::on_postgres();
    const auto graph = graph_with(tables + reindex);
    kill_at(point == fp::kOffBeforeStatement ? fmt::format("{}:5", point) : std::string(point), graph);
    expect_done(environment.upgrade(graph));
  }
  environment = Environment::on_postgres();
  const auto outcome = environment.upgrade(in_a_transaction);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "NeedsTransactionOff");
  EXPECT_EQ(outcome.failure->site.sqlstate, "25001");
}

TEST_F(HalfDone, TemporaryTablesOutliveALockTimeout) {
  const auto graph = graph_with(
      "CREATE TEMP TABLE kept AS SELECT 'k' AS what; ALTER TABLE app.t ADD COLUMN x integer; INSERT INTO "
      "mark "
      "SELECT what FROM kept");
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  environment.settings.transaction.lock_timeout = std::chrono::milliseconds(50);
  std::jthread application([name = environment.database] {
    (void)PostgresServer::shared().sql(name, "BEGIN; LOCK TABLE app.t; SELECT pg_sleep(1); COMMIT");
  });
  while (environment.scalar(
             "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = "
             "'app.t'::regclass") == "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto outcome = environment.upgrade(graph);
  expect_done(outcome);
  EXPECT_GE(outcome.lock_timeouts, 1U);
  EXPECT_EQ(mark(), "k");
}

TEST_F(HalfDone, TemporaryTablesThatWentWithTheirSessionAreToldOf) {
  const auto graph = graph_with(
      "INSERT INTO mark VALUES ('a');\nCREATE TEMP TABLE kept AS SELECT 'k' AS what; INSERT INTO mark SELECT "
      "what "
      "FROM kept");
  kill_at(fmt::format("{}:2", fp::kOffAfterProgress), graph);
  const auto outcome = environment.upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
  EXPECT_EQ(outcome.failure->reason, "TemporaryTableLost");
  EXPECT_EQ(outcome.failure->site.line, kUpgradeLine + 1);
  do_as_told(outcome.failure->message, "let it begin anew: ");
  expect_done(environment.upgrade(graph));
  EXPECT_EQ(mark(), "aak");
}

}  // namespace
}  // namespace athanor::testing
