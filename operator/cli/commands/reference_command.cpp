#include <CLI/CLI.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/reference/command_tree.hpp"
#include "cli/reference/markdown.hpp"

namespace athanor::cli {

void add_reference(CommandTable& table) {
  CLI::App& command =
      table.add("reference", "Print docs/cli.md", CommandTable::Takes::Nothing,
                [&program = table.program()](World& world, const CommonOptions&) -> Result<int> {
                  world.console.out(markdown_reference(command_tree(program)));
                  return kFine;
                });
  command.group("");  // for whoever changes a command, and nobody else
}

}  // namespace athanor::cli
