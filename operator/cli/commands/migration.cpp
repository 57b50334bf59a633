#include "cli/commands/migration.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/json_text.hpp"
#include "cli/commands/lock_wait.hpp"
#include "cli/commands/offline_sql.hpp"
#include "cli/commands/owner_change.hpp"
#include "cli/commands/project_dialect.hpp"
#include "cli/commands/run_progress.hpp"
#include "core/downgrade_target.hpp"
#include "core/history_check.hpp"
#include "core/upgrade_target.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

/// So often somebody else may be faster before it is told as a failure.
constexpr int kMostPlans = 20;

/// What was done in all, over several plans.
struct Done {
  std::vector<engine::AppliedStep> steps;
  std::chrono::milliseconds took{0};  ///< from the first plan to the last COMMIT, waiting included
  std::vector<std::string> rows;      ///< version rows at the end
  engine::Claim claim;                ///< how the run came by the database
};

void add_milliseconds(CLI::App& command, const std::string& flag, std::chrono::milliseconds& value,
                      const std::string& what) {
  command
      .add_option_function<std::uint32_t>(
          flag, [&value](std::uint32_t milliseconds) { value = std::chrono::milliseconds(milliseconds); },
          fmt::format("{} (default {})", what, value.count()))
      ->type_name("MILLISECONDS");
}

/// Plans and runs until the target is reached, something fails, or nothing is left to do.
Result<void> run_to(const Target& target, DatabaseState state, const RevisionGraph& graph,
                    const MigrationOptions& options, Direction direction, DatabaseSession& session,
                    World& world, Done& done) {
  for (int plans = 1;; ++plans) {
    done.rows = state.version_rows;
    const auto plan = plan_migration(graph, state, session.settings, direction, target, options.edited);
    if (!plan) return fail(plan.error());
    if (plan->empty()) return {};
    engine::Outcome outcome;
    {
      RunProgress progress(world.console, graph, world.clock);
      outcome = session.migrator->run(graph, *plan, progress, world.stop, world.cancel);
    }
    done.rows = std::move(outcome.rows);
    if (done.steps.empty()) done.claim = {outcome.ownership, std::move(outcome.previous_owner)};
    for (auto& step : outcome.applied) done.steps.push_back(std::move(step));
    if (!outcome.failure) return {};
    if (outcome.failure->kind != ErrorKind::Conflict || plans == kMostPlans) return fail(*outcome.failure);
    world.console.note("Somebody else has migrated this database meanwhile; looking again.");
    auto again = read_to_change(world, session);
    if (!again) return fail(std::move(again.error()));
    state = std::move(*again);
  }
}

std::string at_rows(const std::vector<std::string>& rows) {
  return rows.empty() ? "base (nothing is applied)" : join_words(rows, 20);
}

nlohmann::ordered_json done_json(const Done& done) {
  auto steps = nlohmann::ordered_json::array();
  for (const auto& step : done.steps) {
    steps.push_back({{"revision", step.revision},
                     {"direction", step.direction == Direction::Upgrade ? "upgrade" : "downgrade"},
                     {"at", step.at},
                     {"durationMs", step.recorded.count()}});
  }
  nlohmann::ordered_json told{{"steps", steps}, {"durationMs", done.took.count()}, {"current", done.rows}};
  if (done.claim.previous_owner) told["previousOwner"] = done.claim.previous_owner->short_name();
  return told;
}

std::string nothing_to_do(const Project& project, const RevisionGraph& graph, const Done& done) {
  std::string told = fmt::format("Nothing to do: the database is at {}.", at_rows(done.rows));
  if (graph.size() == 0) {
    told += fmt::format(" There are no revision files in {}.", project.version_locations.front().string());
  }
  return told;
}

void tell_done(Console& console, const ProjectGraph& project, const Done& done, const Owner& self,
               bool json) {
  if (json) return console.line(json_text(done_json(done)));
  console.note(done.steps.empty()
                   ? nothing_to_do(project.project, project.graph, done)
                   : fmt::format("{} revision(s) in {}; the database is at {}.", done.steps.size(),
                                 duration_text(done.took), at_rows(done.rows)));
  if (const auto change = owner_change_text(done.claim, self); !change.empty()) console.note(change);
}

/// --take-over is meant where nothing is left to run as well.
Result<void> take_over(DatabaseSession& session, World& world, Done& done) {
  LockWait progress(world.console);
  auto claim = session.migrator->claim(progress, world.stop, world.cancel);
  if (!claim) return fail(std::move(claim.error()));
  done.claim = std::move(*claim);
  return {};
}

Result<int> migrate(const MigrationOptions& options, Direction direction, const ProjectGraph& project,
                    World& world, const CommonOptions& common) {
  auto session = open_database(world, project, options.session);
  if (!session) return fail(std::move(session.error()));
  auto state = read_to_change(world, *session);
  if (!state) return fail(std::move(state.error()));
  if (auto owned = engine::check_owner(*state, session->settings); !owned)
    return fail(std::move(owned.error()));
  auto history = check_history(project.graph, *state, options.edited, Audience::CommandLine);
  if (!history) return fail(std::move(history.error()));
  // Once: a relative target would move on with every look.
  const auto target =
      target_of(project.graph, direction, state->version_rows, options.target, options.session.command);
  if (!target) return fail(target.error());
  const bool takes_over = engine::ownership_in(*state, session->settings) == engine::Ownership::TakenOver;
  Done done;
  const auto began = world.clock.now();
  auto ran = run_to(*target, std::move(*state), project.graph, options, direction, *session, world, done);
  if (ran && takes_over && done.steps.empty()) ran = take_over(*session, world, done);
  done.took = std::chrono::duration_cast<std::chrono::milliseconds>(world.clock.now() - began);
  if (ran || !done.steps.empty()) {
    tell_done(world.console, project, done, session->settings.self, common.json);
  }
  if (!ran) return fail(std::move(ran.error()));
  return kFine;
}

}  // namespace

void add_migration_options(CLI::App& command, MigrationOptions& options) {
  add_take_over(command, options.session);
  add_milliseconds(
      command, "--lock-timeout", options.session.lock_timeout,
      "How long a statement may wait for a lock of the application before the revision is rolled back "
      "and tried again");
  add_milliseconds(command, "--statement-timeout", options.session.statement_timeout,
                   "How long a statement may run; 0: as long as it takes");
  command.add_flag_callback(
      "--allow-edited", [&options] { options.edited = Policy::EditedRevision::Warn; },
      "Go on although an applied revision's file was changed since");
}

Result<Target> target_of(const RevisionGraph& graph, Direction direction,
                         const std::vector<std::string>& rows, const std::string& expression,
                         const TypedCommand& command) {
  return direction == Direction::Upgrade ? resolve_upgrade_target(graph, rows, expression, command)
                                         : resolve_downgrade_target(graph, rows, expression, command);
}

Result<Plan> plan_migration(const RevisionGraph& graph, const DatabaseState& state,
                            const engine::Settings& settings, Direction direction, const Target& target,
                            Policy::EditedRevision edited) {
  if (auto owned = engine::check_owner(state, settings); !owned) return fail(std::move(owned.error()));
  auto history = check_history(graph, state, edited, Audience::CommandLine);
  if (!history) return fail(std::move(history.error()));
  auto plan = direction == Direction::Upgrade ? plan_upgrade(graph, state.version_rows, target)
                                              : plan_downgrade(graph, state.version_rows, target);
  if (!plan) return plan;
  *plan = unfinished_first(graph, state, std::move(*plan));
  if (auto begins = check_unfinished(graph, state, *plan, Audience::CommandLine); !begins)
    return fail(std::move(begins.error()));
  return plan;
}

Result<int> run_migration(const MigrationOptions& options, Direction direction, World& world,
                          const CommonOptions& common) {
  if (auto fits = check_paper(options.sql, {options.target}, common); !fits)
    return fail(std::move(fits.error()));
  const auto opened = open_project(world, common, ReadDepth::Whole);
  if (!opened) return fail(opened.error());
  if (options.sql) {
    const ports::Dialect dialect = dialect_of({}, &opened->project, world, common);
    return print_offline(*opened, direction, options.target, dialect, world.console);
  }
  return migrate(options, direction, *opened, world, common);
}

}  // namespace athanor::cli
