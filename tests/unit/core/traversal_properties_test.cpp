// What must hold of every plan, on random graphs.
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/traversal.hpp"
#include "unit/core/graph_builders.hpp"
#include "unit/core/plans.hpp"

namespace athanor {
namespace {

using testing::downgrade;
using testing::graph_of;
using testing::Ids;
using testing::revision;
using testing::upgrade;

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

}  // namespace
}  // namespace athanor
