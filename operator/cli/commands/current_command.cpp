#include <algorithm>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/database_session.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/revision_text.hpp"
#include "core/history_check.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

struct Options {
  bool verbose = false;
  bool check_heads = false;
};

void print_row(World& world, const RevisionGraph& graph, const std::string& row, const Options& options) {
  const auto index = graph.find(row);
  if (!index) {
    world.console.line(row + " (not among the revision files)");
  } else if (options.verbose) {
    world.console.line(revision_entry(graph, *index));
  } else {
    world.console.line(revision_line(graph, *index, {}));
  }
}

nlohmann::ordered_json row_json(const RevisionGraph& graph, const std::string& row,
                                const DatabaseState& state) {
  const auto index = graph.find(row);
  auto entry =
      index ? revision_json(graph, *index) : nlohmann::ordered_json{{"revision", row}, {"unknown", true}};
  if (const auto act = state.applied.find(row); act != state.applied.end()) {
    entry["appliedAt"] = act->second.at;
    entry["durationMs"] = act->second.duration_ms;
  }
  return entry;
}

/// The version table tells nothing of a revision that stands half done.
void tell_half_done(Console& console, const RevisionGraph& graph, const DatabaseState& state) {
  const auto run = unfinished_run(graph, state);
  if (!run) return;
  const bool up = run->direction == Direction::Upgrade;
  const bool one = run->statements_done == 1;
  console.note(fmt::format(
      "The {} of {} was begun and is not finished: {} of its statements {} done. athanor plan{} shows where "
      "it goes on.",
      up ? "upgrade" : "downgrade", run->revision, run->statements_done, one ? "is" : "are",
      up ? "" : " --downgrade -1"));
}

/// --check-heads: is the database where all of the files lead to?
int compare_with_heads(World& world, const RevisionGraph& graph, const DatabaseState& state, bool json) {
  if (state.version_rows == graph.effective_heads()) return kFine;
  const auto heads = graph.effective_heads();
  const auto unknown = unknown_rows(graph, state.version_rows);
  if (!json && !heads.empty() && !unknown.empty()) {
    world.console.note(unknown_revision(state, unknown, Audience::CommandLine).message);
  } else if (!json) {
    world.console.note(
        heads.empty()
            ? "There are no revision files, and so no head, while the database is at " +
                  join_words(state.version_rows) +
                  ". Add the files that it was made with, or name the section that has them with -n SECTION."
            : fmt::format("The database is not at the head{} {}. Run: athanor upgrade heads",
                          heads.size() == 1 ? "" : "s", join_words(heads)));
  }
  return kDifference;
}

Result<int> run_current(const Options& options, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  const auto session = open_database(world, opened->project, {.command = "athanor current"});
  if (!session) return fail(session.error());
  const auto state = read_database(world, *session);
  if (!state) return fail(state.error());
  const RevisionGraph& graph = opened->graph;
  auto listed = nlohmann::ordered_json::array();
  if (options.verbose && !common.json) {
    world.console.line(fmt::format("Current revision(s) of [{}]:", opened->project.section));
  }
  for (const std::string& row : state->version_rows) {
    if (common.json) {
      listed.push_back(row_json(graph, row, *state));
    } else {
      print_row(world, graph, row, options);
    }
  }
  if (common.json) world.console.line(json_text(listed));
  tell_half_done(world.console, graph, *state);
  return options.check_heads ? compare_with_heads(world, graph, *state, common.json) : kFine;
}

}  // namespace

void add_current(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "current", "Show where the database stands", CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_current(*options, world, common); });
  command.add_flag("-v,--verbose", options->verbose, "Show each revision with its parents, path and message");
  command.add_flag("--check-heads", options->check_heads,
                   "Exit with code 3 unless the database is at the head(s) of the revision files");
  command.footer(
      "Reads the version table and never creates it; prints nothing for a database without one.\n"
      "\n"
      "Examples:\n"
      "  athanor -n staging current --verbose\n"
      "  athanor current --check-heads || athanor upgrade heads");
}

}  // namespace athanor::cli
