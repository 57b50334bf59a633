#include "cli/reference/command_tree.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

namespace athanor::cli {
namespace {

/// CLI11 appends what a check calls itself, which for DIR and FILE is the same word again.
std::string value_word(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};
  std::string word = option.get_type_name();
  const std::size_t half = word.size() / 2;
  if (word.size() % 2 == 1 && word[half] == ':' && word.substr(0, half) == word.substr(half + 1))
    word.resize(half);
  // An option whose value may be left out, and which says so in its text.
  return word.empty() ? "VALUE" : word;
}

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry entry;
  if (option.get_positional()) {
    entry.names.push_back(option.get_name(true));
  } else {
    for (const std::string& name : option.get_snames()) entry.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
  }
  entry.value = value_word(option);
  entry.text = option.get_description();
  entry.group = option.get_group();
  entry.required = option.get_required();
  entry.repeated = option.get_items_expected_max() > 1;
  return entry;
}

constexpr std::array<std::pair<std::string_view, ValueKind>, 6> kKinds{{{"FILE", ValueKind::File},
                                                                        {"DIR", ValueKind::Folder},
                                                                        {"DIRECTORY", ValueKind::Folder},
                                                                        {"SECTION", ValueKind::Section},
                                                                        {"REVISION", ValueKind::Revision},
                                                                        {"TARGET", ValueKind::Revision}}};

/// Options that exclude each other may stand in a group of CLI11's, a command without a name: they are the
/// command's own.
void add_options(const CLI::App& app, CommandEntry& entry) {
  for (const CLI::Option* option : app.get_options()) {
    const bool is_help_of_group = app.get_name().empty() && option == app.get_help_ptr();
    if (option->get_group().empty() || is_help_of_group) continue;
    (option->get_positional() ? entry.positionals : entry.options).push_back(entry_of(*option));
  }
  for (const CLI::App* group : app.get_subcommands({})) {
    if (group->get_name().empty()) add_options(*group, entry);
  }
}

}  // namespace

CommandEntry command_tree(const CLI::App& app) {
  CommandEntry entry{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  add_options(app, entry);
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_name().empty() && !command->get_group().empty())
      entry.commands.push_back(command_tree(*command));
  }
  return entry;
}

ValueKind kind_of(const OptionEntry& option) {
  // Small letters stand for themselves, capitals for what a person knows.
  const bool is_itself =
      !option.value.empty() && std::ranges::all_of(option.value, [](char c) { return c >= 'a' && c <= 'z'; });
  if (is_itself || option.value.find('|') != std::string::npos) return ValueKind::Words;
  const auto* found = std::ranges::find(kKinds, std::string_view(option.value),
                                        [](const auto& known) { return known.first; });
  return found == kKinds.end() ? ValueKind::Other : found->second;
}

std::string listed_words(const OptionEntry& option) {
  std::string words = option.value;
  std::ranges::replace(words, '|', ' ');
  return words;
}

std::string revision_lister(const CommandEntry& program) {
  const bool has_history = std::ranges::any_of(
      program.commands, [](const CommandEntry& command) { return command.name == "history"; });
  return has_history ? "history" : "heads";
}

}  // namespace athanor::cli
