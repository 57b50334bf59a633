// Plans: order and row changes.
#include "core/traversal.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/graph_builders.hpp"
#include "unit/core/plans.hpp"

namespace athanor {
namespace {

using testing::all_changes;
using testing::chain;
using testing::downgrade;
using testing::graph_of;
using testing::Ids;
using testing::revision;
using testing::revisions_of;
using testing::target_of;
using testing::upgrade;

/// a ── b ── d ── m
///  └── c ────────┘      z ── y, y depends on c
RevisionGraph diamond() {
  return graph_of({revision("a"), revision("b", {"a"}), revision("c", {"a"}), revision("d", {"b"}),
                   revision("m", {"d", "c"}), revision("y", {"z"}, {"c"}), revision("z")});
}

TEST(PlanUpgrade, InsertsUpdatesAndMerges) {
  const Plan plan = upgrade(diamond(), {}, "m");
  EXPECT_EQ(revisions_of(plan), (Ids{"a", "c", "b", "d", "m"}));
  EXPECT_EQ(all_changes(plan), (std::vector<Ids>{{"+a"}, {"a>c"}, {"+b"}, {"b>d"}, {"-d", "c>m"}}));
  EXPECT_TRUE(plan.rows_before.empty());
}

TEST(PlanUpgrade, BringsDependenciesAlongAndReplacesTheirRows) {
  const Plan plan = upgrade(diamond(), {}, "y");
  EXPECT_EQ(std::set<std::string>({"a", "c", "y", "z"}), [&] {
    const Ids ids = revisions_of(plan);
    return std::set<std::string>(ids.begin(), ids.end());
  }());
  EXPECT_EQ(plan.steps.back().revision, "y");
  EXPECT_EQ(plan.steps.back().row_changes.size(), 2U) << "the rows of z and c become one";
}

TEST(PlanUpgrade, StartsFromTheRowsAndKeepsOtherBranches) {
  const Plan plan = upgrade(diamond(), {"z", "b"}, "d");
  EXPECT_EQ(plan.rows_before, (Ids{"b", "z"}));
  EXPECT_EQ(all_changes(plan), (std::vector<Ids>{{"b>d"}}));
  EXPECT_EQ(rows_after(plan.rows_before, plan.steps[0]), (Ids{"d", "z"}));
}

TEST(PlanUpgrade, InsertsARowWhereTheParentsRowIsHeldByAnother) {
  const Plan plan = upgrade(diamond(), {"c"}, "b");
  EXPECT_EQ(all_changes(plan), (std::vector<Ids>{{"+b"}}));
}

TEST(PlanUpgrade, IsEmptyAtOrAboveTheTarget) {
  EXPECT_TRUE(upgrade(diamond(), {"m"}, "b").empty());
  EXPECT_TRUE(upgrade(diamond(), {"m", "y"}, "heads").empty());
  EXPECT_TRUE(upgrade(diamond(), {"m"}, "base").empty());
}

TEST(PlanDowngrade, DeletesUpdatesAndUnmerges) {
  const Plan plan = downgrade(diamond(), {"m"}, "base");
  EXPECT_EQ(revisions_of(plan), (Ids{"m", "d", "b", "c", "a"}));
  EXPECT_EQ(all_changes(plan), (std::vector<Ids>{{"+d", "m>c"}, {"d>b"}, {"-b"}, {"c>a"}, {"-a"}}));
}

TEST(PlanDowngrade, UndoesWhatDependsOnTheUndone) {
  const Plan plan = downgrade(diamond(), {"m", "y"}, "a");
  const Ids ids = revisions_of(plan);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), (std::set<std::string>{"b", "c", "d", "m", "y"}));
  EXPECT_EQ(plan.steps.front().direction, Direction::Downgrade);
}

TEST(PlanDowngrade, LeavesTheTargetsDependentsAndOtherBranchesAlone) {
  EXPECT_EQ(revisions_of(downgrade(diamond(), {"d", "y"}, "b")), (Ids{"d"}));
  EXPECT_TRUE(downgrade(diamond(), {"y"}, "c").empty())
      << "c is applied, and nothing above it is on its branch";
}

TEST(PlanDowngrade, KeepsToTheBranchOfALabel) {
  const auto graph =
      graph_of({revision("base0"), revision("l1", {"base0"}, {}, {"left"}), revision("l2", {"l1"}),
                revision("r1", {"base0"}, {}, {"right"}), revision("solo", {}, {}, {"alone"})});
  EXPECT_EQ(revisions_of(downgrade(graph, {"l2", "r1", "solo"}, "left@base0")), (Ids{"l2", "l1"}));
  EXPECT_EQ(revisions_of(downgrade(graph, {"l2", "r1", "solo"}, "alone@base")), (Ids{"solo"}));
  EXPECT_EQ(revisions_of(downgrade(graph, {"l2", "r1", "solo"}, "right@base")),
            (Ids{"l2", "l1", "r1", "base0"}));
  EXPECT_EQ(plan_downgrade(graph, {"l2", "r1"}, target_of(graph, "base0@base0")).error().reason,
            "InvalidTarget");
}

TEST(PlanDowngrade, DoesNotLeaveARowThatAnotherImplies) {
  // m has both c and its ancestor a as parents: only c is an effective head once m is gone.
  const auto graph = graph_of({revision("a"), revision("c", {"a"}), revision("m", {"c", "a"})});
  EXPECT_EQ(all_changes(downgrade(graph, {"m"}, "c")), (std::vector<Ids>{{"m>c"}}));
}

TEST(Plans, RefuseWhatTheyCannotPlanFrom) {
  auto revisions = chain(3);
  revisions[1].downgrade.reset();
  const auto graph = graph_of(std::move(revisions));
  const auto heads = target_of(graph, "heads");
  const auto base = target_of(graph, "base");

  const auto unknown = plan_upgrade(graph, {"ffff", "r000000"}, heads);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason, "UnknownRevision");
  EXPECT_EQ(unknown.error().site.revision, "ffff");
  EXPECT_EQ(plan_downgrade(graph, {"ffff"}, base).error().reason, "UnknownRevision");
  EXPECT_EQ(applied_revisions(graph, {"ffff"}).error().reason, "UnknownRevision");

  const auto overlapping = plan_upgrade(graph, {"r000000", "r000002"}, heads);
  ASSERT_FALSE(overlapping);
  EXPECT_EQ(overlapping.error().reason, "OverlappingVersionRows");
  EXPECT_NE(overlapping.error().message.find("r000000"), std::string::npos);

  const auto twice = plan_upgrade(graph, {"r000001", "r000001"}, heads);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().reason, "OverlappingVersionRows");
  EXPECT_EQ(twice.error().site.revision, "r000001");

  const auto irreversible = plan_downgrade(graph, {"r000002"}, base);
  ASSERT_FALSE(irreversible);
  EXPECT_EQ(irreversible.error().reason, "Irreversible");
  EXPECT_EQ(irreversible.error().site.revision, "r000001");
  EXPECT_EQ(irreversible.error().site.file, "r000001.sql");
  EXPECT_TRUE(plan_downgrade(graph, {"r000002"}, target_of(graph, "r000001"))) << "r000001 itself stays";
}

TEST(PlanDowngrade, GoesToOneAppliedRevisionOnly) {
  const auto graph = graph_of({revision("a"), revision("b", {"a"}), revision("c", {"a"})});
  EXPECT_EQ(plan_downgrade(graph, {"b", "c"}, target_of(graph, "heads")).error().reason, "InvalidTarget");
  EXPECT_EQ(plan_downgrade(graph, {"a"}, target_of(graph, "b")).error().reason, "InvalidTarget")
      << "it is not applied";
}

TEST(PlanDowngrade, LeavesItToTheCallerWhetherATargetIsClearEnough) {
  const auto graph = graph_of(chain(3));
  EXPECT_TRUE(plan_downgrade(graph, {"r000002"}, target_of(graph, "head")).value().empty());
  EXPECT_EQ(revisions_of(downgrade(graph, {"r000002"}, "r000001")), (Ids{"r000002"}));
}

TEST(AppliedRevisions, AreTheRowsAndAllThatTheyNeed) {
  const auto graph = diamond();
  Ids ids;
  const auto applied = applied_revisions(graph, {"y", "b"});
  for (const auto node : *applied) ids.push_back(graph.at(node).id);
  EXPECT_EQ(ids, (Ids{"a", "b", "c", "z", "y"}));
}

TEST(RowsAfter, KeepsRowsSorted) {
  const PlanStep step{"m",
                      Direction::Upgrade,
                      {{RowChange::Kind::Delete, "a", ""},
                       {RowChange::Kind::Update, "c", "b"},
                       {RowChange::Kind::Insert, "", "z"}}};
  EXPECT_EQ(rows_after({"a", "c", "d"}, step), (Ids{"b", "d", "z"}));
}

// ---- orders that were taken from Debian's alembic 1.8.1 ----

TEST(PlanOrder, WalksBranchesAsAlembicDoes) {
  // Two branches from a, merged: the first parent's branch is undone first, so it is applied last.
  const auto merged = graph_of({revision("a"), revision("b1", {"a"}), revision("b2", {"b1"}),
                                revision("c1", {"a"}), revision("c2", {"c1"}), revision("m", {"b2", "c2"})});
  EXPECT_EQ(revisions_of(upgrade(merged, {}, "heads")), (Ids{"a", "c1", "c2", "b1", "b2", "m"}));
  // Open heads: the walk goes down the first, then the second, ...
  const auto open =
      graph_of({revision("a"), revision("b1", {"a"}), revision("c1", {"a"}), revision("d1", {"a"})});
  EXPECT_EQ(revisions_of(upgrade(open, {}, "heads")), (Ids{"a", "d1", "c1", "b1"}));
}

TEST(Downgrade, IsToldToStopAboveTheIrreversibleOnlyWhereSomethingIs) {
  auto one_way = revision("b", {"a"});
  one_way.downgrade.reset();
  const auto graph = graph_of({revision("a"), one_way, revision("c", {"b"})});
  const auto told = [&graph](const std::string& row) {
    return plan_downgrade(graph, {row}, resolve_target(graph, "base").value()).error().message;
  };
  EXPECT_NE(told("c").find("or go back no further than to b."), std::string::npos) << told("c");
  EXPECT_EQ(told("b").find("no further"), std::string::npos) << told("b");
}

}  // namespace
}  // namespace athanor
