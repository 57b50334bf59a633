#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/database_session.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/lock_wait.hpp"
#include "cli/commands/project_graph.hpp"

namespace athanor::cli {
namespace {

Result<int> run_ensure_version(World& world, const CommonOptions& common) {
  const auto project = open_settings(world, common);
  if (!project) return fail(project.error());
  const auto session = open_database(world, *project, {.command = "athanor ensure-version"});
  if (!session) return fail(session.error());
  LockWait progress(world.console);
  const auto made = session->migrator->ensure_version(progress, world.stop, world.cancel);
  if (!made) return fail(made.error());
  const auto& [name, schema] = project->version_table;
  const std::string table = schema.empty() ? name : schema + "." + name;
  if (common.json) {
    world.console.line(json_text({{"table", table}, {"created", made->made_version_table}}));
  } else {
    world.console.note(made->made_version_table
                           ? fmt::format("The version table {} was made.", table)
                           : fmt::format("The version table {} is there already.", table));
  }
  return kFine;
}

}  // namespace

void add_ensure_version(CommandTable& table) {
  CLI::App& command =
      table.add("ensure-version", "Create the version table, if there is none, and nothing else",
                CommandTable::Takes::Database, run_ensure_version);
  command.footer(
      "Running it twice is as good as once. upgrade and stamp make the table themselves; this is for who has "
      "the right "
      "to create tables at another time than the one to migrate.\n\n"
      "  athanor -n production ensure-version");
}

}  // namespace athanor::cli
