#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/schema_tools.hpp"

namespace athanor::cli {
namespace {

Result<int> run_check(const std::string& dev_url, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Whole);
  if (!opened) return fail(opened.error());
  const auto tools = bench_tools(world, opened->project, dev_url, "athanor check");
  if (!tools) return fail(tools.error());
  const auto compared = compare_with_desired(world, *tools, opened->project, opened->graph);
  if (!compared) return fail(compared.error());
  const SchemaChange& up = (*compared)->up;
  if (common.json) {
    world.console.line(json_text(change_json(up)));
  } else if (up.empty()) {
    world.console.note("The revisions make the schema that is desired: there is nothing to write.");
  } else {
    note_changes(world.console, up);
    world.console.out(
        fmt::format("-- athanor:upgrade\n{}\n-- athanor:downgrade\n{}", up.sql, (*compared)->down.sql));
    world.console.note("A revision is missing. To write it: " +
                       world.advice.complete("athanor revision --autogenerate -m \"MESSAGE\""));
  }
  return up.empty() ? kFine : kDifference;
}

}  // namespace

void add_check(CommandTable& table) {
  const auto dev_url = std::make_shared<std::string>();
  CLI::App& command = table.add(
      "check", "Tell whether the revisions make the schema that is desired, and what revision is missing",
      CommandTable::Takes::Database,
      [dev_url](World& world, const CommonOptions& common) { return run_check(*dev_url, world, common); });
  add_dev_url(command, *dev_url);
  command.footer(
      "The desired schema is what the section's target_schema (a file or folder of SQL) or "
      "target_schema_command (prints SQL) says. It is loaded into one scratch database and all revisions are "
      "applied to another, on the environment's server or that of --dev-url; the environment's database "
      "itself "
      "is not looked at. Exit code 3: a revision is missing.\n\n"
      "  athanor check\n"
      "  athanor check --dev-url postgresql://localhost/postgres --json");
}

}  // namespace athanor::cli
