#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/failure.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/migration.hpp"
#include "cli/commands/planned_step.hpp"
#include "cli/terminal/progress_bar.hpp"

namespace athanor::cli {
namespace {

struct Options {
  MigrationOptions migration;
  bool downgrade = false;
};

std::string how_it_runs(const PlannedStep& step) {
  std::string how = step.revision->source;
  if (step.revision->transaction == TransactionMode::Off)
    how += ", statement by statement (transaction: off)";
  if (step.done) {
    how +=
        fmt::format("; begun before, and {} of {} statements are done", *step.done, step.statements.size());
  }
  return how;
}

std::string indented(std::string_view text) {
  std::string out = "    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

void print_statement(Console& console, const JudgedStatement& judged, bool done) {
  if (done) {
    console.line(console.paint(Colour::Dim, indented("(done) " + judged.statement.text) + ";"));
    return;
  }
  console.line(indented(judged.statement.text) + (judged.statement.text.ends_with(';') ? "" : ";"));
  if (judged.destroys) {
    console.line(console.paint(
        Colour::Red, fmt::format("    ^ DESTRUCTIVE, line {}: {}", judged.statement.line, *judged.destroys)));
  }
}

void print_step(Console& console, const PlannedStep& step) {
  const bool up = step.direction == Direction::Upgrade;
  std::string head =
      fmt::format("{} {}, {}", up ? "upgrade" : "downgrade", step.revision->id, step.revision->message);
  if (step.last_time) head += fmt::format(" (took {} last time)", duration_text(*step.last_time));
  console.line(console.paint(Colour::Bold, head));
  console.line(console.paint(Colour::Dim, "  " + how_it_runs(step)));
  for (std::size_t at = 0; at < step.statements.size(); ++at) {
    if (at == step.done) {
      console.line(console.paint(
          Colour::Yellow, step.in_doubt ? "    > goes on here, once it is found out whether this one is in:"
                                        : "    > goes on here:"));
    }
    print_statement(console, step.statements[at], at < step.done.value_or(0));
  }
  if (step.refused) {
    console.line(console.paint(Colour::Red, "    REFUSED: " + step.refused->message));
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
  if (step.done) told["statementsDone"] = *step.done;
  if (step.refused) told["refused"] = {{"reason", step.refused->reason}, {"message", step.refused->message}};
  told["statements"] = nlohmann::ordered_json::array();
  for (const JudgedStatement& judged : step.statements) {
    nlohmann::ordered_json statement{{"line", judged.statement.line}, {"sql", judged.statement.text}};
    if (told["statements"].size() < step.done.value_or(0)) statement["done"] = true;
    if (judged.destroys) statement["destroys"] = *judged.destroys;
    told["statements"].push_back(std::move(statement));
  }
  return told;
}

void print_plan(World& world, const std::vector<PlannedStep>& steps, const Plan& plan, bool json) {
  std::size_t destructive = 0;
  for (const PlannedStep& step : steps) destructive += step.destructive();
  if (json) {
    auto listed = nlohmann::ordered_json::array();
    for (const PlannedStep& step : steps) listed.push_back(step_json(step));
    world.console.line(json_text(
        {{"current", plan.rows_before}, {"steps", listed}, {"destructiveStatements", destructive}}));
    return;
  }
  for (const PlannedStep& step : steps) print_step(world.console, step);
  const auto refused =
      std::ranges::find_if(steps, [](const PlannedStep& step) { return step.refused.has_value(); });
  std::string summary =
      steps.empty() ? "Nothing to do."
                    : fmt::format("{} revision(s), {} destructive statement(s).", steps.size(), destructive);
  if (refused != steps.end()) summary += fmt::format(" The run would stop at {}.", refused->revision->id);
  world.console.line(steps.empty() ? summary : summary + " Nothing was changed.");
}

Result<int> run_plan(const Options& options, World& world, const CommonOptions& common) {
  if (options.downgrade && options.migration.target.empty()) {
    return fail(wrong_usage(
        "--downgrade needs a target, as downgrade does: athanor plan --downgrade -1 for the latest "
        "revision, base for all of them"));
  }
  const std::string written = options.migration.target.empty() ? "heads" : options.migration.target;
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
  const auto target = target_of(graph, direction, state->version_rows, written, command);
  if (!target) return fail(target.error());
  const auto plan =
      plan_migration(graph, *state, session->settings, direction, *target, options.migration.edited);
  if (!plan) return fail(plan.error());
  const auto dialect = is_on_sqlite(opened->project) ? ports::Dialect::Sqlite : ports::Dialect::PostgreSql;
  std::vector<PlannedStep> steps;
  for (const PlanStep& step : plan->steps) steps.push_back(look_at_step(graph, step, *state, dialect));
  print_plan(world, steps, *plan, common.json);
  return kFine;
}

}  // namespace

void add_plan(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  options->migration.session.command = "athanor plan";
  CLI::App& command = table.add(
      "plan", "Show what upgrade would do, statement by statement, and what that destroys",
      CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_plan(*options, world, common); });
  command
      .add_option("revision", options->migration.target, "As for upgrade (default heads), or for downgrade")
      ->type_name("TARGET");
  command.add_flag("--downgrade", options->downgrade, "Show what downgrade would do to reach the target");
  add_migration_options(command, options->migration);
  command.footer(
      "Reads the database and changes nothing; shows what is done of a revision that was interrupted, and "
      "what "
      "would be refused.\n\n"
      "  athanor plan                             what upgrade heads would do\n"
      "  athanor plan +1 --json                   the next revision, for a script\n"
      "  athanor plan --downgrade -1              what undoing the latest would do");
}

}  // namespace athanor::cli
