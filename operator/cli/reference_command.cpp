#include "cli/reference_command.hpp"

#include <CLI/CLI.hpp>

#include "cli/plugin/plugin_app.hpp"
#include "cli/reference/command_tree.hpp"
#include "cli/reference/markdown.hpp"

namespace athanor::cli {

void add_reference(CommandTable& table) {
  const auto print = [&program = table.program()](World& world, const CommonOptions&) -> Result<int> {
    world.console.out(markdown_reference({command_tree(program), plugin_tree()}));
    return kFine;
  };
  CLI::App& command = table.add("reference", "Print docs/cli.md", CommandTable::Takes::Nothing, print);
  command.group("");  // for whoever changes a command, and nobody else
}

}  // namespace athanor::cli
