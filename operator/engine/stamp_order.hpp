// What is to be done to the version rows without running anything.
#pragma once

#include <string>
#include <vector>

#include "core/traversal.hpp"

namespace athanor::engine {

/// Rows that the graph does not have may only go.
struct StampOrder {
  std::vector<std::string> rows_before;  ///< those it was planned from, sorted
  std::vector<RowChange> changes;        ///< one after the other
};

}  // namespace athanor::engine
