// Moving the version rows without running anything, on both kinds of database.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "core/planner.hpp"
#include "engine/failpoints.hpp"
#include "integration/engine/environment.hpp"
#include "integration/engine/killed_process.hpp"

namespace athanor::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Change = RowChange::Kind;

struct Kind {
  std::string name;
  std::function<Environment()> make;
};

class Stamping : public ::testing::TestWithParam<Kind> {
 protected:
  /// "ok", or the reason of the refusal.
  std::string stamp(std::vector<std::string> before, std::vector<RowChange> changes) {
    engine::Progress progress;
    const auto stamped =
        environment.migrator().stamp(graph, {std::move(before), std::move(changes)}, progress);
    message = stamped ? "" : stamped.error().message;
    return stamped ? "ok" : stamped.error().reason;
  }
  [[nodiscard]] std::vector<std::string> rows() const {
    return environment.ask("SELECT version_num FROM alembic_version ORDER BY 1");
  }
  /// What the operator makes of the database now.
  Decision look() {
    Observation observation;
    observation.inputs = RevisionInputs{std::make_shared<const RevisionGraph>(graph), digest_of(graph)};
    observation.database = environment.state();
    return decide(observation);
  }

  Environment environment = GetParam().make();
  RevisionGraph graph = graph_of({revision("r1", "", "CREATE TABLE a (id integer);"),
                                  revision("r2", "r1", "CREATE TABLE b (id integer);"),
                                  revision("r3", "r2", "CREATE TABLE c (id integer);")});
  std::string message;
};

INSTANTIATE_TEST_SUITE_P(On, Stamping,
                         ::testing::Values(Kind{"PostgreSql", [] { return Environment::on_postgres(); }},
                                           Kind{"Sqlite", [] { return Environment::on_sqlite(); }}),
                         [](const auto& named) { return named.param.name; });

TEST_P(Stamping, AnEmptyDatabaseGetsBothTablesAndOneAct) {
  ASSERT_EQ(stamp({}, {{Change::Insert, "", "r3"}}), "ok") << message;
  EXPECT_THAT(rows(), ElementsAre("r3"));
  EXPECT_THAT(environment.ledger(), ElementsAre("stamp r3 done"));
  const auto state = environment.state();
  EXPECT_THAT(state.applied, IsEmpty()) << "what was run is not known";
  ASSERT_EQ(state.latest.size(), 1U);
  EXPECT_EQ(state.latest.front().kind, ActKind::Stamp);
  EXPECT_TRUE(state.owner);
  const Decision decision = look();
  EXPECT_EQ(decision.action, Action::None);
  EXPECT_EQ(decision.drift.reason, "InSync");
}

TEST_P(Stamping, WhatLeavesWasNotTakenBackFromOutside) {
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  ASSERT_EQ(stamp({"r3"}, {{Change::Update, "r3", "r1"}}), "ok") << message;
  EXPECT_THAT(environment.ledger(),
              ElementsAre("upgrade r1 done", "upgrade r2 done", "upgrade r3 done", "stamp r1 done"));
  EXPECT_EQ(look().drift.reason, "InSync");
  EXPECT_THAT(environment.state().applied, UnorderedElementsAre(Pair("r1", ::testing::_)));

  ASSERT_EQ(stamp({"r1"}, {{Change::Delete, "r1", ""}}), "ok") << message;
  EXPECT_THAT(rows(), IsEmpty());
  EXPECT_EQ(environment.ledger().back(), "stamp - done");
  EXPECT_THAT(environment.state().applied, IsEmpty());
  EXPECT_EQ(look().drift.reason, "InSync");
}

TEST_P(Stamping, WhatArrivesIsNotWhatTheLedgerSaysWasRun) {
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  (void)environment.ask("UPDATE alembic_version SET version_num = 'r2'");
  ASSERT_EQ(stamp({"r2"}, {{Change::Update, "r2", "r3"}}), "ok") << message;
  graph = graph_of({graph.at(*graph.find("r1")), graph.at(*graph.find("r2")),
                    revision("r3", "r2", "CREATE TABLE other (id integer);")});
  const Decision decision = look();
  EXPECT_EQ(decision.action, Action::None) << decision.hold->message;
  EXPECT_THAT(decision.drift.message, HasSubstr("1 applied revision(s) aren't in the ledger"));
}

TEST_P(Stamping, AnUpgradeGoesOnFromThereAndIsKnownAgain) {
  ASSERT_EQ(stamp({}, {{Change::Insert, "", "r2"}}), "ok") << message;
  EXPECT_EQ(told(environment.upgrade(graph)), "ok");
  EXPECT_THAT(environment.ledger(), ElementsAre("stamp r2 done", "upgrade r3 done"));
  EXPECT_THAT(environment.state().applied, UnorderedElementsAre(Pair("r3", ::testing::_)));
}

TEST_P(Stamping, WhereItStandsAlreadyWritesNoActTwice) {
  ASSERT_EQ(stamp({}, {{Change::Insert, "", "r2"}}), "ok");
  ASSERT_EQ(stamp({"r2"}, {}), "ok");
  EXPECT_THAT(environment.ledger(), ElementsAre("stamp r2 done"));
}

TEST_P(Stamping, APurgeLetsRowsGoThatNobodyKnows) {
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  (void)environment.ask("UPDATE alembic_version SET version_num = 'lost'");
  EXPECT_EQ(stamp({"lost"}, {}), "UnknownRevision");
  ASSERT_EQ(stamp({"lost"}, {{Change::Delete, "lost", ""}, {Change::Insert, "", "r2"}}), "ok") << message;
  EXPECT_THAT(rows(), ElementsAre("r2"));
  EXPECT_THAT(environment.state().applied, IsEmpty());
}

TEST_P(Stamping, RowsThatWereMovedMeanwhileAreLeftAlone) {
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  EXPECT_EQ(stamp({"r2"}, {{Change::Update, "r2", "r1"}}), "VersionMoved");
  EXPECT_THAT(rows(), ElementsAre("r3"));
}

TEST_P(Stamping, AnotherOwnersDatabaseIsRefusedUntilItIsTakenOver) {
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  const std::string owner = environment.settings.self.short_name();
  environment.settings.self.name = "production";
  EXPECT_EQ(stamp({"r3"}, {{Change::Update, "r3", "r1"}}), "DatabaseOwnedElsewhere");
  engine::Progress progress;
  const auto ensured = environment.migrator().ensure_version(progress);
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().reason, "DatabaseOwnedElsewhere");
  environment.settings.take_over = owner;
  EXPECT_EQ(stamp({"r3"}, {{Change::Update, "r3", "r1"}}), "ok");
  EXPECT_EQ(environment.state().owner->name, "production");
}

TEST_P(Stamping, AnOpenRunIsClosedByAStampThatMovesPastItOnly) {
  const std::string half = "CREATE TABLE b (id integer); SELECT nothing FROM nowhere;";
  graph = graph_of({graph.at(*graph.find("r1")), off(revision("r2", "r1", half)),
                    revision("r3", "r2", "CREATE TABLE c (id integer);")});
  ASSERT_TRUE(environment.upgrade(graph).failure);
  ASSERT_TRUE(environment.state().interrupted);
  EXPECT_EQ(stamp({"r1"}, {{Change::Delete, "r1", ""}}), "InterruptedRevision");
  EXPECT_THAT(message, HasSubstr("one that includes r2 closes it"));
  EXPECT_THAT(rows(), ElementsAre("r1"));

  ASSERT_EQ(stamp({"r1"}, {{Change::Update, "r1", "r2"}}), "ok") << message;
  EXPECT_FALSE(environment.state().interrupted);
  EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r1 done", "upgrade r2 overtaken", "stamp r2 done"));
  EXPECT_EQ(told(environment.upgrade(graph)), "ok");
}

TEST_P(Stamping, AnIdThatTheColumnCannotHoldIsRefused) {
  const std::string id(40, 'x');
  graph = graph_of({revision(id, "", "")});
  const bool enforced = GetParam().name != "Sqlite";
  EXPECT_EQ(stamp({}, {{Change::Insert, "", id}}), enforced ? "RevisionIdTooLong" : "ok");
  EXPECT_EQ(environment.state().version_table_exists, !enforced);
}

TEST_P(Stamping, ALongHistoryLeavesOneRow) {
  std::vector<Revision> revisions{revision("n0", "", "SELECT 1;")};
  for (int i = 1; i < 300; ++i) {
    revisions.push_back(revision("n" + std::to_string(i), "n" + std::to_string(i - 1), "SELECT 1;"));
  }
  graph = graph_of(std::move(revisions));
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  ASSERT_EQ(stamp({"n299"}, {{Change::Delete, "n299", ""}}), "ok") << message;
  EXPECT_EQ(environment.ledger().size(), 301U);
  const auto state = environment.state();
  EXPECT_THAT(state.applied, IsEmpty());
  EXPECT_EQ(look().drift.reason, "InSync");
}

TEST_P(Stamping, KilledAnywhereItIsInOrNot) {
  namespace fp = engine::failpoints;
  for (const std::string_view name : {fp::kStampAfterBegin, fp::kStampBeforeCommit, fp::kStampAfterCommit}) {
    SCOPED_TRACE(name);
    environment = GetParam().make();
    ASSERT_EQ(told(environment.upgrade(graph)), "ok");
    const std::vector<RowChange> back{{Change::Update, "r3", "r1"}};
    ASSERT_EQ(run_in_child(std::string(name), [&] { return stamp({"r3"}, back) == "ok"; }), Ended::Killed);
    const bool in = name == fp::kStampAfterCommit;
    EXPECT_THAT(rows(), ElementsAre(in ? "r1" : "r3"));
    EXPECT_EQ(environment.ledger().back(), in ? "stamp r1 done" : "upgrade r3 done");
    EXPECT_EQ(look().drift.reason, "InSync");
    EXPECT_EQ(stamp({"r3"}, back), in ? "VersionMoved" : "ok");
  }
}

TEST_P(Stamping, ACommitWhoseReplyWasLostIsLookedUp) {
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  bool lost = false;
  environment.interceptor->after = [&](fakes::Call call, std::string_view) -> std::optional<Error> {
    if (call != fakes::Call::Commit || std::exchange(lost, true)) return std::nullopt;
    return Error{ErrorKind::InDoubt, "CommitInDoubt", "the cable was pulled", {}};
  };
  EXPECT_EQ(stamp({"r3"}, {{Change::Update, "r3", "r2"}}), "ok") << message;
  EXPECT_THAT(rows(), ElementsAre("r2"));
  EXPECT_EQ(environment.ledger().size(), 4U);
}

TEST_P(Stamping, EnsureVersionMakesTheVersionTableAndNothingElse) {
  for (int i = 0; i < 2; ++i) {
    engine::Progress progress;
    const auto ensured = environment.migrator().ensure_version(progress);
    ASSERT_TRUE(ensured) << ensured.error().message;
    const auto state = environment.state();
    EXPECT_TRUE(state.version_table_exists);
    EXPECT_FALSE(state.ledger_exists);
    EXPECT_THAT(rows(), IsEmpty());
  }
  EXPECT_EQ(told(environment.upgrade(graph)), "ok");
  engine::Progress progress;
  EXPECT_TRUE(environment.migrator().ensure_version(progress));
  EXPECT_THAT(rows(), ElementsAre("r3"));
}

}  // namespace
}  // namespace athanor::testing
