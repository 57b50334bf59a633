#include "core/plan_order.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "core/reachability.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;
/// The position of a line among the open ones; positions only ever grow.
using Line = std::uint32_t;

constexpr Line kNoLine = std::numeric_limits<Line>::max();

/// The open lines in order, each with the revision that it has come to.
class OpenLines {
 public:
  explicit OpenLines(std::size_t nodes) : line_of_(nodes, kNoLine) {}

  [[nodiscard]] bool empty() const { return first_ == kNoLine; }
  [[nodiscard]] Line first() const { return first_; }
  [[nodiscard]] Index at(Line line) const { return lines_[line].node; }
  /// The line that has come to the node; kNoLine if none has.
  [[nodiscard]] Line of(Index node) const { return line_of_[node]; }

  void open(Index node) {
    const Line line = static_cast<Line>(lines_.size());
    lines_.push_back({node, last_, kNoLine});
    (last_ == kNoLine ? first_ : lines_[last_].next) = line;
    last_ = line;
    line_of_[node] = line;
  }
  void move(Line line, Index node) {
    line_of_[lines_[line].node] = kNoLine;
    lines_[line].node = node;
    line_of_[node] = line;
  }
  /// @return the line to go on with: the one before, else the first
  Line close(Line line) {
    const Entry entry = lines_[line];
    line_of_[entry.node] = kNoLine;
    (entry.before == kNoLine ? first_ : lines_[entry.before].next) = entry.next;
    (entry.next == kNoLine ? last_ : lines_[entry.next].before) = entry.before;
    return entry.before == kNoLine ? first_ : entry.before;
  }

 private:
  struct Entry {
    Index node;
    Line before, next;
  };
  std::vector<Entry> lines_;
  std::vector<Line> line_of_;
  Line first_ = kNoLine;
  Line last_ = kNoLine;
};

/// What isn't chosen and lies on a way down from one chosen node to another.
std::vector<bool> between(const RevisionGraph& graph, const std::vector<bool>& chosen) {
  std::vector<bool> leads_down(graph.size(), false);
  std::vector<bool> led_to(graph.size(), false);
  const auto order = graph.topological_order();
  for (const Index node : order) {
    for_each_need(graph, node, [&](Index need) {
      leads_down[node] = leads_down[node] || chosen[need] || leads_down[need];
    });
  }
  for (auto node = order.rbegin(); node != order.rend(); ++node) {
    if (!chosen[*node] && !led_to[*node]) continue;
    for_each_need(graph, *node, [&](Index need) { led_to[need] = true; });
  }
  for (Index node = 0; node < graph.size(); ++node) {
    led_to[node] = led_to[node] && leads_down[node] && !chosen[node];
  }
  return led_to;
}

class Descent {
 public:
  Descent(const RevisionGraph& graph, std::vector<bool> chosen, const std::vector<Index>& heads)
      : graph_(graph),
        between_(between(graph, chosen)),
        unplaced_(std::move(chosen)),
        lines_(graph.size()),
        waiting_(graph.size(), 0),
        bound_(graph.size(), 0),
        settled_(graph.size(), 0),
        above_(graph.size()),
        above_known_(graph.size(), false) {
    for (Index node = 0; node < graph.size(); ++node) {
      unplaced_[node] = unplaced_[node] || between_[node];
      if (unplaced_[node]) for_each_need(graph, node, [this](Index need) { ++waiting_[need]; });
    }
    for (const Index head : heads) {
      if (unplaced_[head] && lines_.of(head) == kNoLine) lines_.open(head);
    }
  }

  std::vector<Index> run() {
    for (Line line = lines_.first(); !lines_.empty();) {
      const Index node = lines_.at(line);
      line = waiting_[node] > 0 ? first_line_above(node) : emit(line);
    }
    return std::move(order_);
  }

 private:
  Line emit(Line line) {
    const Index node = lines_.at(line);
    order_.push_back(node);
    place(node);
    std::vector<Index> next;
    for_each_need(graph_, node, [&](Index need) {
      if (unplaced_[need] && !between_[need] && lines_.of(need) == kNoLine) next.push_back(need);
    });
    if (next.empty()) return lines_.close(line);
    lines_.move(line, next.front());
    for (std::size_t i = 1; i < next.size(); ++i) lines_.open(next[i]);
    return line;
  }

  /// Takes a node out, and what lies between it and others once nothing chosen leads there any more.
  void place(Index node) {
    std::vector<Index> gone{node};
    while (!gone.empty()) {
      const Index one = gone.back();
      gone.pop_back();
      unplaced_[one] = false;
      for_each_need(graph_, one, [&](Index need) {
        if (--waiting_[need] == 0 && between_[need]) gone.push_back(need);
      });
    }
  }

  /// A revision that needs the node in question, and the first line that may lead to it.
  using Above = std::pair<Line, Index>;

  std::vector<Above>& above(Index node) {
    if (!above_known_[node]) {
      above_known_[node] = true;
      const auto add = [&](Index follower) {
        if (unplaced_[follower]) above_[node].emplace_back(bound_[follower], follower);
      };
      for (const Index child : graph_.children(node)) add(child);
      for (const Index dependent : graph_.dependents(node)) add(dependent);
      std::make_heap(above_[node].begin(), above_[node].end(), std::greater<>());
    }
    return above_[node];
  }

  /// The first open line that leads down to `node`, other than its own.
  ///
  /// bound_[n] is the first line leading to n when n was last looked at. Lines come to lead to fewer nodes,
  /// and new ones are opened behind all others: so a bound can only be too low, and holding the lowest at the
  /// top of a heap finds the answer along one path of nodes, mending what has become too low on the way.
  ///
  /// What is found at the path's end is the answer as soon as nothing beside the path can be lower: the rest
  /// of it need not be walked back, and is where the next search for the same node begins. Without that two
  /// lines that depend on each other revision by revision cost their product.
  Line first_line_above(Index node) {
    ++query_;
    while (!path_.empty() && !unplaced_[path_.back().node]) path_.pop_back();
    if (path_.empty() || path_.front().node != node) path_.assign(1, {node, kNoLine});
    for (;;) {
      const auto [here, beside] = path_.back();
      auto& heap = above(here);
      while (!heap.empty() && !unplaced_[heap.front().second]) pop(heap);
      const Line own = path_.size() == 1 ? kNoLine : lines_.of(here);
      if (!heap.empty() && heap.front().first < own) {
        const auto [line, follower] = heap.front();
        if (bound_[follower] > line) {
          pop(heap);
          push(heap, {bound_[follower], follower});
          continue;
        }
        if (settled_[follower] != query_) {
          path_.push_back({follower, std::min({beside, own, second_lowest(heap)})});
          continue;
        }
      }
      const Line found = heap.empty() ? own : std::min(own, heap.front().first);
      if (path_.size() == 1) return found;
      bound_[here] = found;
      settled_[here] = query_;
      if (found <= beside) return found;
      path_.pop_back();
    }
  }

  static Line second_lowest(const std::vector<Above>& heap) {
    Line lowest = kNoLine;
    for (std::size_t i = 1; i < std::min<std::size_t>(heap.size(), 3); ++i) {
      lowest = std::min(lowest, heap[i].first);
    }
    return lowest;
  }

  static void pop(std::vector<Above>& heap) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    heap.pop_back();
  }
  static void push(std::vector<Above>& heap, Above entry) {
    heap.push_back(entry);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  }

  const RevisionGraph& graph_;
  std::vector<bool> between_;   ///< waited for like the chosen, and never part of the order
  std::vector<bool> unplaced_;  ///< chosen and not yet in the order, or between such
  OpenLines lines_;
  std::vector<std::uint32_t> waiting_;  ///< how many that need the node are still to come
  std::vector<Line> bound_;
  std::vector<std::uint32_t> settled_;  ///< the query in which bound_ was found exact
  std::vector<std::vector<Above>> above_;
  std::vector<bool> above_known_;
  /// From the node last asked for upwards, each node a follower of the one before.
  struct Step {
    Index node;
    Line beside;  ///< no line that leads to the first node beside this path is lower
  };
  std::vector<Step> path_;
  std::uint32_t query_ = 0;
  std::vector<Index> order_;
};

}  // namespace

std::vector<Index> descending_order(const RevisionGraph& graph, std::vector<bool> chosen,
                                    const std::vector<Index>& heads) {
  return Descent(graph, std::move(chosen), heads).run();
}

}  // namespace athanor
