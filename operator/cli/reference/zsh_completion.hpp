// Completion for zsh.
#pragma once

#include <string>

#include "cli/reference/command_tree.hpp"

namespace athanor::cli {

/// A function for a folder of $fpath, called `_PROGRAM`; sourced after compinit it works as well.
[[nodiscard]] std::string zsh_completion(const CommandEntry& program);

}  // namespace athanor::cli
