// Completion for bash.
#pragma once

#include <string>

#include "cli/reference/command_tree.hpp"

namespace athanor::cli {

/// A script to be sourced. It asks the program itself for nothing but the ids of revisions.
[[nodiscard]] std::string bash_completion(const CommandEntry& program);

}  // namespace athanor::cli
