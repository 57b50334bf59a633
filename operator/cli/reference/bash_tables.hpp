// The option table as functions of bash, for the scripts that complete.
#pragma once

#include <string>

#include "cli/reference/command_tree.hpp"

namespace athanor::cli {

/// Three functions. A command is known by its path: "" is the program, "completion" a command.
/// - `PREFIX_words PATH WORD`: what may be typed there: options if WORD begins with a dash
/// - `PREFIX_takes PATH/OPTION` or `PATH/PLACE`: what value belongs there: `FILE`, `words a b`, …; nothing
/// for
///   a flag
/// - `PREFIX_has PATH/WORD`: succeeds if the word is a command
[[nodiscard]] std::string bash_tables(const CommandEntry& program, const std::string& prefix);

}  // namespace athanor::cli
