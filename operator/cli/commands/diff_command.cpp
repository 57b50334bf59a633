#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/database_url.hpp"
#include "cli/commands/all_commands.hpp"
#include "cli/commands/failure.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/schema_tools.hpp"
#include "cli/html/diff_page.hpp"
#include "cli/schemas/schema_place.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

struct Options {
  std::string from;
  std::string to;
  std::string dev_url;
  bool exit_code = false;
  std::string html;
};

bool needs_project(const std::string& word) {
  const PlaceKind kind = place_kind(word);
  return kind != PlaceKind::Url && kind != PlaceKind::Files;
}

/// Whose server scratch databases are made on: who has no project names one of the databases themselves.
std::string server_of(const Options& options, const Project& project) {
  if (!options.dev_url.empty()) return options.dev_url;
  if (project.url && !project.url->empty()) return *project.url;
  for (const std::string* word : {&options.from, &options.to}) {
    if (place_kind(*word) == PlaceKind::Url) return *word;
  }
  return {};
}

/// SQL of one dialect says nothing of a database of the other.
Result<void> check_dialects(const Options& options, const Project& project, const std::string& server) {
  const auto is_sqlite = [](const std::string& url) {
    return api::database_scheme(url) == api::DatabaseScheme::Sqlite;
  };
  for (const std::string& word : {options.from, options.to}) {
    const PlaceKind kind = place_kind(word);
    if (kind != PlaceKind::Url && (kind != PlaceKind::Current || !project.url)) continue;
    const std::string& url = kind == PlaceKind::Url ? word : *project.url;
    if (!server.empty() && is_sqlite(url) != is_sqlite(server)) {
      return fail(
          wrong_usage("one side is SQLite and the other is not: schemas are compared within one dialect. "
                      "Name the server for the other side with --dev-url"));
    }
  }
  return {};
}

/// The project, where it is needed or there; else an empty one.
Result<ProjectGraph> project_for(const Options& options, const World& world, const CommonOptions& common) {
  auto opened = open_project(world, common, ReadDepth::Whole);
  const bool needed = needs_project(options.from) || needs_project(options.to);
  if (opened || needed) return opened;
  auto empty = RevisionGraph::build({});
  if (!empty) return fail(to_error(empty.error()));
  return ProjectGraph{Project{}, std::move(*empty)};
}

Result<int> run_diff(const Options& options, World& world, const CommonOptions& common) {
  const auto opened = project_for(options, world, common);
  if (!opened) return fail(opened.error());
  const std::string server = server_of(options, opened->project);
  if (auto alike = check_dialects(options, opened->project, server); !alike)
    return fail(std::move(alike.error()));
  const auto tools = bench_tools(world, opened->project, server, "athanor diff");
  if (!tools) return fail(tools.error());
  const auto from = schema_at(options.from, *tools, opened->project, opened->graph, world.files);
  if (!from) return fail(from.error());
  const auto to = schema_at(options.to, *tools, opened->project, opened->graph, world.files);
  if (!to) return fail(to.error());
  const SchemaChange change = change_between(*from, *to, tools->dialect());
  if (!options.html.empty()) {
    const std::string page =
        diff_page(without_passwords(options.from), without_passwords(options.to), change);
    if (auto written = world.files.write_atomically(options.html, page); !written)
      return fail(std::move(written.error()));
  }
  if (common.json) {
    world.console.line(json_text(change_json(change)));
  } else if (change.empty()) {
    world.console.note("The two schemas are equal.");
  } else {
    note_changes(world.console, change);
    world.console.out(change.sql);
  }
  return options.exit_code && !change.empty() ? kDifference : kFine;
}

}  // namespace

void add_diff(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "diff", "Show what sets two schemas apart, as the SQL that leads from one to the other",
      CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_diff(*options, world, common); });
  const std::string what =
      "a revision or heads (what the revisions make), an SQL file or a folder of them, current (the "
      "environment's database), desired (what target_schema says), or a database's URL";
  command.add_option("from", options->from, "Where it leads from: " + what)->type_name("FROM")->required();
  command.add_option("to", options->to, "Where it leads to: the same")->type_name("TO")->required();
  command.add_flag("--exit-code", options->exit_code, "End with exit code 3 where they differ");
  command
      .add_option("--html", options->html, "Write a page for a browser as well, with both sides side by side")
      ->type_name("FILE");
  add_dev_url(command, options->dev_url);
  command.footer(
      "Revisions and files are run in scratch databases, on the environment's server or that of --dev-url; "
      "databases are only read.\n\n"
      "  athanor diff current heads               what was changed by hand, and how to undo it\n"
      "  athanor diff 3f2a heads                  what the later revisions come to\n"
      "  athanor -n production diff current schema.sql --exit-code");
}

}  // namespace athanor::cli
