// What lies above and below revisions of a graph.
#pragma once

#include <vector>

#include "core/revision_graph.hpp"

namespace athanor {

/// For each node of a graph, whether it is one of some.
using Members = std::vector<bool>;

/// Which edges count.
enum class Along {
  Parents,  ///< down_revisions alone: a revision's lineage
  Needs,    ///< dependencies as well: what has to be applied
};

/// Acts on what a revision needs: parents, then dependencies.
template <class Act>
void for_each_need(const RevisionGraph& graph, RevisionGraph::Index node, Act act) {
  for (const RevisionGraph::Index parent : graph.parents(node)) act(parent);
  for (const RevisionGraph::Index dependency : graph.dependencies(node)) act(dependency);
}

/// What the nodes need, dependencies included; the nodes themselves only where another of them needs them.
[[nodiscard]] Members needed_by(const RevisionGraph& graph, const std::vector<RevisionGraph::Index>& nodes);

[[nodiscard]] Members with(Members members, const std::vector<RevisionGraph::Index>& nodes);

/// The nodes and all that they descend from.
[[nodiscard]] Members ancestors_of(const RevisionGraph& graph, const std::vector<RevisionGraph::Index>& nodes,
                                   Along along);

/// The nodes and all that descends from them.
[[nodiscard]] Members descendants_of(const RevisionGraph& graph,
                                     const std::vector<RevisionGraph::Index>& nodes, Along along);

/// Everything that the node descends from, and that descends from it; itself included.
[[nodiscard]] Members lineage_of(const RevisionGraph& graph, RevisionGraph::Index node,
                                 Along along = Along::Parents);

/// In the order of revisions().
[[nodiscard]] std::vector<std::string> ids_of(const RevisionGraph& graph, const Members& members);
/// In the order given.
[[nodiscard]] std::vector<std::string> ids_of(const RevisionGraph& graph,
                                              const std::vector<RevisionGraph::Index>& nodes);

}  // namespace athanor
