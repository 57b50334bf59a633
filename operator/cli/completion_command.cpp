#include "cli/completion_command.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands/choice.hpp"
#include "cli/plugin/plugin_app.hpp"
#include "cli/reference/bash_completion.hpp"
#include "cli/reference/command_tree.hpp"
#include "cli/reference/kubectl_completion.hpp"
#include "cli/reference/zsh_completion.hpp"

namespace athanor::cli {
namespace {

std::string script_for(const std::string& shell, const CLI::App& program) {
  if (shell == "kubectl") return kubectl_completion(plugin_tree());
  const CommandEntry tree = command_tree(program);
  return shell == "zsh" ? zsh_completion(tree) : bash_completion(tree);
}

}  // namespace

void add_completion(CommandTable& table) {
  const auto shell = std::make_shared<std::string>();
  CLI::App& command =
      table.add("completion", "Print the script that makes a shell complete commands, options and revisions",
                CommandTable::Takes::Nothing,
                [shell, &program = table.program()](World& world, const CommonOptions&) -> Result<int> {
                  world.console.out(script_for(*shell, program));
                  return kFine;
                });
  command
      .add_option("shell", *shell, "The shell that the script is for; kubectl for its plugin, in any shell")
      ->type_name("bash|zsh|kubectl")
      ->check(one_of({"bash", "zsh", "kubectl"}))
      ->required();
  command.footer(
      "For the running shell:\n"
      "  source <(athanor completion bash)\n"
      "For every bash to come (the package bash-completion reads that folder):\n"
      "  athanor completion bash > ~/.local/share/bash-completion/completions/athanor\n"
      "For every zsh to come, in a folder that $fpath names:\n"
      "  athanor completion zsh > ~/.zfunc/_athanor\n"
      "For kubectl athanor, in a folder of the PATH, where kubectl itself is completed:\n"
      "  athanor completion kubectl > ~/.local/bin/kubectl_complete-athanor\n"
      "  chmod +x ~/.local/bin/kubectl_complete-athanor");
}

}  // namespace athanor::cli
