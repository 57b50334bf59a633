// docs/cli.md.
#pragma once

#include <string>
#include <vector>

#include "cli/reference/command_tree.hpp"

namespace athanor::cli {

/// A page with every command of the programs, its options, its notes and its examples.
[[nodiscard]] std::string markdown_reference(const std::vector<CommandEntry>& programs);

}  // namespace athanor::cli
