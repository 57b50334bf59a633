#include "core/upgrade_target.hpp"

#include <algorithm>

#include "core/downgrade_target.hpp"
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
  const std::vector<Place> places(starts.begin(), starts.end());
  return fail(
      ErrorKind::Terminal, "AmbiguousTarget",
      "The target \"" + std::string(walk.expression) + "\" is ambiguous: the database is at " +
          join_words(ids_of(graph, starts)) +
          which_way(graph, reach_up(graph, places, steps, branch, walk.at_the_end), steps, "above", walk));
}

tl::unexpected<Error> not_above(const RevisionGraph& graph, const std::vector<std::string>& rows, int steps,
                                const Walk& walk) {
  const auto goes_down = [&](const std::string& target) {
    return resolve_downgrade_target(graph, rows, target, {}).has_value();
  };
  const std::string expression(walk.expression);
  return fail(ErrorKind::Terminal, "InvalidTarget",
              "The target \"" + expression + "\" does not lie above the database." +
                  (steps < 0 ? offer("To go down", {other_direction(walk.command), goes_down}, {expression})
                             : offer("To go up", walk.command, {"+1"})));
}

Result<Target> resolve_steps(const RevisionGraph& graph, const std::vector<std::string>& rows,
                             const TargetExpression& parts, const Walk& walk) {
  const auto& [command, expression, at_the_end, name] = walk;
  const int steps = *parts.steps;
  if (parts.symbol.empty() && steps <= 0) return not_above(graph, rows, steps, walk);
  Members branch;
  if (!parts.label.empty()) {
    const auto named = find_branch_for(graph, parts.label, expression, command);
    if (!named) return fail(named.error());
    branch = lineage_of(graph, *named);
  }
  const Members* within = parts.label.empty() ? nullptr : &branch;
  const auto start = parts.symbol.empty()
                         ? start_of(graph, rows, within, walk, steps)
                         : place_of(graph, parts.start(), with_suffix(command, parts.suffix()));
  if (!start) return fail(start.error());
  const auto end =
      steps > 0 ? walk_up(graph, *start, steps, within, walk) : walk_down(graph, *start, -steps, walk);
  if (!end) return fail(end.error());
  return at(graph, *end);
}

}  // namespace

Result<Target> resolve_upgrade_target(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                      std::string_view expression, const TypedCommand& typed) {
  const auto parts = parse_target(graph, expression);
  if (!parts) return fail(parts.error());
  TypedCommand command = typed;
  if (!command.empty() && !command.would_do) {
    command.would_do = [&graph, &rows](const std::string& target) {
      return resolve_upgrade_target(graph, rows, target, {}).has_value();
    };
  }
  if (parts->steps) {
    // Nothing is done to reach base.
    const auto name = [&graph](Place place) { return place ? graph.at(*place).id : std::string(); };
    return resolve_steps(graph, rows, *parts, {command, expression, AtTheEnd::Refuse, name});
  }
  if (graph.size() == 0 && (expression == "head" || expression == "heads")) {
    Target nothing;
    nothing.is_heads = true;
    return nothing;
  }
  return resolve_target(graph, expression, command);
}

}  // namespace athanor
