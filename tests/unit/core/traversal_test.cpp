// Plans: order, row changes, and what must hold of every plan.
#include "core/traversal.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::chain;
using testing::graph_of;
using testing::Ids;
using testing::revision;

Target target_of(const RevisionGraph& graph, std::string_view expression) {
  return resolve_target(graph, expression).value();
}

Plan upgrade(const RevisionGraph& graph, const Ids& rows, std::string_view target) {
  auto plan = plan_upgrade(graph, rows, target_of(graph, target));
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return plan ? *plan : Plan{};
}

Plan downgrade(const RevisionGraph& graph, const Ids& rows, std::string_view target) {
  auto plan = plan_downgrade(graph, rows, target_of(graph, target));
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return plan ? *plan : Plan{};
}

Ids revisions_of(const Plan& plan) {
  Ids ids;
  for (const PlanStep& step : plan.steps) ids.push_back(step.revision);
  return ids;
}

/// "+a" inserts, "-a" deletes, "a>b" updates.
Ids changes_of(const PlanStep& step) {
  Ids changes;
  for (const RowChange& change : step.row_changes) {
    changes.push_back(change.kind == RowChange::Kind::Insert   ? "+" + change.to
                      : change.kind == RowChange::Kind::Delete ? "-" + change.from
                                                               : change.from + ">" + change.to);
  }
  return changes;
}

std::vector<Ids> all_changes(const Plan& plan) {
  std::vector<Ids> changes;
  for (const PlanStep& step : plan.steps) changes.push_back(changes_of(step));
  return changes;
}

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

// ---- what must hold of every plan, on random graphs ----

std::vector<Revision> random_revisions(std::mt19937& random) {
  const std::size_t count = 1 + random() % 30;
  std::vector<std::string> ids;
  std::set<std::string> taken;
  while (ids.size() < count) {
    const std::string id = "r" + std::to_string(1000 + random() % 9000);
    if (taken.insert(id).second) ids.push_back(id);
  }
  std::vector<Revision> revisions;
  for (std::size_t i = 0; i < count; ++i) {
    const auto pick = [&](std::size_t how_many) {
      std::set<std::string> picked;
      for (std::size_t k = 0; k < how_many && i > 0; ++k) picked.insert(ids[random() % i]);
      return Ids(picked.begin(), picked.end());
    };
    const std::size_t parents = random() % 8 == 0 ? 0 : random() % 4 == 0 ? 2 : 1;
    revisions.push_back(revision(ids[i], pick(parents), pick(random() % 4 == 0 ? 2 : 0)));
  }
  std::shuffle(revisions.begin(), revisions.end(), random);
  return revisions;
}

/// The effective heads of a set of revisions, straight from their definition.
Ids effective_heads_of(const RevisionGraph& graph, const std::set<std::string>& applied) {
  Ids heads;
  for (const std::string& id : applied) {
    const auto node = *graph.find(id);
    const auto is_applied = [&](RevisionGraph::Index other) { return applied.contains(graph.at(other).id); };
    const auto children = graph.children(node);
    const auto dependents = graph.dependents(node);
    if (std::none_of(children.begin(), children.end(), is_applied) &&
        std::none_of(dependents.begin(), dependents.end(), is_applied)) {
      heads.push_back(id);
    }
  }
  return heads;
}

/// Runs a plan on a set of applied revisions, checking each state on the way.
void run(const RevisionGraph& graph, const Plan& plan, std::set<std::string>& applied, Ids& rows) {
  ASSERT_EQ(plan.rows_before, rows);
  for (const PlanStep& step : plan.steps) {
    const auto node = *graph.find(step.revision);
    if (step.direction == Direction::Upgrade) {
      for (const auto need : graph.parents(node)) ASSERT_TRUE(applied.contains(graph.at(need).id));
      for (const auto need : graph.dependencies(node)) ASSERT_TRUE(applied.contains(graph.at(need).id));
      ASSERT_TRUE(applied.insert(step.revision).second);
    } else {
      ASSERT_EQ(applied.erase(step.revision), 1U);
    }
    // Each change must touch exactly one row.
    std::set<std::string> now(rows.begin(), rows.end());
    for (const RowChange& change : step.row_changes) {
      if (change.kind != RowChange::Kind::Insert) {
        ASSERT_EQ(now.erase(change.from), 1U);
      }
      if (change.kind != RowChange::Kind::Delete) {
        ASSERT_TRUE(now.insert(change.to).second);
      }
    }
    rows = rows_after(rows, step);
    ASSERT_EQ(rows, Ids(now.begin(), now.end()));
    ASSERT_EQ(rows, effective_heads_of(graph, applied)) << "after " << step.revision;
  }
}

TEST(PlanProperties, UpAndDownAgainIsWhereItBegan) {
  std::mt19937 random(42);
  for (int round = 0; round < 300; ++round) {
    const auto graph = graph_of(random_revisions(random));
    std::set<std::string> applied;
    Ids rows;
    ASSERT_NO_FATAL_FAILURE(run(graph, upgrade(graph, rows, "heads"), applied, rows));
    EXPECT_EQ(rows, graph.effective_heads());
    EXPECT_EQ(applied.size(), graph.size());
    ASSERT_NO_FATAL_FAILURE(run(graph, downgrade(graph, rows, "base"), applied, rows));
    EXPECT_TRUE(rows.empty());
    EXPECT_TRUE(applied.empty());
  }
}

TEST(PlanProperties, EveryPrefixOfAPlanCanBeResumed) {
  std::mt19937 random(43);
  for (int round = 0; round < 300; ++round) {
    const auto graph = graph_of(random_revisions(random));
    std::set<std::string> applied;
    Ids rows;
    // Wander: each time towards some revision, stopped after any number of steps.
    for (int move = 0; move < 6; ++move) {
      const std::string id = graph.revisions()[random() % graph.size()].id;
      Plan plan = upgrade(graph, rows, id);
      if (plan.empty()) plan = downgrade(graph, rows, id);
      if (!plan.empty()) plan.steps.resize(random() % (plan.steps.size() + 1));
      ASSERT_NO_FATAL_FAILURE(run(graph, plan, applied, rows));
      std::set<std::string> read_back;
      const auto nodes = applied_revisions(graph, rows);
      for (const auto node : *nodes) read_back.insert(graph.at(node).id);
      ASSERT_EQ(read_back, applied) << "rows alone tell what is applied";
    }
    ASSERT_NO_FATAL_FAILURE(run(graph, upgrade(graph, rows, "heads"), applied, rows));
    ASSERT_EQ(rows, graph.effective_heads());
  }
}

TEST(PlanProperties, AStoppedPlanGoesOnWithTheSameSteps) {
  std::mt19937 random(44);
  for (int round = 0; round < 100; ++round) {
    const auto graph = graph_of(random_revisions(random));
    const Plan whole = upgrade(graph, {}, "heads");
    Ids rows;
    for (std::size_t done = 0; done < whole.steps.size(); ++done) {
      const Plan rest = upgrade(graph, rows, "heads");
      ASSERT_EQ(rest.steps.size(), whole.steps.size() - done);
      rows = rows_after(rows, rest.steps.front());
    }
    ASSERT_TRUE(upgrade(graph, rows, "heads").empty());
  }
}

// ---- sizes ----

TEST(PlanSizes, FiftyThousandRevisionsInAChain) {
  const auto graph = graph_of(chain(50000));
  const Plan up = upgrade(graph, {}, "head");
  ASSERT_EQ(up.steps.size(), 50000U);
  for (std::size_t i = 1; i < up.steps.size(); ++i) {
    ASSERT_EQ(up.steps[i].row_changes.front(),
              (RowChange{RowChange::Kind::Update, up.steps[i - 1].revision, up.steps[i].revision}));
  }
  EXPECT_EQ(up.steps.front().row_changes.front(), (RowChange{RowChange::Kind::Insert, "", "r000000"}));
  const Plan down = downgrade(graph, {"r049999"}, "base");
  ASSERT_EQ(down.steps.size(), 50000U);
  EXPECT_EQ(down.steps.front().revision, "r049999");
  EXPECT_EQ(down.steps.back().row_changes.front(), (RowChange{RowChange::Kind::Delete, "r000000", ""}));
}

TEST(PlanSizes, FiftyThousandRevisionsInALadder) {
  std::vector<Revision> revisions = chain(25'000);
  for (std::size_t i = 0; i < 25'000; ++i) {
    std::string rung = revisions[i].id;
    rung.front() = 's';
    std::string below = i == 0 ? "" : revisions[i - 1].id;
    if (i > 0) below.front() = 's';
    revisions.push_back(revision(rung, i == 0 ? Ids{} : Ids{below}, {revisions[i].id}));
  }
  const auto graph = graph_of(std::move(revisions));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(upgrade(graph, {}, "heads").steps.size(), 50'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(4));
}

TEST(PlanSizes, TenThousandBranchesMerged) {
  std::vector<Revision> revisions{revision("a")};
  Ids tips;
  for (int i = 0; i < 10000; ++i) {
    tips.push_back("b" + std::to_string(10000 + i));
    revisions.push_back(revision(tips.back(), {"a"}, {}, {"label" + std::to_string(i)}));
  }
  revisions.push_back(revision("m", tips));
  const auto graph = graph_of(std::move(revisions));
  const Plan up = upgrade(graph, {}, "heads");
  ASSERT_EQ(up.steps.size(), 10002U);
  EXPECT_EQ(up.steps.back().row_changes.size(), 10000U);
  const Plan down = downgrade(graph, {"m"}, "base");
  ASSERT_EQ(down.steps.size(), 10002U);
  EXPECT_EQ(down.steps.front().row_changes.size(), 10000U);
  EXPECT_EQ(down.steps.back().revision, "a");
}

TEST(PlanSizes, TenThousandDependenciesTwice) {
  auto revisions = chain(10000);
  Ids all;
  for (const Revision& made : revisions) all.push_back(made.id);
  revisions.push_back(revision("x1", {}, all));
  revisions.push_back(revision("x2", {"x1"}, all));
  const auto graph = graph_of(std::move(revisions));
  EXPECT_EQ(graph.effective_heads(), (Ids{"x2"}));
  const Plan plan = upgrade(graph, {}, "heads");
  ASSERT_EQ(plan.steps.size(), 10002U);
  EXPECT_EQ(changes_of(plan.steps[10000]), (Ids{"r009999>x1"}));
}

}  // namespace
}  // namespace athanor
