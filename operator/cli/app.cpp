#include "cli/app.hpp"

#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/operator_command.hpp"
#include "cli/operator_options.hpp"
#include "cli/version.hpp"

namespace athanor::cli {
namespace {

constexpr int kUsage = 2;

/// Asked before the parse, which would only say that a command is missing.
/// @return what to tell who misspelt a command; empty: the first word is one, or a flag
std::string unknown_command(const CLI::App& app, const std::string& word) {
  if (word.empty() || word.front() == '-') return {};
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == word) return {};
    names.push_back(command->get_name());
  }
  return fmt::format("\"{}\" is no command; there is: {}", word, fmt::join(names, ", "));
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App app{"Athanor keeps databases at the revision that their environment names."};
  app.name("athanor");
  app.set_version_flag("--version", std::string("athanor ") + std::string(kVersion));
  app.require_subcommand(1);

  OperatorOptions options;
  auto* operator_command = app.add_subcommand(
      "operator", "Watch MigrationEnvironments and keep their databases at their revisions, until stopped");
  add_operator_options(*operator_command, options);

  if (const std::string told = argc > 1 ? unknown_command(app, argv[1]) : ""; !told.empty()) {
    std::cerr << told << "\nRun with --help for more information.\n";
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" with code 0; everything else is a usage error.
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return run_operator(options);
}

}  // namespace athanor::cli
