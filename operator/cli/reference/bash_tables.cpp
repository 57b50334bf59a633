#include "cli/reference/bash_tables.hpp"

#include <vector>

#include <fmt/format.h>

namespace athanor::cli {
namespace {

/// What the functions call a kind of value; what only some engine knows it calls by its own word.
std::string taken_word(const OptionEntry& option) {
  switch (kind_of(option)) {
    case ValueKind::Words:
      return "words " + listed_words(option);
    case ValueKind::File:
      return "FILE";
    case ValueKind::Folder:
      return "DIR";
    case ValueKind::Section:
      return "SECTION";
    case ValueKind::Revision:
      return "REVISION";
    case ValueKind::Other:
      break;
  }
  return option.value;
}

struct Tables {
  std::string words;  ///< lines of `case` by command: what may be typed
  std::string takes;  ///< by command and option or place: what value belongs there
  std::string has;    ///< by command and word: it is a command
};

void fill(const CommandEntry& command, const std::string& path, Tables& tables) {
  std::vector<std::string> options;
  std::vector<std::string> commands;
  for (const OptionEntry& option : command.options) {
    options.insert(options.end(), option.names.begin(), option.names.end());
    if (option.is_flag()) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names) patterns.push_back(fmt::format("'{}/{}'", path, name));
    tables.takes += fmt::format("    {}) echo '{}' ;;\n", fmt::join(patterns, "|"), taken_word(option));
  }
  std::size_t place = 0;
  for (const OptionEntry& positional : command.positionals) {
    const std::string where = positional.repeated ? "*" : std::to_string(++place);
    tables.takes += fmt::format("    '{}/{}') echo '{}' ;;\n", path, where, taken_word(positional));
  }
  for (const CommandEntry& child : command.commands) commands.push_back(child.name);
  tables.words +=
      fmt::format("    '{}/-') echo '{}' ;;\n    '{}/') echo '{}' ;;\n", path, fmt::join(options, " "), path,
                  // Where there is neither a command nor a place for a word, options are what is left.
                  fmt::join(commands.empty() ? options : commands, " "));
  for (const CommandEntry& child : command.commands) {
    tables.has += fmt::format("    '{}/{}') return 0 ;;\n", path, child.name);
    fill(child, path.empty() ? child.name : path + "/" + child.name, tables);
  }
}

}  // namespace

std::string bash_tables(const CommandEntry& program, const std::string& prefix) {
  Tables tables;
  fill(program, "", tables);
  return fmt::format(
      "# What may be typed after a command; options once a dash was typed.\n"
      "{0}_words() {{\n  local dash=; [[ $2 == -* ]] && dash=-\n  case $1/$dash in\n{1}  esac\n}}\n\n"
      "# What an option takes, or what stands at a place; nothing for a flag.\n"
      "{0}_takes() {{\n  case $1 in\n{2}  esac\n}}\n\n"
      "# Is the word a command?\n"
      "{0}_has() {{\n  case $1 in\n{3}  esac\n  return 1\n}}\n",
      prefix, tables.words, tables.takes, tables.has);
}

}  // namespace athanor::cli
