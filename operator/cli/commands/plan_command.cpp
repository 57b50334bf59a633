#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/sqlite/sqlite_script.hpp"
#include "api/database_url.hpp"
#include "cli/commands/all_commands.hpp"
#include "cli/commands/failure.hpp"
#include "cli/commands/migration.hpp"
#include "cli/terminal/progress_bar.hpp"
#include "core/destructive.hpp"
#include "core/sql_script.hpp"

namespace athanor::cli {
namespace {

struct Options {
  MigrationOptions migration;
  bool downgrade = false;
};

/// A statement of the plan, and what it destroys.
struct PlannedStatement {
  Statement statement;
  std::optional<std::string> destroys;
};

struct PlannedStep {
  const Revision* revision = nullptr;
  Direction direction = Direction::Upgrade;
  std::vector<PlannedStatement> statements;
  std::optional<std::chrono::milliseconds> last_time;  ///< how long it took when it was run before, if it was
};

Result<PlannedStep> look_at(const RevisionGraph& graph, const PlanStep& step, const DatabaseState& state,
                            bool sqlite) {
  PlannedStep planned;
  planned.revision = &graph.at(*graph.find(step.revision));
  planned.direction = step.direction;
  const bool up = step.direction == Direction::Upgrade;
  const SqlSection& section = up ? planned.revision->upgrade : *planned.revision->downgrade;
  auto statements = sqlite ? sqlite::split_script(section.sql, section.first_line)
                           : split_postgres(section.sql, section.first_line);
  if (!statements) return fail(std::move(statements.error()));
  for (Statement& statement : *statements) {
    auto destroys = destructive_effect(statement);
    planned.statements.push_back({std::move(statement), std::move(destroys)});
  }
  const ActKind kind = up ? ActKind::Upgrade : ActKind::Downgrade;
  const auto before = std::ranges::find_if(
      state.latest, [&](const PastAct& act) { return act.kind == kind && act.revision == step.revision; });
  if (before != state.latest.end()) planned.last_time = std::chrono::milliseconds(before->duration_ms);
  return planned;
}

std::string indented(std::string_view text) {
  std::string out = "    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

void print_step(Console& console, const PlannedStep& step) {
  const bool up = step.direction == Direction::Upgrade;
  std::string head =
      fmt::format("{} {}, {}", up ? "upgrade" : "downgrade", step.revision->id, step.revision->message);
  if (step.last_time) head += fmt::format(" (took {} last time)", duration_text(*step.last_time));
  console.line(console.paint(Colour::Bold, head));
  console.line(console.paint(Colour::Dim, fmt::format("  {}{}", step.revision->source,
                                                      step.revision->transaction == TransactionMode::Off
                                                          ? ", statement by statement (transaction: off)"
                                                          : "")));
  for (const PlannedStatement& planned : step.statements) {
    console.line(indented(planned.statement.text) + ";");
    if (planned.destroys) {
      console.line(console.paint(Colour::Red, fmt::format("    ^ DESTRUCTIVE, line {}: {}",
                                                          planned.statement.line, *planned.destroys)));
    }
  }
  console.line("");
}

nlohmann::ordered_json step_json(const PlannedStep& step) {
  nlohmann::ordered_json told{{"revision", step.revision->id},
                              {"direction", step.direction == Direction::Upgrade ? "upgrade" : "downgrade"},
                              {"message", step.revision->message},
                              {"path", step.revision->source},
                              {"transaction", step.revision->transaction == TransactionMode::On}};
  if (step.last_time) told["lastDurationMs"] = step.last_time->count();
  told["statements"] = nlohmann::ordered_json::array();
  for (const PlannedStatement& planned : step.statements) {
    nlohmann::ordered_json statement{{"line", planned.statement.line}, {"sql", planned.statement.text}};
    if (planned.destroys) statement["destroys"] = *planned.destroys;
    told["statements"].push_back(std::move(statement));
  }
  return told;
}

void print_plan(World& world, const std::vector<PlannedStep>& steps, const Plan& plan, bool json) {
  std::size_t destructive = 0;
  for (const PlannedStep& step : steps) {
    destructive += static_cast<std::size_t>(std::ranges::count_if(
        step.statements, [](const auto& planned) { return planned.destroys.has_value(); }));
  }
  if (json) {
    auto listed = nlohmann::ordered_json::array();
    for (const PlannedStep& step : steps) listed.push_back(step_json(step));
    world.console.line(nlohmann::ordered_json{
        {"current", plan.rows_before}, {"steps", listed}, {"destructiveStatements", destructive}}
                           .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return;
  }
  for (const PlannedStep& step : steps) print_step(world.console, step);
  world.console.line(steps.empty()
                         ? "Nothing to do."
                         : fmt::format("{} revision(s), {} destructive statement(s). Nothing was changed.",
                                       steps.size(), destructive));
}

Result<int> run_plan(const Options& options, World& world, const CommonOptions& common) {
  const std::string& written = options.migration.target;
  if (written.find(':') != std::string::npos) {
    return fail(wrong_usage(fmt::format(
        "\"{}\" is a range, and the database itself says where it is: write the target alone", written)));
  }
  const auto opened = open_project(world, common, ReadDepth::Whole);
  if (!opened) return fail(opened.error());
  const RevisionGraph& graph = opened->graph;
  const auto session = open_database(world, opened->project, options.migration.session);
  if (!session) return fail(session.error());
  const auto state = read_database(world, *session);
  if (!state) return fail(state.error());
  const Direction direction = options.downgrade ? Direction::Downgrade : Direction::Upgrade;
  const std::string command = options.migration.session.command + (options.downgrade ? " --downgrade" : "");
  const auto target = target_of(graph, direction, state->version_rows, options.migration.target, command);
  if (!target) return fail(target.error());
  const auto plan =
      plan_migration(graph, *state, session->settings, direction, *target, options.migration.edited);
  if (!plan) return fail(plan.error());
  const bool sqlite = api::database_scheme(*opened->project.url) == api::DatabaseScheme::Sqlite;
  std::vector<PlannedStep> steps;
  for (const PlanStep& step : plan->steps) {
    auto planned = look_at(graph, step, *state, sqlite);
    if (!planned) return fail(std::move(planned.error()));
    steps.push_back(std::move(*planned));
  }
  print_plan(world, steps, *plan, common.json);
  return kFine;
}

}  // namespace

void add_plan(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  options->migration.session.command = "athanor plan";
  options->migration.target = "heads";
  CLI::App& command = table.add(
      "plan", "Show what upgrade would do, statement by statement, and what that destroys",
      CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_plan(*options, world, common); });
  command.add_option("revision", options->migration.target, "As for upgrade (default heads)")
      ->type_name("TARGET");
  command.add_flag("--downgrade", options->downgrade, "Show what downgrade would do to reach the target");
  add_migration_options(command, options->migration);
  command.footer(
      "Reads the database and changes nothing.\n\n"
      "  athanor plan                             what upgrade heads would do\n"
      "  athanor plan +1 --json                   the next revision, for a script\n"
      "  athanor plan --downgrade -1              what undoing the latest would do");
}

}  // namespace athanor::cli
