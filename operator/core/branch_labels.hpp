// Which branch labels each revision's lineage carries.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/adjacency.hpp"
#include "core/revision.hpp"

namespace athanor {

/// Labels spread to all descendants; and where the descendants are one line up to a head, without a branch or
/// merge point (dependents count as branches), to that line's older part as well (Alembic's _add_branches).
///
/// Sets are shared and refer to each other, so that memory is linear however many labels there are.
class BranchLabels {
 public:
  using Index = Adjacency::Index;

  BranchLabels() = default;

  /// @param order every node, parents first
  /// @param followers how many revisions have the node as parent or name it in depends_on
  BranchLabels(std::span<const Revision> revisions, const Adjacency& parents, const Adjacency& children,
               std::span<const Index> order, std::span<const Index> followers);

  /// Sorted.
  [[nodiscard]] std::vector<std::string> of(Index node) const;

 private:
  struct Set {
    std::vector<std::string> own;
    std::vector<std::uint32_t> included;
  };

  std::vector<Set> sets_;
  std::vector<std::uint32_t> set_of_;
};

}  // namespace athanor
