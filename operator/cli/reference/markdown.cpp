#include "cli/reference/markdown.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace athanor::cli {
namespace {

/// Characters that Markdown or HTML would read as their own, outside of code.
std::string escaped(const std::string& text) {
  std::string out;
  bool in_code = false;
  for (const char c : text) {
    if (c == '`') in_code = !in_code;
    if (!in_code && (c == '<' || c == '*' || c == '|')) out += '\\';
    out += c;
  }
  return out;
}

/// `notes` as paragraphs; lines that are indented, such as examples, as code.
std::string notes_markdown(const std::string& notes) {
  std::string out;
  bool in_code = false;
  std::istringstream lines(notes);
  for (std::string line; std::getline(lines, line);) {
    const bool is_code = line.starts_with("  ");
    if (is_code != in_code) out += "\n";
    in_code = is_code;
    out += is_code ? "  " + line + "\n" : escaped(line) + "\n";
  }
  return out.empty() ? out : out + "\n";
}

std::string usage(const CommandEntry& command, const std::string& called) {
  std::string line = called;
  if (!command.options.empty()) line += " [OPTIONS]";
  for (const OptionEntry& place : command.positionals) {
    const std::string word = place.names.front() + (place.repeated ? "..." : "");
    line += place.required ? " " + word : " [" + word + "]";
  }
  if (!command.commands.empty()) line += " COMMAND";
  return "    " + line + "\n\n";
}

std::string option_line(const OptionEntry& option) {
  std::string spelled = fmt::format("{}", fmt::join(option.names, ", "));
  const bool says_more = !option.is_flag() && option.value != option.names.front();
  if (says_more) spelled += " " + option.value;
  if (option.repeated && says_more) spelled += " ...";
  return fmt::format("- `{}`{}: {}\n", spelled, option.required ? " (required)" : "", escaped(option.text));
}

/// Groups in the order in which the options came.
std::string options_markdown(const CommandEntry& command) {
  std::string out;
  for (const OptionEntry& place : command.positionals) out += option_line(place);
  std::vector<std::string> groups;
  for (const OptionEntry& option : command.options) {
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  }
  for (const std::string& group : groups) {
    if (groups.size() > 1) out += (out.empty() ? "" : "\n") + fmt::format("{}:\n\n", group);
    for (const OptionEntry& option : command.options) {
      if (option.group == group) out += option_line(option);
    }
  }
  return out.empty() ? out : out + "\n";
}

void add_commands(const CommandEntry& parent, const std::string& called, std::string& page) {
  for (const CommandEntry& command : parent.commands) {
    const std::string name = called + " " + command.name;
    page += fmt::format("### {}\n\n{}.\n\n{}{}{}", name, escaped(command.summary), usage(command, name),
                        options_markdown(command), notes_markdown(command.footer));
    add_commands(command, name, page);
  }
}

/// As GitHub makes it of a heading.
std::string anchor(std::string heading) {
  std::ranges::replace(heading, ' ', '-');
  return heading;
}

void add_program(const CommandEntry& program, std::string& page) {
  page += fmt::format("## {}\n\n{}\n\n{}| command | what it does |\n|---|---|\n", program.name,
                      escaped(program.summary), usage(program, program.name));
  for (const CommandEntry& command : program.commands) {
    page += fmt::format("| [{}](#{}) | {} |\n", command.name, anchor(program.name + " " + command.name),
                        escaped(command.summary));
  }
  page += "\n" + options_markdown(program) + notes_markdown(program.footer);
  add_commands(program, program.name, page);
}

}  // namespace

std::string markdown_reference(const std::vector<CommandEntry>& programs) {
  std::string page =
      "# The command line\n\n<!-- Generated from the option table, by: athanor reference > docs/cli.md "
      "-->\n\n";
  for (const CommandEntry& program : programs) add_program(program, page);
  page.pop_back();  // one newline ends the page
  return page;
}

}  // namespace athanor::cli
