// Setting the ledger right, on both kinds of database, and what the next run makes of it.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/history_check.hpp"
#include "engine/failpoints.hpp"
#include "integration/engine/environment.hpp"
#include "integration/engine/killed_process.hpp"

namespace athanor::testing {
namespace {

namespace fp = engine::failpoints;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Kind {
  std::string name;
  std::function<Environment()> make;
};

class Repairing : public ::testing::TestWithParam<Kind> {
 protected:
  /// Of both databases: a statement that may be run once, of which nothing can be told afterwards.
  static RevisionGraph graph_with(const std::string& second,
                                  const std::string& first = "CREATE TABLE a (i integer);") {
    return graph_of({revision("r1", "", first), off(revision("r2", "r1", second)),
                     revision("r3", "r2", "CREATE TABLE c (i integer);")});
  }
  std::string check(const RevisionGraph& graph) {
    const auto checked =
        check_history(graph, environment.state(), Policy::EditedRevision::Fail, Audience::CommandLine);
    return checked ? "fine" : checked.error().reason;
  }
  std::string accept(const RevisionGraph& graph, const std::string& id) {
    const auto planned = plan_acceptance(graph, environment.state(), id);
    if (!planned) return planned.error().reason;
    return accept(graph, *planned);
  }
  std::string accept(const RevisionGraph& graph, const Acceptance& planned) {
    engine::Progress progress;
    const auto accepted = environment.migrator().accept(graph, planned, progress);
    return accepted ? "ok" : accepted.error().reason;
  }
  std::string mark(const RevisionGraph& graph, StatementVerdict verdict) {
    auto engine = environment.migrator();
    const auto planned = engine.plan_mark(graph, "r2", verdict);
    if (!planned) return planned.error().reason;
    engine::Progress progress;
    const auto marked = engine.mark(graph, *planned, progress);
    return marked ? "ok" : marked.error().reason;
  }
  /// Leaves r2 at its second statement, of which nobody can tell whether it is in.
  RevisionGraph interrupted() {
    const auto graph =
        graph_with("CREATE TABLE b (i integer); CREATE TABLE d (i integer); CREATE TABLE e (i integer);");
    EXPECT_EQ(
        run_in_child(std::string(fp::kOffAfterProgress), [&] { return !environment.upgrade(graph).failure; }),
        Ended::Killed);
    EXPECT_TRUE(environment.state().interrupted);
    return graph;
  }
  [[nodiscard]] bool exists(const std::string& table) const {
    const std::string catalog =
        GetParam().name == "Sqlite" ? "sqlite_master WHERE name = '" : "pg_class WHERE relname = '";
    return environment.scalar("SELECT count(*) FROM " + catalog + table + "'") != "0";
  }

  Environment environment = GetParam().make();
};

INSTANTIATE_TEST_SUITE_P(On, Repairing,
                         ::testing::Values(Kind{"PostgreSql", [] { return Environment::on_postgres(); }},
                                           Kind{"Sqlite", [] { return Environment::on_sqlite(); }}),
                         [](const auto& named) { return named.param.name; });

TEST_P(Repairing, AnEditedRevisionThatIsAcceptedCountsAsWhatWasRun) {
  ASSERT_EQ(told(environment.upgrade(graph_with("SELECT 1;"), "r2")), "ok");
  const auto edited = graph_with("SELECT 1;", "CREATE TABLE a (i integer, j integer);");
  ASSERT_EQ(check(edited), "EditedRevision");
  const auto applied_at = environment.state().applied.at("r1").at;

  ASSERT_EQ(accept(edited, "r1"), "ok");
  EXPECT_EQ(check(edited), "fine");
  const auto state = environment.state();
  EXPECT_EQ(state.applied.at("r1").at, applied_at) << "it was not run again";
  EXPECT_EQ(state.latest.front().kind, ActKind::Accept);
  EXPECT_EQ(environment.ledger().back(), "accept r1 done");
  EXPECT_EQ(told(environment.upgrade(edited)), "ok");
  EXPECT_EQ(accept(edited, "r1"), "NothingToRepair");
}

TEST_P(Repairing, AcceptingTwiceWritesOnceAndNothingOnceTheLedgerSaysSomethingElse) {
  ASSERT_EQ(told(environment.upgrade(graph_with("SELECT 1;"))), "ok");
  const auto edited = graph_with("SELECT 1;", "SELECT 2;");
  const auto planned = plan_acceptance(edited, environment.state(), "r1");
  ASSERT_TRUE(planned);
  EXPECT_EQ(accept(edited, *planned), "ok");
  EXPECT_EQ(accept(edited, *planned), "ok");
  EXPECT_EQ(environment.ledger().size(), 4U);
  const auto again = graph_with("SELECT 1;", "SELECT 3;");
  ASSERT_EQ(accept(again, "r1"), "ok");
  EXPECT_EQ(accept(edited, *planned), "VersionMoved");
}

TEST_P(Repairing, AcceptingLeavesAnOpenRunOpen) {
  const std::string second = "CREATE TABLE b (i integer); SELECT nothing FROM nowhere;";
  ASSERT_TRUE(environment.upgrade(graph_with(second)).failure);
  const auto edited = graph_with(second, "SELECT 2;");
  ASSERT_EQ(accept(edited, "r1"), "ok");
  ASSERT_TRUE(environment.state().interrupted);
  EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r1 done", "accept r1 done", "upgrade r2 failed"));
  EXPECT_EQ(told(environment.upgrade(graph_with("CREATE TABLE b (i integer); SELECT 1;", "SELECT 2;"))),
            "ok");
}

TEST_P(Repairing, AStatementThatIsMarkedAsDoneIsNotRun) {
  const auto graph = interrupted();
  (void)environment.ask("CREATE TABLE d (i integer)");
  ASSERT_EQ(mark(graph, StatementVerdict::Done), "ok");
  const auto state = environment.state();
  ASSERT_TRUE(state.interrupted);
  EXPECT_EQ(state.interrupted->statements_done, 2U);
  EXPECT_TRUE(state.interrupted->known_not_in);
  EXPECT_EQ(mark(graph, StatementVerdict::Done), "NothingToRepair") << "the next one is not in doubt";

  const auto mended =
      graph_with("CREATE TABLE b (i integer); CREATE TABLE d (i integer); CREATE TABLE f (i integer);");
  EXPECT_EQ(told(environment.upgrade(mended)), "ok") << "what is not in may be changed";
  EXPECT_TRUE(exists("f"));
}

TEST_P(Repairing, AStatementThatIsMarkedAsNotDoneIsRunAndMayBeChanged) {
  const auto graph = interrupted();
  const auto mended = graph_with("CREATE TABLE b (i integer); CREATE TABLE g (i integer);");
  EXPECT_EQ(environment.upgrade(mended).failure->reason, "InterruptedRevisionEdited");
  ASSERT_EQ(mark(graph, StatementVerdict::NotDone), "ok");
  ASSERT_EQ(mark(graph, StatementVerdict::NotDone), "ok");
  EXPECT_EQ(told(environment.upgrade(mended)), "ok");
  EXPECT_TRUE(exists("g"));
  EXPECT_FALSE(exists("d"));
}

TEST_P(Repairing, AMarkIsWrittenOnce) {
  const auto graph = interrupted();
  auto engine = environment.migrator();
  const auto planned = engine.plan_mark(graph, "r2", StatementVerdict::Done);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->text, "CREATE TABLE d (i integer)");
  engine::Progress progress;
  EXPECT_TRUE(engine.mark(graph, *planned, progress));
  EXPECT_TRUE(engine.mark(graph, *planned, progress));
  EXPECT_EQ(environment.state().interrupted->statements_done, 2U);
}

TEST_P(Repairing, AMarkThatTheRunHasOvertakenIsNotWritten) {
  const auto graph = interrupted();
  auto engine = environment.migrator();
  const auto planned = engine.plan_mark(graph, "r2", StatementVerdict::Done);
  ASSERT_TRUE(planned);
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  engine::Progress progress;
  const auto marked = engine.mark(graph, *planned, progress);
  ASSERT_FALSE(marked);
  EXPECT_EQ(marked.error().reason, "VersionMoved");
}

TEST_P(Repairing, AnotherOwnersLedgerIsLeftAlone) {
  const auto graph = interrupted();
  const auto edited = graph_with(graph.at(*graph.find("r2")).upgrade.sql, "SELECT 2;");
  const auto planned = plan_acceptance(edited, environment.state(), "r1");
  ASSERT_TRUE(planned);
  environment.settings.self.name = "production";
  EXPECT_EQ(mark(graph, StatementVerdict::Done), "DatabaseOwnedElsewhere");
  EXPECT_EQ(accept(edited, *planned), "DatabaseOwnedElsewhere");
}

TEST_P(Repairing, KilledAnywhereItIsWrittenOrNotAndCanBeSaidAgain) {
  for (const std::string_view name :
       {fp::kRepairAfterBegin, fp::kRepairBeforeCommit, fp::kRepairAfterCommit}) {
    SCOPED_TRACE(name);
    environment = GetParam().make();
    const auto graph = interrupted();
    const auto edited = graph_with(graph.at(*graph.find("r2")).upgrade.sql, "SELECT 2;");
    const std::string point(name);
    const bool in = name == fp::kRepairAfterCommit;
    ASSERT_EQ(run_in_child(point, [&] { return accept(edited, "r1") == "ok"; }), Ended::Killed);
    EXPECT_EQ(check(edited), in ? "fine" : "EditedRevision");
    ASSERT_TRUE(environment.state().interrupted);
    ASSERT_EQ(run_in_child(point, [&] { return mark(graph, StatementVerdict::NotDone) == "ok"; }),
              Ended::Killed);
    EXPECT_EQ(environment.state().interrupted->known_not_in, in);
    EXPECT_EQ(mark(graph, StatementVerdict::NotDone), "ok");
    EXPECT_EQ(told(environment.upgrade(graph)), "ok");
  }
}

}  // namespace
}  // namespace athanor::testing
