// `kubectl athanor`: what the binary is when it is installed as kubectl-athanor.
#pragma once

#include <string_view>

#include "cli/plugin/plugin_world.hpp"
#include "cli/reference/command_tree.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

/// The name that kubectl looks for in the PATH.
[[nodiscard]] bool is_plugin_name(std::string_view argv0);

/// The plugin's option table. @param run, options outlive the app
void add_plugin_commands(CLI::App& app, PluginOptions& options, PluginRun& run);

/// The same as plain values.
[[nodiscard]] CommandEntry plugin_tree();

/// Parses the command line and runs the command that it names.
/// @return the process's exit code: 0 fine, 1 failed, 2 usage, 3 `status --check` found one that is not Ready
[[nodiscard]] int run_plugin(int argc, const char* const* argv);

}  // namespace athanor::cli
