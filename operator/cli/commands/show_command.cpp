#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/named_revisions.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/revision_text.hpp"

namespace athanor::cli {
namespace {

Result<int> run_show(const std::string& expression, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  const auto named = named_revisions(world, *opened, expression, "athanor show");
  if (!named) return fail(named.error());
  auto listed = nlohmann::ordered_json::array();
  for (const auto index : *named) {
    if (common.json) {
      listed.push_back(revision_json(opened->graph, index));
    } else {
      world.console.line(revision_entry(opened->graph, index));
    }
  }
  if (common.json) world.console.line(json_text(listed));
  return kFine;
}

}  // namespace

void add_show(CommandTable& table) {
  const auto expression = std::make_shared<std::string>();
  CLI::App& command =
      table.add("show", "Show one revision, or those that a name means", CommandTable::Takes::Database,
                [expression](World& world, const CommonOptions& common) {
                  return run_show(*expression, world, common);
                });
  command.add_option("revision", *expression, "An id or its beginning, head, heads, label@head, or current")
      ->type_name("REVISION")
      ->required();
  command.footer(
      "Only `current` asks the database.\n"
      "\n"
      "Examples:\n"
      "  athanor show 3f2a\n"
      "  athanor show billing@head\n"
      "  athanor -n staging show current");
}

}  // namespace athanor::cli
