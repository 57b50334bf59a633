// `athanor completion`: prints what makes shells complete the program, and kubectl its plugin.
#pragma once

#include "cli/commands/command.hpp"

namespace athanor::cli {

void add_completion(CommandTable& table);

}  // namespace athanor::cli
