#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/migration.hpp"

namespace athanor::cli {

void add_downgrade(CommandTable& table) {
  const auto options = std::make_shared<MigrationOptions>();
  options->session.command = "athanor downgrade";
  CLI::App& command =
      table.add("downgrade", "Undo revisions, down to a target, which stays", CommandTable::Takes::Database,
                [options](World& world, const CommonOptions& common) {
                  return run_migration(*options, Direction::Downgrade, world, common);
                });
  command
      .add_option("revision", options->target,
                  "What to go back to: an id or its beginning, base, -1, label@-1, id-2; with --sql FROM:TO")
      ->type_name("TARGET")
      ->required();
  command.add_flag("--sql", options->sql, "Print the SQL in place of running it; no database is asked");
  add_migration_options(command, *options);
}

}  // namespace athanor::cli
