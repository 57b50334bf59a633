#include "core/reachability.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

/// @param next calls its second argument with each node that is one edge away
template <class Next>
Members spread(std::vector<Index> unvisited, Members reached, Next next) {
  while (!unvisited.empty()) {
    const Index node = unvisited.back();
    unvisited.pop_back();
    next(node, [&](Index other) {
      if (reached[other]) return;
      reached[other] = true;
      unvisited.push_back(other);
    });
  }
  return reached;
}

}  // namespace

Members needed_by(const RevisionGraph& graph, const std::vector<Index>& nodes) {
  return spread(nodes, Members(graph.size(), false),
                [&](Index node, auto visit) { for_each_need(graph, node, visit); });
}

Members with(Members members, const std::vector<Index>& nodes) {
  for (const Index node : nodes) members[node] = true;
  return members;
}

Members ancestors_of(const RevisionGraph& graph, const std::vector<Index>& nodes, Along along) {
  return spread(nodes, with(Members(graph.size(), false), nodes), [&](Index node, auto visit) {
    for (const Index parent : graph.parents(node)) visit(parent);
    if (along == Along::Parents) return;
    for (const Index dependency : graph.dependencies(node)) visit(dependency);
  });
}

Members descendants_of(const RevisionGraph& graph, const std::vector<Index>& nodes, Along along) {
  return spread(nodes, with(Members(graph.size(), false), nodes), [&](Index node, auto visit) {
    for (const Index child : graph.children(node)) visit(child);
    if (along == Along::Parents) return;
    for (const Index dependent : graph.dependents(node)) visit(dependent);
  });
}

Members lineage_of(const RevisionGraph& graph, Index node, Along along) {
  Members members = ancestors_of(graph, {node}, along);
  const Members above = descendants_of(graph, {node}, along);
  for (Index other = 0; other < graph.size(); ++other) members[other] = members[other] || above[other];
  return members;
}

std::vector<std::string> ids_of(const RevisionGraph& graph, const Members& members) {
  std::vector<std::string> ids;
  for (Index node = 0; node < graph.size(); ++node) {
    if (members[node]) ids.push_back(graph.at(node).id);
  }
  return ids;
}

std::vector<std::string> ids_of(const RevisionGraph& graph, const std::vector<Index>& nodes) {
  std::vector<std::string> ids;
  ids.reserve(nodes.size());
  for (const Index node : nodes) ids.push_back(graph.at(node).id);
  return ids;
}

}  // namespace athanor
