#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/choice.hpp"
#include "cli/reference/bash_completion.hpp"
#include "cli/reference/command_tree.hpp"
#include "cli/reference/zsh_completion.hpp"

namespace athanor::cli {

void add_completion(CommandTable& table) {
  const auto shell = std::make_shared<std::string>();
  CLI::App& command =
      table.add("completion", "Print the script that makes a shell complete commands, options and revisions",
                CommandTable::Takes::Nothing,
                [shell, &program = table.program()](World& world, const CommonOptions&) -> Result<int> {
                  const CommandEntry tree = command_tree(program);
                  world.console.out(*shell == "zsh" ? zsh_completion(tree) : bash_completion(tree));
                  return kFine;
                });
  command.add_option("shell", *shell, "The shell that the script is for")
      ->type_name("bash|zsh")
      ->check(one_of({"bash", "zsh"}))
      ->required();
  command.footer(
      "For the running shell:\n"
      "  source <(athanor completion bash)\n"
      "For every bash to come (the package bash-completion reads that folder):\n"
      "  athanor completion bash > ~/.local/share/bash-completion/completions/athanor\n"
      "For every zsh to come, in a folder that $fpath names:\n"
      "  athanor completion zsh > ~/.zfunc/_athanor");
}

}  // namespace athanor::cli
