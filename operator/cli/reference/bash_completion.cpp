#include "cli/reference/bash_completion.hpp"

#include <vector>

#include <fmt/format.h>

namespace athanor::cli {
namespace {

// PROGRAM and LISTER are replaced. A command is known by its path: "" is the program, "completion" a command.
constexpr const char* kEngine = R"bash(
# The sections of the ini file that is meant, but those that configure logging.
_PROGRAM_sections() {
  sed -n 's/^\[\([^]]*\)\].*/\1/p' "$1" 2>/dev/null | grep -Ev '^(DEFAULT|post_write_hooks|loggers|handlers|formatters|(logger|handler|formatter)_.*)$'
}

_PROGRAM_revisions() {
  printf '%s\n' head heads base
  PROGRAM -c "$1" ${2:+-n "$2"} LISTER --json 2>/dev/null | sed -n 's/^ *"revision": "\([^"]*\)".*/\1/p'
}

_PROGRAM() {
  local cur=${COMP_WORDS[COMP_CWORD]} path= takes= option= word i places=0
  local config=${ALEMBIC_CONFIG:-alembic.ini} section=
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word == "=" ]] && continue
    if [[ -n $takes ]]; then
      case $option in
        -c|--config) config=$word ;;
        -n|--name) section=$word ;;
      esac
      takes=
    elif [[ $word == -* ]]; then
      option=$word
      takes=$(_PROGRAM_takes "$path/$option")
    elif ((places == 0)) && _PROGRAM_has "$path/$word"; then
      path=${path:+$path/}$word
    else
      places=$((places + 1))
    fi
  done
  [[ $cur == "=" ]] && cur=
  if [[ -z $takes && $cur != -* ]]; then
    takes=$(_PROGRAM_takes "$path/$((places + 1))")
    [[ -z $takes ]] && takes=$(_PROGRAM_takes "$path/*")
  fi
  case $takes in
    FILE) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    DIR) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    SECTION) mapfile -t COMPREPLY < <(compgen -W "$(_PROGRAM_sections "$config")" -- "$cur") ;;
    REVISION) mapfile -t COMPREPLY < <(compgen -W "$(_PROGRAM_revisions "$config" "$section")" -- "$cur") ;;
    "words "*) mapfile -t COMPREPLY < <(compgen -W "${takes#words }" -- "$cur") ;;
    "") mapfile -t COMPREPLY < <(compgen -W "$(_PROGRAM_words "$path" "$cur")" -- "$cur") ;;
  esac
}

complete -F _PROGRAM PROGRAM
)bash";

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// What the engine above knows a kind of value by.
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
  return "OTHER";
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

std::string bash_completion(const CommandEntry& program) {
  Tables tables;
  fill(program, "", tables);
  std::string engine = kEngine;
  replace_all(engine, "PROGRAM", program.name);
  replace_all(engine, "LISTER", revision_lister(program));
  return fmt::format(
      "# Completion of {0} for bash. Load it with: source <({0} completion bash)\n\n"
      "# What may be typed after a command; options once a dash was typed.\n"
      "_{0}_words() {{\n  local dash=; [[ $2 == -* ]] && dash=-\n  case $1/$dash in\n{1}  esac\n}}\n\n"
      "# What an option takes, or what stands at a place; nothing for a flag.\n"
      "_{0}_takes() {{\n  case $1 in\n{2}  esac\n}}\n\n"
      "# Is the word a command?\n"
      "_{0}_has() {{\n  case $1 in\n{3}  esac\n  return 1\n}}\n{4}",
      program.name, tables.words, tables.takes, tables.has, engine);
}

}  // namespace athanor::cli
