// Reading a command line, and telling what is wrong with one.
#pragma once

#include <optional>

#include "cli/terminal/console.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

/// Parses the command line into what the app's options are bound to. No option takes an empty value, but for
/// prose (TEXT): it is that of a variable which is not set.
/// @return the exit code, where the command line is done with: 0 after help or the version, 2 after a wrong
/// usage was told (as JSON where --json is among the words); nullopt: go on
[[nodiscard]] std::optional<int> read_command_line(CLI::App& app, int argc, const char* const* argv,
                                                   Console& console);

}  // namespace athanor::cli
