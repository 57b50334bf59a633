#include "cli/reference/zsh_completion.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace athanor::cli {
namespace {

// What values are completed with. `athanor_line` is the whole line, set by the first function: below it zsh
// shows each command its own words only.
constexpr const char* kHelpers = R"zsh(
_PROGRAM_option() {  # SHORT LONG USUAL: the value that the line gives an option
  local -i at
  REPLY=$3
  for ((at = 1; at < $#athanor_line; at++)); do
    [[ $athanor_line[at] == ($1|$2) ]] && REPLY=$athanor_line[at+1]
    [[ $athanor_line[at] == $2=* ]] && REPLY=${athanor_line[at]#*=}
  done
}

_PROGRAM_sections() {
  local REPLY
  _PROGRAM_option -c --config ${ALEMBIC_CONFIG:-alembic.ini}
  local -a sections=(${(f)"$(sed -n 's/^\[\([^]]*\)\].*/\1/p' $REPLY 2>/dev/null | grep -Ev '^(DEFAULT|post_write_hooks|loggers|handlers|formatters|(logger|handler|formatter)_.*)$')"})
  compadd -a sections
}

_PROGRAM_revisions() {
  local REPLY config
  _PROGRAM_option -c --config ${ALEMBIC_CONFIG:-alembic.ini}
  config=$REPLY
  _PROGRAM_option -n --name ''
  local -a ids=(head heads base ${(f)"$(PROGRAM -c $config ${REPLY:+-n} ${REPLY:+$REPLY} LISTER --json 2>/dev/null | sed -n 's/^ *"revision": "\([^"]*\)".*/\1/p')"})
  compadd -a ids
}

if [[ $funcstack[1] == _PROGRAM ]]; then
  _PROGRAM "$@"
else
  compdef _PROGRAM PROGRAM
fi
)zsh";

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// For the inside of a single-quoted word whose brackets and colons mean something to _arguments.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

/// `:what:how` of a value.
std::string action(const OptionEntry& option, const std::string& program) {
  const std::string message = ":" + escaped(option.value) + ":";
  switch (kind_of(option)) {
    case ValueKind::Words:
      return message + "(" + listed_words(option) + ")";
    case ValueKind::File:
      return message + "_files";
    case ValueKind::Folder:
      return message + "_files -/";
    case ValueKind::Section:
      return message + "_" + program + "_sections";
    case ValueKind::Revision:
      return message + "_" + program + "_revisions";
    case ValueKind::Other:
      break;
  }
  return message;
}

/// `(-c --config)'{-c+,--config=}'[text]:FILE:_files`: every spelling, and none once one was given.
std::string option_spec(const OptionEntry& option, const std::string& program) {
  std::vector<std::string> spellings;
  for (const std::string& name : option.names) {
    const char* const joined = option.is_flag() ? "" : name.starts_with("--") ? "=" : "+";
    spellings.push_back(name + joined);
  }
  const std::string given = option.repeated ? "'*'" : fmt::format("'({})'", fmt::join(option.names, " "));
  const std::string spelled =
      spellings.size() == 1 ? "'" + spellings.front() : fmt::format("{{{}}}'", fmt::join(spellings, ","));
  return fmt::format("    {}{}[{}]{}'", given, spelled, escaped(option.text),
                     option.is_flag() ? "" : action(option, program));
}

std::string command_case(const std::vector<CommandEntry>& commands, const std::string& function) {
  std::string described;
  std::string chosen;
  for (const CommandEntry& command : commands) {
    described += fmt::format("        '{}:{}'\n", command.name, escaped(command.summary));
    chosen += fmt::format("        {0}) {1}_{0} && ret=0 ;;\n", command.name, function);
  }
  return fmt::format(
      "  case $state in\n    command)\n      local -a commands=(\n{}      )\n"
      "      _describe -t commands command commands && ret=0 ;;\n"
      "    rest)\n      case $line[1] in\n{}      esac ;;\n  esac\n",
      described, chosen);
}

void add_function(const CommandEntry& command, const std::string& function, const std::string& program,
                  std::string& script) {
  std::vector<std::string> specs;
  for (const OptionEntry& option : command.options) specs.push_back(option_spec(option, program));
  std::size_t place = 0;
  for (const OptionEntry& positional : command.positionals) {
    const std::string where = positional.repeated ? "*" : std::to_string(++place);
    const char* const optional = positional.required || positional.repeated ? "" : ":";
    specs.push_back(fmt::format("    '{}{}{}'", where, optional, action(positional, program)));
  }
  if (!command.commands.empty()) {
    specs.emplace_back("    '1: :->command'");
    specs.emplace_back("    '*:: :->rest'");
  }
  const bool is_program = function == "_" + program;
  script += fmt::format(
      "\n{}() {{\n  local curcontext=$curcontext state line ret=1\n  local -A opt_args\n{}"
      "  _arguments -C -s \\\n{} && ret=0\n",
      function, is_program ? "  local -a athanor_line=(\"${words[@]}\")\n" : "", fmt::join(specs, " \\\n"));
  if (!command.commands.empty()) script += command_case(command.commands, function);
  script += "  return ret\n}\n";
  for (const CommandEntry& child : command.commands)
    add_function(child, function + "_" + child.name, program, script);
}

}  // namespace

std::string zsh_completion(const CommandEntry& program) {
  std::string script = fmt::format(
      "#compdef {0}\n# Completion of {0} for zsh. Save it as _{0} in a folder of $fpath, or load it with:\n"
      "#   source <({0} completion zsh)\n",
      program.name);
  add_function(program, "_" + program.name, program.name, script);
  std::string helpers = kHelpers;
  replace_all(helpers, "PROGRAM", program.name);
  replace_all(helpers, "LISTER", revision_lister(program));
  return script + helpers;
}

}  // namespace athanor::cli
