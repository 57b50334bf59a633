// The histories of a project's environments, and where each stands in its own.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"

namespace athanor::cli {

struct EnvironmentHistory {
  std::string name;
  RevisionGraph graph;
  Result<std::vector<std::string>> rows;  ///< the version rows; the error says why they are not known
};

[[nodiscard]] std::string history_page(const std::vector<EnvironmentHistory>& environments);

}  // namespace athanor::cli
