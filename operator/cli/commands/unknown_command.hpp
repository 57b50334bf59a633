// A misspelt command is told from a missing one.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace athanor::cli {

/// Asked before the parse, which would only say that a command is missing.
/// @return what to tell who misspelt a command, with those that there are; empty: it is one, or there is none
[[nodiscard]] std::string unknown_command(const CLI::App& app, int argc, const char* const* argv);

}  // namespace athanor::cli
