// Orders and cycles of directed graphs.
#include "core/topology.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace athanor {
namespace {

using Nodes = std::vector<Adjacency::Index>;

Adjacency needs(const std::vector<Nodes>& nodes) {
  Adjacency graph;
  for (const Nodes& targets : nodes) graph.add_node(targets);
  return graph;
}

std::vector<Nodes> lists_of(const Adjacency& graph) {
  std::vector<Nodes> lists;
  for (Adjacency::Index node = 0; node < graph.size(); ++node) {
    lists.emplace_back(graph[node].begin(), graph[node].end());
  }
  return lists;
}

TEST(TopologicalOrder, PutsEveryNodeAfterWhatItNeeds) {
  const Adjacency graph = needs({{3}, {0, 2}, {0}, {}});
  EXPECT_EQ(topological_order(4, {&graph}), (Nodes{3, 0, 2, 1}));
}

TEST(TopologicalOrder, TakesTheSmallestIndexWhereThereIsAChoice) {
  const Adjacency graph = needs({{4}, {}, {}, {1}, {}});
  EXPECT_EQ(topological_order(5, {&graph}), (Nodes{1, 2, 3, 4, 0}));
}

TEST(TopologicalOrder, HeedsTheEdgesOfEveryGraph) {
  const Adjacency parents = needs({{}, {}, {1}});
  const Adjacency dependencies = needs({{2}, {}, {}});
  EXPECT_EQ(topological_order(3, {&parents}), (Nodes{0, 1, 2}));
  EXPECT_EQ(topological_order(3, {&parents, &dependencies}), (Nodes{1, 2, 0}));
}

TEST(TopologicalOrder, LeavesOutACycleAndWhatNeedsIt) {
  const Adjacency graph = needs({{}, {0, 3}, {1}, {2}, {3}, {0}});
  EXPECT_EQ(topological_order(6, {&graph}), (Nodes{0, 5}));
}

TEST(FindCycle, NamesTheCycleAloneEachNodeBeforeOneThatItNeeds) {
  // 4 needs the cycle and is not on it.
  const Adjacency graph = needs({{}, {0, 3}, {1}, {2}, {3}});
  const Nodes order = topological_order(5, {&graph});
  EXPECT_EQ(find_cycle(5, {&graph}, order), (Nodes{1, 3, 2}));
}

TEST(FindCycle, FollowsTheEdgesOfEveryGraph) {
  const Adjacency parents = needs({{}, {0}, {1}});
  const Adjacency dependencies = needs({{2}, {}, {}});
  const Nodes order = topological_order(3, {&parents, &dependencies});
  EXPECT_EQ(find_cycle(3, {&parents, &dependencies}, order), (Nodes{0, 2, 1}));
}

TEST(FindCycle, FindsOneOfAHundredThousandNodes) {
  constexpr Adjacency::Index kCount = 100000;
  Adjacency graph;
  for (Adjacency::Index node = 0; node < kCount; ++node) graph.add_node(Nodes{(node + 1) % kCount});
  EXPECT_EQ(find_cycle(kCount, {&graph}, topological_order(kCount, {&graph})).size(), kCount);
}

TEST(WithoutInherited, DropsWhatAnAncestorOrTheParentsBringAlong) {
  const Adjacency parents = needs({{}, {}, {}, {2}, {3}});
  // 2 depends on 0; its grandchild 4 on that too, on 1, and on its own parent.
  const Adjacency dependencies = needs({{}, {}, {0}, {}, {0, 1, 3}});
  EXPECT_EQ(lists_of(without_inherited(parents, dependencies, {0, 1, 2, 3, 4})),
            (std::vector<Nodes>{{}, {}, {0}, {}, {1}}));
}

TEST(WithoutInherited, KeepsWhatOnlyASiblingHas) {
  const Adjacency parents = needs({{}, {}, {1}, {1}});
  const Adjacency dependencies = needs({{}, {}, {0}, {0}});
  EXPECT_EQ(lists_of(without_inherited(parents, dependencies, {0, 1, 2, 3})),
            (std::vector<Nodes>{{}, {}, {0}, {0}}));
}

TEST(WithoutInherited, DoesNotFollowDependenciesToWhatTheyDependOn) {
  // 2 depends on 1, which depends on 0: by parents alone nothing is inherited.
  const Adjacency parents = needs({{}, {}, {}});
  const Adjacency dependencies = needs({{}, {0}, {0, 1}});
  EXPECT_EQ(lists_of(without_inherited(parents, dependencies, {0, 1, 2})),
            (std::vector<Nodes>{{}, {0}, {0, 1}}));
}

}  // namespace
}  // namespace athanor
