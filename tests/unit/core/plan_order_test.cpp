// The order in which chosen revisions are undone. traversal_test.cpp holds whole plans against Alembic's.
#include "core/plan_order.hpp"

#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::chain;
using testing::graph_of;
using testing::Ids;
using testing::revision;

Ids descending(const RevisionGraph& graph, const Ids& chosen, const Ids& heads) {
  std::vector<bool> wanted(graph.size(), false);
  for (const auto& id : chosen) wanted[graph.find(id).value()] = true;
  std::vector<RevisionGraph::Index> begins;
  for (const auto& id : heads) begins.push_back(graph.find(id).value());
  Ids order;
  for (const auto node : descending_order(graph, wanted, begins)) order.push_back(graph.at(node).id);
  return order;
}

TEST(DescendingOrder, OfNothingIsEmpty) {
  EXPECT_EQ(descending(graph_of(chain(3)), {}, {"r000002"}), Ids{});
}

TEST(DescendingOrder, GoesDownAChainAndLeavesOutWhatIsNotChosen) {
  EXPECT_EQ(descending(graph_of(chain(4)), {"r000001", "r000002", "r000003"}, {"r000003"}),
            (Ids{"r000003", "r000002", "r000001"}));
}

TEST(DescendingOrder, WalksOneBranchDownBeforeItsBranchPoint) {
  const auto graph = graph_of({revision("a"), revision("b1", {"a"}), revision("b2", {"b1"}),
                               revision("c1", {"a"}), revision("c2", {"c1"})});
  EXPECT_EQ(descending(graph, {"a", "b1", "b2", "c1", "c2"}, {"b2", "c2"}),
            (Ids{"b2", "b1", "c2", "c1", "a"}));
}

TEST(DescendingOrder, UndoesAMergeBeforeItsParents) {
  const auto graph =
      graph_of({revision("a"), revision("b", {"a"}), revision("c", {"a"}), revision("m", {"b", "c"})});
  EXPECT_EQ(descending(graph, {"a", "b", "c", "m"}, {"m"}), (Ids{"m", "b", "c", "a"}));
}

TEST(DescendingOrder, UndoesWhatDependsOnARevisionBeforeIt) {
  const auto graph =
      graph_of({revision("a1"), revision("a2", {"a1"}), revision("b1"), revision("b2", {"b1"}, {"a1"})});
  // a2's line comes to a1, which b2 still needs.
  EXPECT_EQ(descending(graph, {"a1", "a2", "b1", "b2"}, {"a2", "b2"}), (Ids{"a2", "b2", "b1", "a1"}));
}

TEST(DescendingOrder, HoldsWhereTheWayToWhatIsNeededLeavesTheChosen) {
  // c2 needs a1 by way of b2 and b1, which are not chosen: a1 waits for c2 all the same.
  const auto graph = graph_of({revision("a1"), revision("a2", {"a1"}), revision("b1", {}, {"a1"}),
                               revision("b2", {"b1"}), revision("c1"), revision("c2", {"c1"}, {"b2"})});
  for (const auto& [sentence, chosen, heads, order] : std::vector<std::tuple<std::string, Ids, Ids, Ids>>{
           {"two steps aside", {"a1", "a2", "c1", "c2"}, {"a2", "c2"}, {"a2", "c2", "c1", "a1"}},
           {"nothing chosen leads there", {"a1", "a2", "c1"}, {"a2", "c1"}, {"a2", "a1", "c1"}},
           {"the other line is first", {"a1", "c1", "c2"}, {"a1", "c2"}, {"c2", "c1", "a1"}},
       }) {
    SCOPED_TRACE(sentence);
    EXPECT_EQ(descending(graph, chosen, heads), order);
  }
}

}  // namespace
}  // namespace athanor
