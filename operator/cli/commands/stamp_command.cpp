#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/database_session.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/lock_wait.hpp"
#include "cli/commands/offline_sql.hpp"
#include "cli/commands/owner_change.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/stamp_plan.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

struct Options {
  std::vector<std::string> targets;
  bool purge = false;
  bool sql = false;
  SessionOptions session;
};

std::string place(const std::vector<std::string>& rows) {
  return rows.empty() ? "base" : join_words(rows, 20);
}

void tell_stamped(Console& console, const StampPlan& plan, const engine::Claim& claim, const Owner& self,
                  bool json) {
  if (json) {
    nlohmann::ordered_json told{{"before", plan.rows_before},
                                {"current", plan.rows_after},
                                {"becomeApplied", plan.become_applied},
                                {"stopApplied", plan.stop_applied}};
    if (claim.previous_owner) told["previousOwner"] = claim.previous_owner->short_name();
    return console.line(json_text(told));
  }
  if (plan.row_changes.empty()) {
    console.note(fmt::format("Nothing to do: the version table is at {}.", place(plan.rows_after)));
  } else {
    console.note(
        fmt::format("Stamped from {} to {}: {} revision(s) count as applied now, {} no longer. Nothing was "
                    "run.",
                    place(plan.rows_before), place(plan.rows_after), plan.become_applied.size(),
                    plan.stop_applied.size()));
  }
  if (const auto change = owner_change_text(claim, self); !change.empty()) console.note(change);
}

Result<int> run_stamp(const Options& options, World& world, const CommonOptions& common) {
  if (auto fits = check_paper(options.sql, options.targets, common); !fits)
    return fail(std::move(fits.error()));
  const auto opened = open_project(world, common, ReadDepth::Whole);
  if (!opened) return fail(opened.error());
  if (options.sql) return print_offline_stamp(*opened, options.targets, options.purge, world.console);
  const auto session = open_database(world, *opened, options.session);
  if (!session) return fail(session.error());
  const auto state = read_to_change(world, *session);
  if (!state) return fail(state.error());
  const auto plan = plan_stamp(opened->graph, state->version_rows, options.targets, options.purge);
  if (!plan) return fail(plan.error());
  LockWait progress(world.console);
  const auto stamped = session->migrator->stamp(opened->graph, {plan->rows_before, plan->row_changes},
                                                progress, world.stop, world.cancel);
  if (!stamped) return fail(stamped.error());
  tell_stamped(world.console, *plan, *stamped, session->settings.self, common.json);
  return kFine;
}

}  // namespace

void add_stamp(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  options->session.command = "athanor stamp";
  CLI::App& command = table.add(
      "stamp", "Say where the database stands without running anything", CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_stamp(*options, world, common); });
  command
      .add_option("revisions", options->targets,
                  "Ids or their beginnings, head, heads, label@head, or base; with --sql also FROM:TO")
      ->type_name("REVISION")
      ->required();
  command.add_flag("--purge", options->purge, "Forget whatever the version table holds first");
  command.add_flag("--sql", options->sql, "Print the SQL in place of running it; no database is asked");
  add_take_over(command, options->session);
  command.footer(
      "Moves the version table, as for a database that was brought there by other means. A branch that the "
      "revisions "
      "aren't on stays where it is.\n\n"
      "  athanor stamp head                       this database has everything\n"
      "  athanor stamp base                       it has nothing\n"
      "  athanor stamp --purge 3f2a               whatever stands there goes first, ids without a file too");
}

}  // namespace athanor::cli
