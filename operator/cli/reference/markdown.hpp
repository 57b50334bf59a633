// docs/cli.md.
#pragma once

#include <string>

#include "cli/reference/command_tree.hpp"

namespace athanor::cli {

/// A page with every command, its options, its notes and its examples. @param program with its commands
[[nodiscard]] std::string markdown_reference(const CommandEntry& program);

}  // namespace athanor::cli
