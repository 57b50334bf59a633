#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/migration.hpp"

namespace athanor::cli {

void add_upgrade(CommandTable& table) {
  const auto options = std::make_shared<MigrationOptions>();
  options->session.command = "athanor upgrade";
  CLI::App& command = table.add("upgrade", "Apply revisions, up to a target", CommandTable::Takes::Database,
                                [options](World& world, const CommonOptions& common) {
                                  return run_migration(*options, Direction::Upgrade, world, common);
                                });
  command
      .add_option(
          "revision", options->target,
          "What to reach: heads, head, an id or its beginning, label@head, +2, id+1; with --sql also FROM:TO")
      ->type_name("TARGET")
      ->required();
  command.add_flag("--sql", options->sql, "Print the SQL in place of running it; no database is asked");
  add_migration_options(command, *options);
}

}  // namespace athanor::cli
