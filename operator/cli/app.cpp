#include "cli/app.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/operator_command.hpp"
#include "cli/operator_options.hpp"
#include "cli/version.hpp"

namespace athanor::cli {
namespace {

constexpr int kUsage = 2;

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

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" with code 0; everything else is a usage error.
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return run_operator(options);
}

}  // namespace athanor::cli
