#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/choice.hpp"
#include "cli/commands/confirmation.hpp"
#include "cli/commands/database_session.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/lock_wait.hpp"
#include "cli/commands/owner_change.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

struct Options {
  std::string from;
  std::string table;
  bool yes = false;
  SessionOptions session;
};

engine::AdoptionRequest request_of(const Options& options) {
  engine::AdoptionRequest request;
  request.audience = Audience::CommandLine;
  request.from = migration_tool(options.from);
  request.table = options.table;
  return request;
}

void tell_planned(Console& console, const Adoption& adoption, bool json) {
  if (json) {
    console.line(json_text(nlohmann::ordered_json{{"from", std::string(to_string(adoption.tool))},
                                                  {"table", adoption.table},
                                                  {"applied", adoption.applied},
                                                  {"current", adoption.rows},
                                                  {"claimsOnly", adoption.claims_only}}));
    return;
  }
  const std::string place = adoption.rows.empty() ? "base" : join_words(adoption.rows, 20);
  console.note(fmt::format("By the account of {} ({}), {} revision(s) are applied, up to {}.", adoption.table,
                           to_string(adoption.tool), adoption.applied, place));
  console.note(
      adoption.claims_only
          ? "That is the version table itself: only the owner of the database is recorded."
          : fmt::format("The version table is stamped at {}. Nothing is run, and {} is left as it is.", place,
                        adoption.table));
}

Result<int> run_adopt(const Options& options, World& world, const CommonOptions& common) {
  const engine::AdoptionRequest request = request_of(options);
  const auto opened = open_project(world, common, ReadDepth::Whole);
  if (!opened) return fail(opened.error());
  const auto session = open_database(world, *opened, options.session);
  if (!session) return fail(session.error());
  const auto planned = session->migrator->plan_adoption(opened->graph, request, world.cancel);
  if (!planned) return fail(planned.error());
  tell_planned(world.console, *planned, common.json);
  if (auto confirmed = confirm(world.console, options.yes); !confirmed)
    return fail(std::move(confirmed.error()));
  LockWait progress(world.console);
  const auto adopted =
      session->migrator->adopt(opened->graph, *planned, request, progress, world.stop, world.cancel);
  if (!adopted) return fail(adopted.error());
  if (common.json) return kFine;
  world.console.note("Adopted.");
  if (const auto change = owner_change_text(*adopted, session->settings.self); !change.empty())
    world.console.note(change);
  return kFine;
}

}  // namespace

void add_adopt(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  options->session.command = "athanor adopt";
  CLI::App& command = table.add(
      "adopt", "Take over a database that another migration tool manages", CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_adopt(*options, world, common); });
  command
      .add_option("--from", options->from,
                  fmt::format("The tool: {}", fmt::join(migration_tool_names(), ", ")))
      ->type_name("TOOL")
      ->check(one_of(migration_tool_names()));
  command
      .add_option("--table", options->table,
                  "Its table, as table or schema.table, if that is not where the tool puts it by default")
      ->type_name("TABLE");
  command.add_flag("-y,--yes", options->yes, "Write without asking");
  add_take_over(command, options->session);
  command.footer(
      "Reads where the tool's own table says that the database stands, shows the revision that this means, "
      "and\n"
      "stamps it. Refused where the table does not match the revision files; `athanor import` makes those.\n"
      "\n"
      "Examples:\n"
      "  athanor -n staging adopt\n"
      "  athanor -n staging adopt --from goose --table shop.goose_db_version --yes");
}

}  // namespace athanor::cli
