// `athanor reference`: prints docs/cli.md.
#pragma once

#include "cli/commands/command.hpp"

namespace athanor::cli {

/// A command that no help lists.
void add_reference(CommandTable& table);

}  // namespace athanor::cli
