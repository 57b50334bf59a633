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
  command.footer(
      "Undoes what stands above the target, newest first; the target itself stays. Data that the revisions "
      "made "
      "room for is lost: athanor plan --downgrade TARGET shows which statements destroy.\n\n"
      "  athanor downgrade -1                     the latest revision\n"
      "  athanor downgrade 3f2a                   everything above 3f2a\n"
      "  athanor downgrade base                   everything\n"
      "  athanor downgrade --sql head:3f2a        on paper");
}

}  // namespace athanor::cli
