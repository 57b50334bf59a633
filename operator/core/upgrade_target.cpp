#include "core/upgrade_target.hpp"

#include <algorithm>

#include "core/revision_walk.hpp"
#include "core/target_advice.hpp"
#include "core/target_expression.hpp"
#include "core/version_rows.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

Target at(const RevisionGraph& graph, Place place) {
  Target target;
  target.is_base = !place;
  if (place) target.revisions = {graph.at(*place).id};
  return target;
}

/// What is applied of a branch and needed by nothing else of it that is: where the branch goes on.
std::vector<Index> ends_within(const RevisionGraph& graph, const Members& applied, const Members& branch) {
  std::vector<Index> active;
  for (Index node = 0; node < graph.size(); ++node) {
    if (applied[node] && branch[node]) active.push_back(node);
  }
  Members needed(graph.size(), false);
  for (const Index node : active) for_each_need(graph, node, [&needed](Index need) { needed[need] = true; });
  std::erase_if(active, [&needed](Index node) { return needed[node]; });
  return active;
}

/// Where `+N` counts from; none: from base.
Result<Place> start_of(const RevisionGraph& graph, const std::vector<std::string>& rows,
                       const Members* branch, const Walk& walk, int steps) {
  const auto nodes = find_rows(graph, rows);
  if (!nodes) return fail(nodes.error());
  std::vector<Index> starts = *nodes;
  if (branch != nullptr) {
    std::erase_if(starts, [branch](Index node) { return !(*branch)[node]; });
    if (starts.empty()) {
      starts = ends_within(graph, ancestors_of(graph, *nodes, Along::Needs), *branch);
    }
  }
  if (starts.empty()) return Place();
  if (starts.size() == 1) return Place(starts.front());
  std::vector<std::string> choices;
  for (const Index start : starts) choices.push_back(graph.at(start).id + "+" + std::to_string(steps));
  return fail(ErrorKind::Terminal, "AmbiguousTarget",
              "The target \"" + std::string(walk.expression) + "\" is ambiguous: the database is at " +
                  join_words(ids_of(graph, starts)) +
                  ". Choose one: " + any_of_commands(walk.command, choices) + ".");
}

Result<Target> resolve_steps(const RevisionGraph& graph, const std::vector<std::string>& rows,
                             const TargetExpression& parts, const Walk& walk) {
  const auto& [command, expression, at_the_end] = walk;
  const int steps = *parts.steps;
  if (parts.symbol.empty() && steps <= 0) {
    return fail(ErrorKind::Terminal, "InvalidTarget",
                "The target \"" + std::string(expression) + "\" lies not above the database." +
                    (steps < 0 ? " To go down: athanor downgrade " + std::string(expression) + "."
                               : " To go up: athanor upgrade +1."));
  }
  Members branch;
  if (!parts.label.empty()) {
    const auto named = find_branch_for(graph, parts.label, expression, command);
    if (!named) return fail(named.error());
    branch = lineage_of(graph, *named);
  }
  const Members* within = parts.label.empty() ? nullptr : &branch;
  const auto start = parts.symbol.empty() ? start_of(graph, rows, within, walk, steps)
                                          : place_of(graph, parts.start(), command);
  if (!start) return fail(start.error());
  const auto end =
      steps > 0 ? walk_up(graph, *start, steps, within, walk) : walk_down(graph, *start, -steps, walk);
  if (!end) return fail(end.error());
  return at(graph, *end);
}

}  // namespace

Result<Target> resolve_upgrade_target(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                      std::string_view expression, std::string_view command) {
  const auto parts = parse_target(graph, expression);
  if (!parts) return fail(parts.error());
  if (parts->steps) return resolve_steps(graph, rows, *parts, {command, expression});
  if (graph.size() == 0 && (expression == "head" || expression == "heads")) {
    Target nothing;
    nothing.is_heads = true;
    return nothing;
  }
  return resolve_target(graph, expression, command);
}

}  // namespace athanor
