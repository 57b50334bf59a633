#include "cli/commands/unknown_command.hpp"

#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace athanor::cli {
namespace {

/// The command's name: the first word that is neither an option of the program nor its value. @return "" if
/// there is none
std::string command_word(const CLI::App& app, int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.empty() || word.front() != '-') return word;
    const CLI::Option* option = app.get_option_no_throw(word);
    if (option != nullptr && option->get_items_expected_max() > 0) ++i;
  }
  return {};
}

}  // namespace

std::string unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  const std::string word = command_word(app, argc, argv);
  if (word.empty()) return {};
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == word) return {};
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return fmt::format("\"{}\" is no command; there is: {}", word, fmt::join(names, ", "));
}

}  // namespace athanor::cli
