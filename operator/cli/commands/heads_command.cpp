#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/revision_text.hpp"

namespace athanor::cli {
namespace {

struct Options {
  bool verbose = false;
  bool resolve_dependencies = false;
};

Result<int> run_heads(const Options& options, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  const RevisionGraph& graph = opened->graph;
  auto listed = nlohmann::ordered_json::array();
  for (const std::string& id : options.resolve_dependencies ? graph.effective_heads() : graph.heads()) {
    const auto index = *graph.find(id);
    if (common.json) {
      listed.push_back(revision_json(graph, index));
    } else {
      world.console.line(options.verbose ? revision_entry(graph, index)
                                         : revision_line(graph, index, {.labels = true, .tree = false}));
    }
  }
  if (common.json) world.console.line(json_text(listed));
  return kFine;
}

}  // namespace

void add_heads(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "heads", "Show the revisions that nothing follows", CommandTable::Takes::Project,
      [options](World& world, const CommonOptions& common) { return run_heads(*options, world, common); });
  command.add_flag("-v,--verbose", options->verbose, "Show each with its parents, path and message");
  command.add_flag("--resolve-dependencies", options->resolve_dependencies,
                   "Leave out a head that another revision depends on");
  command.footer(
      "Several heads are branches that no merge has joined yet.\n"
      "\n"
      "Examples:\n"
      "  athanor heads\n"
      "  athanor -n staging heads --json");
}

}  // namespace athanor::cli
