#include "core/branch_labels.hpp"

#include <algorithm>
#include <limits>

namespace athanor {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kEmptySet = 0;

/// For each node the head whose line it is on: the nodes below a head down to the first branch or merge
/// point, which is not on it.
std::vector<std::uint32_t> lines_of(const Adjacency& parents, const Adjacency& children,
                                    std::span<const Adjacency::Index> followers) {
  std::vector<std::uint32_t> line(parents.size(), kNone);
  for (Adjacency::Index head = 0; head < parents.size(); ++head) {
    if (!children[head].empty()) continue;
    for (Adjacency::Index node = head; followers[node] <= 1 && parents[node].size() <= 1;) {
      line[node] = head;
      if (parents[node].empty()) break;
      node = parents[node].front();
    }
  }
  return line;
}

}  // namespace

BranchLabels::BranchLabels(std::span<const Revision> revisions, const Adjacency& parents,
                           const Adjacency& children, std::span<const Index> order,
                           std::span<const Index> followers)
    : sets_(1), set_of_(revisions.size(), kEmptySet) {
  const std::vector<std::uint32_t> line = lines_of(parents, children, followers);
  std::vector<std::vector<std::string>> on_line(revisions.size());
  for (Index node = 0; node < revisions.size(); ++node) {
    if (line[node] == kNone) continue;
    const auto& labels = revisions[node].branch_labels;
    on_line[line[node]].insert(on_line[line[node]].end(), labels.begin(), labels.end());
  }
  for (const Index node : order) {
    std::vector<std::uint32_t> inherited;
    for (const Index parent : parents[node]) {
      if (set_of_[parent] != kEmptySet) inherited.push_back(set_of_[parent]);
    }
    std::sort(inherited.begin(), inherited.end());
    inherited.erase(std::unique(inherited.begin(), inherited.end()), inherited.end());
    // A line's labels are taken by its oldest node; the others share that node's set.
    std::vector<std::string> own;
    if (line[node] == kNone) {
      own = revisions[node].branch_labels;
    } else {
      own.swap(on_line[line[node]]);
    }
    if (own.empty() && inherited.size() <= 1) {
      set_of_[node] = inherited.empty() ? kEmptySet : inherited.front();
    } else {
      set_of_[node] = static_cast<std::uint32_t>(sets_.size());
      sets_.push_back({std::move(own), std::move(inherited)});
    }
  }
}

std::vector<std::string> BranchLabels::of(Index node) const {
  std::vector<std::string> labels;
  std::vector<std::uint32_t> unvisited{set_of_[node]};
  std::vector<bool> seen(sets_.size());
  while (!unvisited.empty()) {
    const std::uint32_t id = unvisited.back();
    unvisited.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    labels.insert(labels.end(), sets_[id].own.begin(), sets_[id].own.end());
    unvisited.insert(unvisited.end(), sets_[id].included.begin(), sets_[id].included.end());
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

}  // namespace athanor
