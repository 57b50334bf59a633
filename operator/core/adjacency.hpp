// Edges between numbered nodes, packed: for node i, the nodes that it points to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace athanor {

class Adjacency {
 public:
  using Index = std::uint32_t;

  Adjacency() = default;

  [[nodiscard]] std::size_t size() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  [[nodiscard]] std::span<const Index> operator[](Index node) const {
    return std::span(targets_).subspan(offsets_[node], offsets_[node + 1] - offsets_[node]);
  }

  /// Appends the next node's edges.
  void add_node(std::span<const Index> targets) {
    if (offsets_.empty()) offsets_.push_back(0);
    targets_.insert(targets_.end(), targets.begin(), targets.end());
    offsets_.push_back(static_cast<Index>(targets_.size()));
  }

  /// The same edges read backwards; each node's in ascending order.
  [[nodiscard]] Adjacency reversed() const {
    Adjacency back;
    back.offsets_.assign(size() + 1, 0);
    for (const Index target : targets_) ++back.offsets_[target + 1];
    for (std::size_t i = 1; i < back.offsets_.size(); ++i) back.offsets_[i] += back.offsets_[i - 1];
    back.targets_.resize(targets_.size());
    std::vector<Index> next(back.offsets_.begin(), back.offsets_.end());
    for (Index node = 0; node < size(); ++node) {
      for (const Index target : (*this)[node]) back.targets_[next[target]++] = node;
    }
    return back;
  }

 private:
  std::vector<Index> offsets_;
  std::vector<Index> targets_;
};

}  // namespace athanor
