// The `athanor` command.
#pragma once

namespace athanor::cli {

/// Parses the command line and runs the command that it names.
/// @return the process's exit code: 0 fine, 1 failed, 2 usage
[[nodiscard]] int run(int argc, const char* const* argv);

}  // namespace athanor::cli
