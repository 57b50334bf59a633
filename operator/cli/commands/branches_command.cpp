#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/revision_text.hpp"
#include "core/revision_range.hpp"

namespace athanor::cli {
namespace {

void print_branch_point(Console& console, const RevisionGraph& graph, RevisionGraph::Index point,
                        bool verbose) {
  console.line(verbose ? revision_entry(graph, point) : revision_line(graph, point, {.labels = true}));
  const std::string indent(graph.at(point).id.size(), ' ');
  for (const auto child : graph.children(point)) {
    console.line(indent + " -> " + revision_line(graph, child, {.labels = true, .message = verbose}));
  }
  console.line("");
}

Result<int> run_branches(bool verbose, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  const RevisionGraph& graph = opened->graph;
  auto listed = nlohmann::ordered_json::array();
  for (const auto point : branch_points(graph)) {
    if (!common.json) {
      print_branch_point(world.console, graph, point, verbose);
      continue;
    }
    auto entry = revision_json(graph, point);
    entry["branches"] = nlohmann::ordered_json::array();
    for (const auto child : graph.children(point)) entry["branches"].push_back(revision_json(graph, child));
    listed.push_back(std::move(entry));
  }
  if (common.json) world.console.line(json_text(listed));
  return kFine;
}

}  // namespace

void add_branches(CommandTable& table) {
  const auto verbose = std::make_shared<bool>(false);
  CLI::App& command = table.add(
      "branches", "Show the revisions that several others follow", CommandTable::Takes::Project,
      [verbose](World& world, const CommonOptions& common) { return run_branches(*verbose, world, common); });
  command.add_flag("-v,--verbose", *verbose, "Show each with its parents, path and message");
  command.footer(
      "Under each branch point stand the revisions that follow it.\n"
      "\n"
      "Example:\n"
      "  athanor branches --verbose");
}

}  // namespace athanor::cli
