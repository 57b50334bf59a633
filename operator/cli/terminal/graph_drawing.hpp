// A history drawn with lines, as `git log --graph` draws one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace athanor::cli {

/// One node, addressed by its place in the list: parents stand below it.
struct GraphNode {
  std::vector<std::size_t> parents;
  bool is_base = false;  ///< nothing lies below it, drawn or not: it looks otherwise
};

struct DrawnLine {
  std::string lanes;     ///< `│ *`
  std::size_t node = 0;  ///< whose line it is; past the last: one that only joins lanes
  std::string below{};   ///< `│ │`, as wide: the lanes beside what else is said of the node
};

/// Draws nodes from top to bottom, each after all of its children: `*`, and `o` for a base. Right below a
/// node without parents its lane is empty, so that what follows does not look like its parent.
/// @param nodes parents have greater places than their children
[[nodiscard]] std::vector<DrawnLine> draw_graph(const std::vector<GraphNode>& nodes);

}  // namespace athanor::cli
