// `kubectl athanor`, completed by whatever shell kubectl is completed in.
#pragma once

#include <string>

#include "cli/reference/command_tree.hpp"

namespace athanor::cli {

/// What kubectl looks for as kubectl_complete-athanor in the PATH: a program that is given the words behind
/// the plugin's name, the one to complete last, and prints what may stand there, one a line, and last a colon
/// and how the shell is to take it (the protocol of cobra's `__complete`).
[[nodiscard]] std::string kubectl_completion(const CommandEntry& plugin);

}  // namespace athanor::cli
