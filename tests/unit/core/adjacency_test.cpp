// Edges between numbered nodes.
#include "core/adjacency.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace athanor {
namespace {

using Nodes = std::vector<Adjacency::Index>;

Adjacency edges(const std::vector<Nodes>& nodes) {
  Adjacency graph;
  for (const Nodes& targets : nodes) graph.add_node(targets);
  return graph;
}

Nodes of(const Adjacency& graph, Adjacency::Index node) {
  return {graph[node].begin(), graph[node].end()};
}

TEST(Adjacency, OfNothingHasNoNodes) {
  EXPECT_EQ(Adjacency().size(), 0U);
  EXPECT_EQ(Adjacency().reversed().size(), 0U);
}

TEST(Adjacency, KeepsEachNodesEdgesInTheirOrder) {
  const Adjacency graph = edges({{}, {2, 0}, {}, {1}});
  ASSERT_EQ(graph.size(), 4U);
  EXPECT_EQ(of(graph, 0), Nodes{});
  EXPECT_EQ(of(graph, 1), (Nodes{2, 0}));
  EXPECT_EQ(of(graph, 2), Nodes{});
  EXPECT_EQ(of(graph, 3), Nodes{1});
}

TEST(Adjacency, ReadBackwardsHasEachNodesEdgesInAscendingOrder) {
  const Adjacency back = edges({{}, {0}, {1, 0}, {0}}).reversed();
  ASSERT_EQ(back.size(), 4U);
  EXPECT_EQ(of(back, 0), (Nodes{1, 2, 3}));
  EXPECT_EQ(of(back, 1), Nodes{2});
  EXPECT_EQ(of(back, 2), Nodes{});
  EXPECT_EQ(of(back, 3), Nodes{});
}

TEST(Adjacency, ReadBackwardsTwiceIsItselfWithEdgesSorted) {
  const Adjacency twice = edges({{3, 1}, {2}, {}, {2, 0}}).reversed().reversed();
  EXPECT_EQ(of(twice, 0), (Nodes{1, 3}));
  EXPECT_EQ(of(twice, 1), Nodes{2});
  EXPECT_EQ(of(twice, 2), Nodes{});
  EXPECT_EQ(of(twice, 3), (Nodes{0, 2}));
}

}  // namespace
}  // namespace athanor
