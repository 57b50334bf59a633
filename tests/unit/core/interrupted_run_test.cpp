// A half-done revision: when it is over, and where in a plan it stands.
#include "core/interrupted_run.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/planner.hpp"
#include "core/revision_query.hpp"
#include "core/traversal.hpp"
#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::graph_of;
using testing::Ids;
using testing::revision;

/// r1 ── m ── m2
///    └─ z
RevisionGraph fork() {
  return graph_of({revision("r1"), revision("m", {"r1"}), revision("m2", {"m"}), revision("z", {"r1"})});
}

struct Case {
  std::string sentence;
  InterruptedRun run;
  Ids rows;
  std::string target;
  std::string held;  ///< reason of the hold; empty: none
  Ids plan;          ///< with a - before what is undone
};

Observation observed(const Case& situation) {
  Observation observation;
  RevisionInputs inputs;
  inputs.graph = std::make_shared<const RevisionGraph>(fork());
  observation.inputs = inputs;
  DatabaseState database;
  database.version_table_exists = true;
  database.version_rows = situation.rows;
  database.interrupted = situation.run;
  observation.database = database;
  observation.wanted.target = situation.target;
  observation.wanted.policy.downgrade = Policy::Downgrade::Allow;
  return observation;
}

TEST(HalfDone, IsFinishedFirstAndOnlyWhereItStillIs) {
  const auto up = [](const std::string& id) { return InterruptedRun{id, Direction::Upgrade, "", 1}; };
  const auto down = [](const std::string& id) { return InterruptedRun{id, Direction::Downgrade, "", 1}; };
  for (const Case& expected : std::vector<Case>{
           {"an upgrade before what the plan would begin with",
            up("z"),
            {"r1"},
            "heads",
            "",
            {"z", "m", "m2"}},
           {"the other branch", up("m"), {"r1"}, "heads", "", {"m", "z", "m2"}},
           {"one that the target leaves out", up("z"), {"r1"}, "m2", "InterruptedRevision", {"m", "m2"}},
           {"one that is not next", up("m2"), {"r1"}, "m2", "InterruptedRevision", {"m", "m2"}},
           {"one where nothing is pending", up("z"), {"m2"}, "m2", "InterruptedRevision", {}},
           {"an upgrade that was finished by hand", up("z"), {"z"}, "heads", "", {"m", "m2"}},
           {"one below what is applied", up("m"), {"m2", "z"}, "heads", "", {}},
           {"an upgrade that was finished by hand and is undone", up("z"), {"z"}, "r1", "", {"-z"}},
           {"a downgrade before the other branch's", down("m2"), {"m2", "z"}, "r1", "", {"-m2", "-m", "-z"}},
           {"a downgrade of the other branch", down("z"), {"m2", "z"}, "r1", "", {"-z", "-m2", "-m"}},
           {"a downgrade where the target is above",
            down("m2"),
            {"m2", "z"},
            "heads",
            "InterruptedRevision",
            {}},
           {"a downgrade that was finished by hand", down("m2"), {"m", "z"}, "heads", "", {"m2"}},
           {"a downgrade whose file went with it", down("gone"), {"m2", "z"}, "heads", "", {}},
           {"an upgrade whose file has gone", up("gone"), {"m2", "z"}, "heads", "InterruptedRevision", {}},
       }) {
    SCOPED_TRACE(expected.sentence);
    const Decision decision = decide(observed(expected));
    EXPECT_EQ(decision.hold ? decision.hold->reason : "", expected.held);
    Ids plan;
    for (const PlanStep& step : decision.plan.steps) {
      plan.push_back((step.direction == Direction::Downgrade ? "-" : "") + step.revision);
    }
    EXPECT_EQ(plan, expected.plan);
  }
}

TEST(HalfDone, ItsPlansRowChangesAreThoseOfItsOrder) {
  const auto graph = fork();
  for (const char* first : {"m", "z"}) {
    const auto plan = begin_with(graph, plan_upgrade(graph, {"r1"}, *resolve_target(graph, "heads")).value(),
                                 first, Direction::Upgrade);
    ASSERT_EQ(plan.steps.size(), 3U);
    EXPECT_EQ(plan.steps[0].revision, first);
    EXPECT_EQ(plan.steps[0].row_changes, (std::vector<RowChange>{{RowChange::Kind::Update, "r1", first}}));
    Ids rows = plan.rows_before;
    for (const PlanStep& step : plan.steps) rows = rows_after(std::move(rows), step);
    EXPECT_EQ(rows, (Ids{"m2", "z"}));
  }
}

TEST(HalfDone, SaysHowToGoOnInItsDirection) {
  const auto graph = graph_of({revision("r1"), revision("r2", {"r1"})});
  const auto told = [&graph](Direction direction, Audience audience = Audience::Operator,
                             const std::string& id = "r2") {
    return interrupted_revision({id, direction, "", 3}, graph, audience).message;
  };
  EXPECT_NE(told(Direction::Upgrade).find("a target that includes it"), std::string::npos);
  EXPECT_NE(told(Direction::Downgrade).find("a target below it"), std::string::npos);
  EXPECT_NE(told(Direction::Downgrade).find("stopped after 3"), std::string::npos);
  EXPECT_NE(told(Direction::Upgrade, Audience::CommandLine).find("is run: athanor upgrade r2; or"),
            std::string::npos);
  EXPECT_NE(told(Direction::Downgrade, Audience::CommandLine).find("is run: athanor downgrade r2@r1; or"),
            std::string::npos);
  EXPECT_NE(
      told(Direction::Downgrade, Audience::CommandLine, "r1").find("is run: athanor downgrade r1@base;"),
      std::string::npos);
}

TEST(HalfDone, SaysOfAKnownStatementThatItIsNotInAndOffersNoRepair) {
  const auto graph = graph_of({revision("r2")});
  InterruptedRun run{"r2", Direction::Upgrade, "", 3};
  EXPECT_NE(interrupted_revision(run, graph, Audience::CommandLine).message.find("athanor repair --done r2"),
            std::string::npos);
  run.known_not_in = true;
  const std::string told = interrupted_revision(run, graph, Audience::CommandLine).message;
  EXPECT_EQ(told.find("repair"), std::string::npos) << told;
  EXPECT_NE(told.find("is known not to be in the database"), std::string::npos) << told;
}

}  // namespace
}  // namespace athanor
