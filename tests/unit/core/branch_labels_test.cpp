// Which branch labels a lineage carries, on the bare edges that BranchLabels is given.
#include "core/branch_labels.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/topology.hpp"
#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::Ids;
using testing::revision;
using Nodes = std::vector<Adjacency::Index>;

struct Line {
  Nodes parents;
  Ids labels;
};

/// Labels of every node. @param dependents of a node, beside its children
std::vector<Ids> labels_of(const std::vector<Line>& lines,
                           const std::vector<Adjacency::Index>& dependents = {}) {
  std::vector<Revision> revisions;
  Adjacency parents;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    revisions.push_back(revision("r" + std::to_string(i), {}, {}, lines[i].labels));
    parents.add_node(lines[i].parents);
  }
  const Adjacency children = parents.reversed();
  std::vector<Adjacency::Index> followers(lines.size(), 0);
  for (Adjacency::Index node = 0; node < lines.size(); ++node) {
    followers[node] = static_cast<Adjacency::Index>(children[node].size());
    if (node < dependents.size()) followers[node] += dependents[node];
  }
  const Nodes order = topological_order(lines.size(), {&parents});
  const BranchLabels labels(revisions, parents, children, order, followers);
  std::vector<Ids> found;
  for (Adjacency::Index node = 0; node < lines.size(); ++node) found.push_back(labels.of(node));
  return found;
}

TEST(BranchLabels, AreNoneWhereNobodyNamesOne) {
  EXPECT_EQ(labels_of({{{}, {}}, {{0}, {}}}), (std::vector<Ids>{{}, {}}));
}

TEST(BranchLabels, SpreadAlongAWholeLine) {
  EXPECT_EQ(labels_of({{{}, {}}, {{0}, {"b", "a"}}, {{1}, {}}}),
            (std::vector<Ids>{{"a", "b"}, {"a", "b"}, {"a", "b"}}));
}

TEST(BranchLabels, StopBelowAtABranchPoint) {
  EXPECT_EQ(labels_of({{{}, {}}, {{0}, {"left"}}, {{0}, {"right"}}, {{1}, {}}}),
            (std::vector<Ids>{{}, {"left"}, {"right"}, {"left"}}));
}

TEST(BranchLabels, OfABranchPointGoToAllItsDescendants) {
  EXPECT_EQ(labels_of({{{}, {"all"}}, {{0}, {"left"}}, {{0}, {}}}),
            (std::vector<Ids>{{"all"}, {"all", "left"}, {"all"}}));
}

TEST(BranchLabels, MeetInAMergeEachOnce) {
  EXPECT_EQ(labels_of({{{}, {"all"}}, {{0}, {"left"}}, {{0}, {"right"}}, {{1, 2}, {}}}),
            (std::vector<Ids>{{"all"}, {"all", "left"}, {"all", "right"}, {"all", "left", "right"}}));
}

TEST(BranchLabels, StopBelowAtWhatAnotherRevisionDependsOn) {
  const std::vector<Line> line{{{}, {}}, {{0}, {}}, {{1}, {"late"}}};
  EXPECT_EQ(labels_of(line), (std::vector<Ids>{{"late"}, {"late"}, {"late"}}));
  EXPECT_EQ(labels_of(line, {0, 1, 0}), (std::vector<Ids>{{}, {}, {"late"}}));
}

}  // namespace
}  // namespace athanor
