// A history drawn with lines, as `git log --graph` draws one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace athanor::cli {

/// One node, addressed by its place in the list: parents stand below it.
struct GraphNode {
  std::vector<std::size_t> parents;
};

struct DrawnLine {
  std::string lanes;     ///< `│ *`
  std::size_t node = 0;  ///< whose line it is; past the last: one that only joins lanes
};

/// Draws nodes from top to bottom, each after all of its children.
/// @param nodes parents have greater places than their children
[[nodiscard]] std::vector<DrawnLine> draw_graph(const std::vector<GraphNode>& nodes);

}  // namespace athanor::cli
