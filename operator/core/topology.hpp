// Orders and cycles of directed graphs, without recursion.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "core/adjacency.hpp"

namespace athanor {

/// The graphs whose edges count, each from a node to what it needs; all of one size.
using Needs = std::initializer_list<const Adjacency*>;

/// Every node after what it needs, the smallest index first where there is a choice. Nodes on a cycle, and
/// what needs them, are left out.
[[nodiscard]] std::vector<Adjacency::Index> topological_order(std::size_t size, Needs needs);

/// One cycle, each node followed by one that it needs, smallest index first.
/// REQUIRES: `order` is topological_order(size, needs) and leaves something out.
[[nodiscard]] std::vector<Adjacency::Index> find_cycle(std::size_t size, Needs needs,
                                                       const std::vector<Adjacency::Index>& order);

/// Dependencies without those that an ancestor has too: `dependencies[n]` without parents of n, and without
/// what `dependencies` of a strict ancestor of n (by parents alone) names (Alembic's _normalize_depends_on).
/// @param order every node, parents first
[[nodiscard]] Adjacency without_inherited(const Adjacency& parents, const Adjacency& dependencies,
                                          const std::vector<Adjacency::Index>& order);

}  // namespace athanor
