#include "cli/terminal/history_graph.hpp"

#include <utility>

namespace athanor::cli {

std::vector<GraphNode> history_graph(const RevisionGraph& graph,
                                     const std::vector<RevisionGraph::Index>& shown) {
  std::vector<std::size_t> place(graph.size(), shown.size());
  for (std::size_t at = 0; at < shown.size(); ++at) place[shown[at]] = at;
  std::vector<GraphNode> nodes;
  for (const RevisionGraph::Index index : shown) {
    GraphNode node;
    for (const RevisionGraph::Index parent : graph.parents(index)) {
      if (place[parent] < shown.size()) node.parents.push_back(place[parent]);
    }
    node.is_base = graph.parents(index).empty();
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace athanor::cli
