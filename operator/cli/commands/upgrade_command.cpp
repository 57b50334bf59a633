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
  command.footer(
      "Applies what is pending up to the target, each revision in one transaction, and says how far it is. "
      "The "
      "database is locked meanwhile: a second upgrade waits for the end of the first.\n\n"
      "  athanor upgrade heads                    everything\n"
      "  athanor -n staging upgrade +1            the next revision of [staging]\n"
      "  athanor upgrade billing@head             one branch\n"
      "  athanor upgrade --sql 3f2a:head >up.sql  on paper, from 3f2a on\n\n"
      "If it fails, the revision that failed is rolled back and those before it stay; mend it and run the "
      "same "
      "again. athanor plan shows beforehand what would run.");
}

}  // namespace athanor::cli
