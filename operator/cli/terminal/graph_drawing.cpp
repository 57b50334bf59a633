#include "cli/terminal/graph_drawing.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/text.hpp"

namespace athanor::cli {
namespace {

/// Each lane waits for one node, or is free.
using Lanes = std::vector<std::optional<std::size_t>>;

/// The first lane that waits for nothing; another than `taboo`.
std::size_t free_lane(Lanes& lanes, std::optional<std::size_t> taboo = std::nullopt) {
  std::size_t lane = 0;
  while (lane < lanes.size() && (lanes[lane] || lane == taboo)) ++lane;
  if (lane == taboo) ++lane;
  if (lane >= lanes.size()) lanes.resize(lane + 1);
  return lane;
}

void cut_free_lanes(Lanes& lanes) {
  while (!lanes.empty() && !lanes.back()) lanes.pop_back();
}

/// Where a line turns from or to the lane `mine`: the outermost lanes that it reaches.
struct Turn {
  std::size_t mine = 0;
  std::vector<std::size_t> others;  ///< sorted
};

/// How a lane looks where it turns.
struct Corners {
  const char* last;     ///< the outermost on the right
  const char* first;    ///< the outermost on the left
  const char* between;  ///< where the line goes on behind it
};
constexpr Corners kEnding{"╯", "╰", "┴"};
constexpr Corners kBeginning{"╮", "╭", "┬"};

/// One row of lanes in which some end in, or begin at, the lane `turn.mine`.
std::string turning_row(const Lanes& lanes, const Turn& turn, const Corners& corners) {
  const std::size_t first = std::min(turn.mine, turn.others.front());
  const std::size_t last = std::max(turn.mine, turn.others.back());
  std::string row;
  for (std::size_t lane = 0; lane < std::max(lanes.size(), last + 1); ++lane) {
    const bool turns = std::ranges::binary_search(turn.others, lane);
    const bool crossed = lane > first && lane < last;
    if (lane == turn.mine) {
      row += turn.others.front() > lane ? "├" : turn.others.back() < lane ? "┤" : "┼";
    } else if (turns && lane == last) {
      row += corners.last;
    } else if (turns && lane == first) {
      row += corners.first;
    } else if (turns) {
      row += corners.between;
    } else if (lane < lanes.size() && lanes[lane]) {
      row += crossed ? "┼" : "│";
    } else {
      row += crossed ? "─" : " ";
    }
    row += lane >= first && lane < last ? "─" : " ";
  }
  while (row.ends_with(' ')) row.pop_back();
  return row;
}

/// @param glyph of the lane `mine`; the others go on, or are empty
std::string node_row(const Lanes& lanes, std::size_t mine, const char* glyph) {
  std::string row;
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    row += lane == mine ? glyph : lanes[lane] ? "│" : " ";
    row += " ";
  }
  while (row.ends_with(' ')) row.pop_back();
  return row;
}

class Drawing {
 public:
  explicit Drawing(const std::vector<GraphNode>& nodes) : nodes_(nodes) {}

  std::vector<DrawnLine> draw() {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      const std::size_t mine = join_children(node);
      const bool goes_on = !nodes_[node].parents.empty();
      std::string row = node_row(lanes_, mine, nodes_[node].is_base ? "o" : "*");
      std::string below = node_row(lanes_, mine, goes_on ? "│" : " ");
      below.append(count_characters(row) - count_characters(below), ' ');
      lines_.push_back({std::move(row), node, std::move(below)});
      ended_ = goes_on ? std::nullopt : std::optional(mine);
      fork_to_parents(node, mine);
      cut_free_lanes(lanes_);
    }
    return std::move(lines_);
  }

 private:
  /// The lanes of several children end in one. @return its place; a new one for a node without children
  std::size_t join_children(std::size_t node) {
    Turn turn;
    std::optional<std::size_t> mine;
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      if (lanes_[lane] != node) continue;
      if (mine) turn.others.push_back(lane);
      if (!mine) mine = lane;
    }
    if (!mine) {
      mine = free_lane(lanes_, ended_);
      lanes_[*mine] = node;
    }
    if (turn.others.empty()) return *mine;
    turn.mine = *mine;
    lines_.push_back({turning_row(lanes_, turn, kEnding), nodes_.size(), {}});
    for (const std::size_t lane : turn.others) lanes_[lane].reset();
    return *mine;
  }

  /// The first parent goes on in the node's lane, others in lanes of their own.
  void fork_to_parents(std::size_t node, std::size_t mine) {
    lanes_[mine].reset();
    const auto& parents = nodes_[node].parents;
    if (parents.empty()) return;
    lanes_[mine] = parents.front();
    Turn turn;
    turn.mine = mine;
    const Lanes before = lanes_;
    for (std::size_t i = 1; i < parents.size(); ++i) {
      const std::size_t lane = free_lane(lanes_);
      lanes_[lane] = parents[i];
      turn.others.push_back(lane);
    }
    if (turn.others.empty()) return;
    std::ranges::sort(turn.others);
    lines_.push_back({turning_row(before, turn, kBeginning), nodes_.size(), {}});
  }

  const std::vector<GraphNode>& nodes_;
  Lanes lanes_;
  std::optional<std::size_t> ended_;  ///< the lane that ended in the line above
  std::vector<DrawnLine> lines_;
};

}  // namespace

std::vector<DrawnLine> draw_graph(const std::vector<GraphNode>& nodes) {
  return Drawing(nodes).draw();
}

}  // namespace athanor::cli
