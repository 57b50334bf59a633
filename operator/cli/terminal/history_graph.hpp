// A history as the nodes that draw_graph() draws.
#pragma once

#include <vector>

#include "cli/terminal/graph_drawing.hpp"
#include "core/revision_graph.hpp"

namespace athanor::cli {

/// Each below those that follow it, its parents below it.
/// @param shown revisions, each after all of its children; parents that are not among them are left out
[[nodiscard]] std::vector<GraphNode> history_graph(const RevisionGraph& graph,
                                                   const std::vector<RevisionGraph::Index>& shown);

}  // namespace athanor::cli
