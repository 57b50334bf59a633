#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/database_session.hpp"
#include "cli/commands/failure.hpp"
#include "cli/commands/history_html.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/revision_text.hpp"
#include "cli/terminal/graph_drawing.hpp"
#include "cli/terminal/history_graph.hpp"
#include "core/revision_range.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

using Index = RevisionGraph::Index;

struct Options {
  std::string range;
  bool verbose = false;
  bool indicate_current = false;
  bool graph = false;
  std::string html;
};

/// Whether the database has to be asked where it is.
bool needs_rows(const Options& options) {
  return options.indicate_current || options.range.starts_with("current:") ||
         options.range.ends_with(":current");
}

Result<std::vector<std::string>> rows_of(World& world, const Project& project) {
  const auto session = open_database(world, project, {.command = "athanor history"});
  if (!session) return fail(session.error());
  return read_database(world, *session).map([](const DatabaseState& state) { return state.version_rows; });
}

std::string line_of(const RevisionGraph& graph, Index index, bool is_current, bool parents) {
  return revision_line(graph, index,
                       {.parents = parents,
                        .labels = true,
                        .message = true,
                        .is_current = is_current,
                        .depends_on = !parents});
}

/// The first line beside the node, the others beside the lanes below it.
void print_node(Console& console, const DrawnLine& drawn, std::string_view text, bool is_current) {
  const std::string* lanes = &drawn.lanes;
  for (const std::string_view line : lines_of(text)) {
    const std::string shown(line);
    console.line(
        trim_end(fmt::format("{} {}", *lanes, is_current ? console.paint(Colour::Green, shown) : shown)));
    lanes = &drawn.below;
  }
}

void print_graph(Console& console, const RevisionGraph& graph, const std::vector<Index>& shown,
                 const std::vector<bool>& is_current, bool verbose) {
  for (const DrawnLine& drawn : draw_graph(history_graph(graph, shown))) {
    if (drawn.node >= shown.size()) {
      console.line(drawn.lanes);
      continue;
    }
    const Index index = shown[drawn.node];
    print_node(console, drawn,
               verbose ? revision_entry(graph, index, is_current[drawn.node]) + "\n"
                       : line_of(graph, index, is_current[drawn.node], false),
               is_current[drawn.node]);
  }
}

Result<int> run_html(const Options& options, World& world, const CommonOptions& common) {
  if (!options.range.empty())
    return fail(wrong_usage("--html shows the whole history of every environment: leave -r out"));
  auto written = write_history_page(world, common, options.html);
  if (!written) return fail(std::move(written.error()));
  if (!common.json) world.console.note("Written: " + options.html);
  if (common.json) world.console.line(json_text({{"html", options.html}}));
  return kFine;
}

Result<int> run_history(const Options& options, World& world, const CommonOptions& common) {
  if (!options.html.empty()) return run_html(options, world, common);
  const auto opened = open_project(world, common, ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  const RevisionGraph& graph = opened->graph;
  const auto rows = needs_rows(options) ? rows_of(world, opened->project) : std::vector<std::string>();
  if (!rows) return fail(rows.error());
  const auto shown =
      options.range.empty() ? whole_history(graph) : revision_range(graph, *rows, options.range);
  if (!shown) return fail(shown.error());
  std::vector<bool> is_current;
  for (const Index index : *shown) {
    is_current.push_back(options.indicate_current && std::ranges::binary_search(*rows, graph.at(index).id));
  }
  if (options.graph && !common.json) {
    print_graph(world.console, graph, *shown, is_current, options.verbose);
    return kFine;
  }
  auto listed = nlohmann::ordered_json::array();
  for (std::size_t at = 0; at < shown->size(); ++at) {
    const Index index = (*shown)[at];
    if (common.json) {
      listed.push_back(revision_json(graph, index));
      if (options.indicate_current) listed.back()["current"] = static_cast<bool>(is_current[at]);
    } else {
      world.console.line(options.verbose ? revision_entry(graph, index, is_current[at])
                                         : line_of(graph, index, is_current[at], true));
    }
  }
  if (common.json) world.console.line(json_text(listed));
  return kFine;
}

}  // namespace

void add_history(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "history", "List the revisions, the newest first", CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_history(*options, world, common); });
  command
      .add_option("-r,--rev-range", options->range,
                  "Only those from one to another: a:b, a:, :b, -3:, current:, :current, base:label@head")
      ->type_name("FROM:TO")
      ->check(
          [](const std::string& range) {
            return range.find(':') != std::string::npos
                       ? std::string()
                       : fmt::format("\"{}\" is no range; write FROM:TO, FROM: or :TO", range);
          },
          "");
  command.add_flag("-i,--indicate-current", options->indicate_current, "Mark where the database stands");
  command.add_flag("-v,--verbose", options->verbose, "Show each with its parents, path and message");
  command.add_flag("--graph", options->graph,
                   "Draw the branches beside the revisions; o is a base, and * any other");
  command
      .add_option("--html", options->html,
                  "Write a page for a browser instead: the history of every environment of the ini file, and "
                  "where its database stands")
      ->type_name("FILE");
  command.footer(
      "Prints the lines that alembic history prints.\n\n"
      "  athanor history --graph -i               with branches drawn, and where the database stands\n"
      "  athanor history -r current:              what is pending, and where it goes on from\n"
      "  athanor history --html history.html      all environments on a page, which needs no network\n"
      "  athanor history -r -3:                   the last ones\n"
      "  athanor history -r 3f2a:8e1d --verbose   two revisions and what lies between");
}

}  // namespace athanor::cli
