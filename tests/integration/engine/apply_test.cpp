// What a run leaves behind, on both kinds of database.
#include <functional>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/engine/environment.hpp"

namespace athanor::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

struct Kind {
  std::string name;
  std::function<Environment()> make;
};

class Applying : public ::testing::TestWithParam<Kind> {
 public:
  Environment environment = GetParam().make();

  [[nodiscard]] std::vector<std::string> rows() const {
    return environment.ask("SELECT version_num FROM alembic_version ORDER BY 1");
  }
  [[nodiscard]] bool exists(const std::string& table) const {
    const std::string catalog = GetParam().name == "Sqlite"
                                    ? "SELECT count(*) FROM sqlite_master WHERE name = '"
                                    : "SELECT count(*) FROM pg_class WHERE relname = '";
    return environment.scalar(catalog + table + "'") != "0";
  }
};

INSTANTIATE_TEST_SUITE_P(On, Applying,
                         ::testing::Values(Kind{"PostgreSql", [] { return Environment::on_postgres(); }},
                                           Kind{"Sqlite", [] { return Environment::on_sqlite(); }}),
                         [](const auto& named) { return named.param.name; });

RevisionGraph chain(const std::string& third) {
  return graph_of({revision("r1", "", "CREATE TABLE a (id integer);"),
                   revision("r2", "r1", "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);"),
                   revision("r3", "r2", third), revision("r4", "r3", "CREATE TABLE d (id integer);"),
                   revision("r5", "r4", "CREATE TABLE e (id integer);")});
}

TEST_P(Applying, AFreshDatabaseIsReadWithoutAnythingBeingCreated) {
  const auto state = environment.state();
  EXPECT_FALSE(state.version_table_exists);
  EXPECT_FALSE(state.ledger_exists);
  EXPECT_THAT(state.version_rows, IsEmpty());
  EXPECT_FALSE(exists("alembic_version"));
}

TEST_P(Applying, AnUnclosedQuoteIsSaidInOneWholeSentence) {
  const auto outcome = environment.upgrade(graph_of({revision("r1", "", "SELECT 1;\nSELECT 'open")}));
  ASSERT_TRUE(outcome.failure);
  const std::string sentence =
      GetParam().name == "Sqlite"
          ? "The quote opened on line 11 is never closed."
          : "Line 11: unterminated quoted string, which begins here. Close or mend it.";
  EXPECT_EQ(outcome.failure->message, "revision r1 (ConfigMap shop/revs key r1.sql, line 11): " + sentence +
                                          " Nothing of the revision was run.");
}

TEST_P(Applying, EveryStepLeavesTheVersionRowsThatItsPlanNames) {
  // A diamond with a dependency across: every kind of row change occurs.
  auto dependent = revision("x2", "x1", "CREATE TABLE x2 (id integer);");
  dependent.depends_on = {"b"};
  auto merge = revision("m", "b", "CREATE TABLE m (id integer);");
  merge.down_revisions = {"b", "c"};
  const auto graph =
      graph_of({with_downgrade(revision("a", "", "CREATE TABLE a (id integer);"), "DROP TABLE a;"),
                with_downgrade(revision("b", "a", "CREATE TABLE b (id integer);"), "DROP TABLE b;"),
                with_downgrade(revision("c", "a", "CREATE TABLE c (id integer);"), "DROP TABLE c;"),
                with_downgrade(merge, "DROP TABLE m;"),
                with_downgrade(revision("x1", "", "CREATE TABLE x1 (id integer);"), "DROP TABLE x1;"),
                with_downgrade(dependent, "DROP TABLE x2;")});

  struct Checking : engine::Progress {
    Applying* test = nullptr;
    std::vector<std::string> expected;
    const Plan* plan = nullptr;
    void step_finished(const engine::AppliedStep&, std::size_t index, std::size_t) override {
      expected = rows_after(std::move(expected), plan->steps[index]);
      EXPECT_EQ(test->rows(), expected) << "after " << plan->steps[index].revision;
    }
  };
  for (const bool up : {true, false}) {
    auto engine = environment.migrator();
    const auto state = engine.read_state();
    ASSERT_TRUE(state) << state.error().message;
    const Plan plan =
        up ? upgrade_plan(graph, state->version_rows) : downgrade_plan(graph, state->version_rows, "base");
    Checking checking;
    checking.test = this;
    checking.expected = plan.rows_before;
    checking.plan = &plan;
    const auto outcome = engine.run(graph, plan, checking, {}, {});
    EXPECT_EQ(told(outcome), "ok");
    EXPECT_EQ(outcome.applied.size(), 6U);
    EXPECT_EQ(rows(), outcome.rows);
  }
  EXPECT_THAT(rows(), IsEmpty());
  EXPECT_FALSE(exists("m"));
}

TEST_P(Applying, BadSqlInTheThirdOfFiveLeavesTwoAppliedAndNothingOfTheThird) {
  const auto outcome = environment.upgrade(
      chain("CREATE TABLE c (id integer);\nINSERT INTO a VALUES (3);\n\nINSERT INTO nowhere VALUES (1);"));

  ASSERT_TRUE(outcome.failure);
  EXPECT_THAT(applied(outcome), ElementsAre("r1", "r2"));
  EXPECT_THAT(outcome.rows, ElementsAre("r2"));
  EXPECT_THAT(rows(), ElementsAre("r2"));
  EXPECT_EQ(environment.scalar("SELECT count(*) FROM a"), "2");
  EXPECT_FALSE(exists("c"));
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
  EXPECT_EQ(outcome.failure->site.revision, "r3");
  EXPECT_EQ(outcome.failure->site.file, "ConfigMap shop/revs key r3.sql");
  EXPECT_EQ(outcome.failure->site.line, kUpgradeLine + 3);
  EXPECT_THAT(outcome.failure->message, HasSubstr("revision r3 (ConfigMap shop/revs key r3.sql, line 13): "));
  EXPECT_THAT(outcome.failure->message, HasSubstr("The revision was rolled back"));
  EXPECT_THAT(outcome.failure->message, Not(HasSubstr("VALUES")));

  const auto mended = environment.upgrade(chain("CREATE TABLE c (id integer);"));
  EXPECT_EQ(told(mended), "ok");
  EXPECT_THAT(applied(mended), ElementsAre("r3", "r4", "r5"));
  EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r1 done", "upgrade r2 done", "upgrade r3 done",
                                                "upgrade r4 done", "upgrade r5 done"));
}

TEST_P(Applying, TheStateTellsWhatTheLedgerKnows) {
  const auto graph =
      graph_of({with_downgrade(revision("r1", "", "CREATE TABLE a (id integer);"), "DROP TABLE a;"),
                with_downgrade(revision("r2", "r1", "CREATE TABLE b (id integer);"), "DROP TABLE b;")});
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  ASSERT_EQ(told(environment.downgrade(graph, "r1")), "ok");

  const auto state = environment.state();
  EXPECT_TRUE(state.version_table_exists);
  EXPECT_TRUE(state.ledger_exists);
  EXPECT_THAT(state.version_rows, ElementsAre("r1"));
  ASSERT_THAT(state.applied, UnorderedElementsAre(Pair("r1", ::testing::_)));
  EXPECT_EQ(state.applied.at("r1").checksum, graph.at(0).upgrade.checksum);
  EXPECT_THAT(state.applied.at("r1").at, ::testing::MatchesRegex("20[0-9-]+T[0-9:.]+Z"));
  ASSERT_TRUE(state.owner);
  EXPECT_EQ(state.owner->name, "staging");
  EXPECT_FALSE(state.interrupted);
  EXPECT_EQ(environment.scalar("SELECT downgrade FROM " + environment.ledger_table +
                               " WHERE revision = 'r2' AND "
                               "act = 'upgrade'"),
            "DROP TABLE b;");
  EXPECT_EQ(environment.scalar("SELECT actor FROM " + environment.ledger_table), environment.settings.by);
}

TEST_P(Applying, TheLedgerKeepsWhatARevisionStoodOn) {
  auto labelled = revision("side", "", "SELECT 1;");
  labelled.branch_labels = {"billing"};
  auto merge = off(with_downgrade(revision("merge", "", "SELECT 1;"), ""));
  merge.down_revisions = {"b", "a"};
  merge.depends_on = {"c", "billing"};
  const auto graph = graph_of({labelled, revision("a", "", "SELECT 1;"), revision("b", "", "SELECT 1;"),
                               revision("c", "", "SELECT 1;"), merge});
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  ASSERT_EQ(told(environment.downgrade(graph, "b")), "ok");
  EXPECT_THAT(environment.ask("SELECT act, parents, depends_on FROM " + environment.ledger_table +
                              " WHERE revision IN ('a', 'merge') ORDER BY act, revision"),
              ElementsAre("downgrade - -", "upgrade - -", "upgrade b,a c,side"));
}

TEST_P(Applying, WithoutTheLedgerItGoesOnFromTheVersionTable) {
  ASSERT_EQ(told(environment.upgrade(chain("SELECT 1;"), "r2")), "ok");
  (void)environment.ask("DROP TABLE " + environment.ledger_table);

  const auto state = environment.state();
  EXPECT_FALSE(state.ledger_exists);
  EXPECT_THAT(state.version_rows, ElementsAre("r2"));
  EXPECT_EQ(told(environment.upgrade(chain("SELECT 1;"))), "ok");
  EXPECT_THAT(rows(), ElementsAre("r5"));
  EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r3 done", "upgrade r4 done", "upgrade r5 done"));
}

TEST_P(Applying, ADatabaseThatWasMovedMeanwhileIsObservedAgain) {
  const auto graph = chain("SELECT 1;");
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  auto engine = environment.migrator();
  const auto state = engine.read_state();
  ASSERT_TRUE(state);
  ASSERT_EQ(told(environment.upgrade(graph, "r2")), "ok");

  engine::Progress progress;
  const auto outcome = engine.run(graph, upgrade_plan(graph, state->version_rows), progress, {}, {});
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Conflict);
  EXPECT_EQ(outcome.failure->reason, "VersionMoved");
  EXPECT_THAT(rows(), ElementsAre("r2"));
  EXPECT_EQ(environment.scalar("SELECT count(*) FROM a"), "2");
}

TEST_P(Applying, ARevisionThatWritesToTheVersionTableIsRolledBack) {
  const auto outcome = environment.upgrade(chain("UPDATE alembic_version SET version_num = 'zzz';"));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "VersionTableTouched");
  EXPECT_THAT(rows(), ElementsAre("r2"));
}

TEST(ApplyingOnPostgreSql, ARevisionThatWritesItsOwnVersionRowIsNotTriedForEver) {
  Environment environment = Environment::on_postgres();
  for (const bool in_transaction : {true, false}) {
    const auto graph = [&](const std::string& sql) {
      const auto writing = revision("r2", "r1", sql);
      return graph_of(
          {revision("r1", "", "CREATE TABLE a (id integer);"), in_transaction ? writing : off(writing)});
    };
    const auto outcome = environment.upgrade(graph("INSERT INTO alembic_version VALUES ('r2');"));
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
    EXPECT_EQ(outcome.failure->reason, "VersionTableTouched");
    EXPECT_EQ(environment.scalar("SELECT version_num FROM alembic_version"), "r1");
  }
}

TEST(ApplyingOnPostgreSql, AMergeOfThousandsOfHeadsIsOneStep) {
  Environment environment = Environment::on_postgres();
  constexpr int kHeads = 4000;
  auto merge = revision("merge", "", "SELECT 1");
  std::vector<Revision> revisions;
  std::string rows;
  for (int i = 0; i < kHeads; ++i) {
    const std::string id = fmt::format("h{:05}", i);
    revisions.push_back(revision(id, "", "SELECT 1"));
    merge.down_revisions.push_back(id);
    rows += fmt::format("{}('{}')", i == 0 ? "" : ", ", id);
  }
  revisions.push_back(merge);
  (void)environment.ask(
      "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY); INSERT INTO alembic_version "
      "VALUES " +
      rows);
  EXPECT_EQ(told(environment.upgrade(graph_of(std::move(revisions)))), "ok");
  EXPECT_EQ(environment.scalar("SELECT string_agg(version_num, ',') FROM alembic_version"), "merge");
}

TEST_P(Applying, ATemporaryTableStandsInFrontOfNoTableOfOurs) {
  const std::string shadows =
      "CREATE TEMP TABLE alembic_version (version_num text); CREATE TEMP TABLE athanor_ledger (seq integer);";
  for (const bool in_transaction : {true, false}) {
    environment = GetParam().make();
    const auto shadowing = revision("r1", "", shadows + " CREATE TABLE t (id integer);");
    const auto graph = graph_of({in_transaction ? shadowing : off(shadowing), revision("r2", "r1", shadows)});
    auto engine = environment.migrator();
    engine::Progress progress;
    EXPECT_EQ(told(engine.run(graph, upgrade_plan(graph, {}), progress, {}, {})), "ok");
    const auto state = engine.read_state();
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_THAT(state->version_rows, ElementsAre("r2"));
    EXPECT_TRUE(state->ledger_exists);
    EXPECT_THAT(rows(), ElementsAre("r2"));
    EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r1 done", "upgrade r2 done"));
  }
}

TEST_P(Applying, ALedgerOfANewerAthanorIsLeftAlone) {
  ASSERT_EQ(told(environment.upgrade(chain("SELECT 1;"), "r2")), "ok");
  (void)environment.ask("UPDATE " + environment.ledger_table + " SET layout_version = 9, readable_from = 9");

  const auto state = environment.migrator().read_state();
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(state.error().reason, "LedgerTooNew");

  (void)environment.ask("UPDATE " + environment.ledger_table + " SET readable_from = 1");
  EXPECT_EQ(told(environment.upgrade(chain("SELECT 1;"))), "ok")
      << "a newer layout that says it is compatible";
}

TEST_P(Applying, AClaimRecordsTheOwnerOnceAndCreatesNoVersionTable) {
  auto engine = environment.migrator();
  auto claim = engine.claim();
  ASSERT_TRUE(claim) << claim.error().message;
  EXPECT_EQ(claim->ownership, engine::Ownership::Unowned);
  claim = engine.claim();
  ASSERT_TRUE(claim) << claim.error().message;
  EXPECT_EQ(claim->ownership, engine::Ownership::Ours);
  EXPECT_THAT(environment.ledger(), ElementsAre("claim - done"));
  EXPECT_FALSE(exists("alembic_version"));
  EXPECT_TRUE(environment.state().owner);
}

TEST_P(Applying, AnotherEnvironmentsDatabaseIsRefusedUntilItIsTakenOver) {
  ASSERT_EQ(told(environment.upgrade(chain("SELECT 1;"), "r1")), "ok");
  const std::string owner = environment.settings.self.short_name();
  environment.settings.self.name = "production";

  const auto state = environment.state();
  const auto refused = engine::check_owner(state, environment.settings);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "DatabaseOwnedElsewhere");
  EXPECT_THAT(refused.error().message, HasSubstr("athanor.dev/take-over: " + owner));
  const auto outcome = environment.upgrade(chain("SELECT 1;"));
  ASSERT_TRUE(outcome.failure) << "the guard holds under the lock too";
  EXPECT_EQ(outcome.failure->reason, "DatabaseOwnedElsewhere");
  EXPECT_THAT(rows(), ElementsAre("r1"));

  environment.settings.take_over = owner;
  EXPECT_TRUE(engine::check_owner(environment.state(), environment.settings));
  const auto taken = environment.upgrade(chain("SELECT 1;"));
  EXPECT_EQ(told(taken), "ok");
  EXPECT_EQ(taken.ownership, engine::Ownership::TakenOver);
  ASSERT_TRUE(taken.previous_owner);
  EXPECT_EQ(taken.previous_owner->short_name(), owner);
  environment.settings.take_over.clear();
  EXPECT_TRUE(engine::check_owner(environment.state(), environment.settings));
}

TEST_P(Applying, AStopLetsTheRunningStepEndAndStartsNoOther) {
  const auto graph = chain("SELECT 1;");
  std::stop_source stop;
  struct Stopping : engine::Progress {
    std::stop_source* stop = nullptr;
    void step_started(const PlanStep& step, std::size_t, std::size_t) override {
      if (step.revision == "r2") stop->request_stop();
    }
  } progress;
  progress.stop = &stop;
  const auto outcome =
      environment.migrator().run(graph, upgrade_plan(graph, {}), progress, stop.get_token(), {});
  EXPECT_THAT(applied(outcome), ElementsAre("r1", "r2"));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "Stopped");
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
  EXPECT_THAT(rows(), ElementsAre("r2"));
}

}  // namespace
}  // namespace athanor::testing
