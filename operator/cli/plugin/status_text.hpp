// An environment's state in words. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/plugin/environment_view.hpp"

namespace athanor::cli {

/// Everything of one environment: where it is, its conditions, its failure in full, and what to do.
[[nodiscard]] std::string status_text(const EnvironmentView& view);

/// A line for each. @param with_namespace a first column for it
[[nodiscard]] std::string status_table(const std::vector<EnvironmentView>& views, bool with_namespace);

}  // namespace athanor::cli
