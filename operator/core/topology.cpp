#include "core/topology.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>

namespace athanor {
namespace {

using Index = Adjacency::Index;

constexpr std::size_t kBatch = 64;  // as many dependencies as a word has bits are followed in one pass
constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();

/// Numbers the nodes that two or more others depend on: only those can be inherited. kNoSlot for the rest.
std::vector<std::uint32_t> number_contested(const Adjacency& dependencies, std::size_t& count) {
  std::vector<std::uint32_t> dependents(dependencies.size(), 0);
  for (Index node = 0; node < dependencies.size(); ++node) {
    for (const Index target : dependencies[node]) ++dependents[target];
  }
  std::vector<std::uint32_t> slots(dependencies.size(), kNoSlot);
  count = 0;
  for (Index node = 0; node < dependencies.size(); ++node) {
    if (dependents[node] >= 2) slots[node] = static_cast<std::uint32_t>(count++);
  }
  return slots;
}

}  // namespace

std::vector<Index> topological_order(std::size_t size, Needs needs) {
  std::vector<Adjacency> needed_by;
  std::vector<std::uint32_t> missing(size, 0);
  for (const Adjacency* graph : needs) {
    needed_by.push_back(graph->reversed());
    for (Index node = 0; node < size; ++node) missing[node] += static_cast<Index>((*graph)[node].size());
  }
  std::priority_queue<Index, std::vector<Index>, std::greater<>> ready;
  for (Index node = 0; node < size; ++node) {
    if (missing[node] == 0) ready.push(node);
  }
  std::vector<Index> order;
  order.reserve(size);
  while (!ready.empty()) {
    const Index node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const Adjacency& graph : needed_by) {
      for (const Index next : graph[node]) {
        if (--missing[next] == 0) ready.push(next);
      }
    }
  }
  return order;
}

std::vector<Index> find_cycle(std::size_t size, Needs needs, const std::vector<Index>& order) {
  std::vector<bool> left_out(size, true);
  for (const Index node : order) left_out[node] = false;
  const auto step = [&](Index node) {
    for (const Adjacency* graph : needs) {
      for (const Index next : (*graph)[node]) {
        if (left_out[next]) return next;
      }
    }
    return node;  // not reached: what is left out needs something that is left out
  };
  Index node = static_cast<Index>(std::find(left_out.begin(), left_out.end(), true) - left_out.begin());
  std::vector<bool> seen(size, false);
  for (; !seen[node]; node = step(node)) seen[node] = true;
  std::vector<Index> cycle{node};
  for (Index next = step(node); next != node; next = step(next)) cycle.push_back(next);
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  return cycle;
}

Adjacency without_inherited(const Adjacency& parents, const Adjacency& dependencies,
                            const std::vector<Index>& order) {
  std::size_t contested = 0;
  const std::vector<std::uint32_t> slots = number_contested(dependencies, contested);
  // dropped[n] marks positions in dependencies[n].
  std::vector<std::vector<bool>> dropped(contested == 0 ? 0 : dependencies.size());
  std::vector<std::uint64_t> above(contested == 0 ? 0 : dependencies.size());
  for (std::size_t first = 0; first < contested; first += kBatch) {
    for (const Index node : order) {
      std::uint64_t inherited = 0;
      for (const Index parent : parents[node]) inherited |= above[parent];
      std::uint64_t own = 0;
      const auto targets = dependencies[node];
      for (std::size_t i = 0; i < targets.size(); ++i) {
        const std::uint32_t slot = slots[targets[i]];
        if (slot == kNoSlot || slot < first || slot >= first + kBatch) continue;
        const std::uint64_t bit = std::uint64_t{1} << (slot - first);
        own |= bit;
        if ((inherited & bit) == 0) continue;
        dropped[node].resize(targets.size());
        dropped[node][i] = true;
      }
      above[node] = inherited | own;
    }
  }
  Adjacency result;
  std::vector<Index> kept;
  std::vector<Index> parent_of(dependencies.size(), std::numeric_limits<Index>::max());
  for (Index node = 0; node < dependencies.size(); ++node) {
    kept.clear();
    for (const Index parent : parents[node]) parent_of[parent] = node;
    const auto targets = dependencies[node];
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const bool inherited = !dropped.empty() && !dropped[node].empty() && dropped[node][i];
      if (!inherited && parent_of[targets[i]] != node) kept.push_back(targets[i]);
    }
    result.add_node(kept);
  }
  return result;
}

}  // namespace athanor
