#include "cli/reference/bash_completion.hpp"

#include <fmt/format.h>

#include "cli/reference/bash_tables.hpp"

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

}  // namespace

std::string bash_completion(const CommandEntry& program) {
  std::string engine = kEngine;
  replace_all(engine, "PROGRAM", program.name);
  replace_all(engine, "LISTER", revision_lister(program));
  return fmt::format("# Completion of {0} for bash. Load it with: source <({0} completion bash)\n\n{1}{2}",
                     program.name, bash_tables(program, "_" + program.name), engine);
}

}  // namespace athanor::cli
