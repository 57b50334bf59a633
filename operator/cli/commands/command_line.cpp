#include "cli/commands/command_line.hpp"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands/command.hpp"
#include "cli/commands/failure.hpp"
#include "cli/commands/mistyped.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

/// Stands for prose, which may be empty: `-m ""` is a message to Alembic too.
constexpr const char* kText = "TEXT";

void refuse_empty_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_min() == 0 || option->get_type_name() == kText) continue;
    option->check([](const std::string& value) { return value.empty() ? "the value is empty" : ""; }, "");
  }
  for (CLI::App* command : app.get_subcommands({})) refuse_empty_values(*command);
}

/// The command that was named; the program if none was.
const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.front();
}

std::string missing_command(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return "a command is missing; there is: " + join_words(names, names.size());
}

/// What the command needs and was not given.
std::string missing(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = chosen(app);
  if (&command == &app) return missing_command(app);
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_required() && option->count() == 0)
      return fmt::format("{} needs {}: {}", command.get_name(), option->get_type_name(),
                         option->get_description());
  }
  return fmt::format("{}: {}", command.get_name(), error.what());
}

std::string surplus(const CLI::App& app) {
  const CLI::App& command = chosen(app);
  return fmt::format("{} takes no more words, and there is \"{}\"", command.get_name(),
                     fmt::join(app.remaining(true), "\", \""));
}

/// The library's "--count: At Most 1 required but received 2" and its kind in our words.
std::string wrong_number(std::string_view said) {
  const std::string name(said.substr(0, said.find(": ")));
  return said.find("At Most") == std::string_view::npos ? name + " needs a value"
                                                        : name + " is given more often than it may be";
}

/// "Could not convert: --count = many"
std::string no_number(std::string_view said) {
  constexpr std::string_view kBegin = "Could not convert: ";
  constexpr std::string_view kIs = " = ";
  const std::size_t is = said.find(kIs);
  if (!said.starts_with(kBegin) || is == std::string_view::npos) return std::string(said);
  return fmt::format("{}: \"{}\" is no number that it takes", said.substr(kBegin.size(), is - kBegin.size()),
                     said.substr(is + kIs.size()));
}

std::string told(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing(app, error);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return surplus(app);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return wrong_number(error.what());
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) return no_number(error.what());
  return error.what();
}

}  // namespace

std::optional<int> read_command_line(CLI::App& app, int argc, const char* const* argv, Console& console) {
  refuse_empty_values(app);
  const WordsLook look = look_at_words(app, argc, argv);
  std::string wrong = look.wrong;
  if (wrong.empty()) {
    try {
      app.parse(argc, argv);
      return std::nullopt;
    } catch (const CLI::ParseError& error) {
      // Help and version are "errors" with code 0.
      if (error.get_exit_code() == 0) return app.exit(error);
      wrong = told(app, error);
    }
  }
  return tell(console, wrong_usage(std::move(wrong)), look.json);
}

}  // namespace athanor::cli
