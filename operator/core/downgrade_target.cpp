#include "core/downgrade_target.hpp"

#include <algorithm>

#include "core/revision_walk.hpp"
#include "core/target_advice.hpp"
#include "core/target_expression.hpp"
#include "core/traversal.hpp"
#include "core/upgrade_target.hpp"
#include "core/version_rows.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::Terminal, "InvalidTarget", std::move(message));
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

/// How a downgrade is told to go back to a place that steps can mean: one that undoes what they would.
/// @param branch the branch that the steps are counted on; "" for none
/// @return "" where there is none, or it would be refused
std::string name_of_place(const RevisionGraph& graph, const std::vector<std::string>& rows, Place place,
                          const Target& meant, const std::string& branch) {
  Target target = meant;
  target.is_base = !place;
  target.revisions.clear();
  if (place) target.revisions = {graph.at(*place).id};
  const auto wanted = plan_downgrade(graph, rows, target);
  if (!wanted) return "";
  const std::string plain = place ? graph.at(*place).id : "base";
  for (const std::string& name : {plain, branch + "@" + plain}) {
    const auto resolved = resolve_downgrade_target(graph, rows, name, {});
    if (resolved && plan_downgrade(graph, rows, *resolved) == wanted) return name;
  }
  return "";
}

tl::unexpected<Error> several_lines(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                    const std::vector<Index>& ends, const Walk& walk, int steps) {
  std::vector<std::string> choices;
  int furthest = 0;
  const std::vector<std::string> names = branch_names(graph, ends);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const Reach reach = reach_down(graph, {ends[i]}, steps, walk.at_the_end);
    furthest = std::max(furthest, reach.steps);
    if (reach.steps < steps) continue;
    const std::string counted = names[i] + "@-" + std::to_string(steps);
    if (walk.command.takes(counted)) {
      choices.push_back(counted);
      continue;
    }
    Target meant;
    meant.branch = graph.at(ends[i]).id;
    for (const Place place : reach.places) {
      std::string name = name_of_place(graph, rows, place, meant, names[i]);
      if (!name.empty()) choices.push_back(std::move(name));
    }
  }
  const std::string why = "The target " + quoted(walk.expression) + " is ambiguous: the database is at " +
                          join_words(ids_of(graph, ends));
  if (furthest == steps) {
    return fail(ErrorKind::Terminal, "AmbiguousTarget",
                why + "." + offer("Choose which of them to undo", walk.command, choices));
  }
  return fail(ErrorKind::Terminal, "AmbiguousTarget",
              why + ", and none of them has as many below it: the longest line has " +
                  std::to_string(furthest) + "." + offer("To undo everything", walk.command, {"base"}));
}

/// Where `-N` counts from.
/// @param branch null: the whole database
Result<Index> start_of(const RevisionGraph& graph, const std::vector<std::string>& rows,
                       const Members* branch, const Walk& walk, int steps) {
  const auto nodes = find_rows(graph, rows);
  if (!nodes) return fail(nodes.error());
  std::vector<Index> starts = *nodes;
  if (branch != nullptr) {
    const auto elsewhere = [branch](Index node) { return !(*branch)[node]; };
    std::erase_if(starts, elsewhere);
    // A branch that another depends on has no row of its own.
    if (starts.empty()) starts = applied_heads(graph, ancestors_of(graph, *nodes, Along::Needs));
    std::erase_if(starts, elsewhere);
  }
  if (starts.size() == 1) return starts.front();
  if (starts.size() > 1) return several_lines(graph, rows, starts, walk, steps);
  return invalid("The target " + quoted(walk.expression) + " cannot be gone back to: " +
                 (branch == nullptr ? "nothing is applied." : "nothing of that branch is applied.") +
                 " athanor current shows what is.");
}

tl::unexpected<Error> not_below(const RevisionGraph& graph, const std::vector<std::string>& rows, int steps,
                                const Walk& walk) {
  const auto goes_up = [&](const std::string& target) {
    return resolve_upgrade_target(graph, rows, target, {}).has_value();
  };
  return invalid(
      "The target " + quoted(walk.expression) + " does not lie below the database." +
      (steps > 0 ? offer("To go up", {other_direction(walk.command), goes_up}, {std::string(walk.expression)})
                 : offer("To go down", walk.command, {"-1"})));
}

Result<Target> resolve_steps(const RevisionGraph& graph, const std::vector<std::string>& rows,
                             const TargetExpression& parts, const Walk& walk) {
  const auto& [command, expression, at_the_end, name] = walk;
  const int steps = *parts.steps;
  if (parts.symbol.empty() && steps >= 0) return not_below(graph, rows, steps, walk);
  Members branch;
  Target target;
  if (!parts.label.empty()) {
    const auto named = find_branch_for(graph, parts.label, expression, command);
    if (!named) return fail(named.error());
    branch = lineage_of(graph, *named);
    target.branch = graph.at(*named).id;
  }
  const Members* within = parts.label.empty() ? nullptr : &branch;
  Result<Place> start;
  if (parts.symbol.empty()) {
    const auto row = start_of(graph, rows, within, walk, -steps);
    if (!row) return fail(row.error());
    if (target.branch.empty()) target.branch = graph.at(*row).id;
    start = *row;
  } else {
    start = place_of(graph, parts.start(), with_suffix(command, parts.suffix()));
  }
  if (!start) return fail(start.error());
  Walk on = walk;
  const std::string counted_on = !parts.label.empty() ? parts.label : target.branch;
  on.name = [&](Place place) { return name_of_place(graph, rows, place, target, counted_on); };
  const auto end =
      steps >= 0 ? walk_up(graph, *start, steps, within, on) : walk_down(graph, *start, -steps, on);
  if (!end) return fail(end.error());
  target.is_base = !*end;
  if (*end) target.revisions = {graph.at(**end).id};
  return target;
}

/// The target without its steps resolved: one revision or base.
Result<Target> resolve_absolute(const RevisionGraph& graph, std::string_view expression,
                                const TypedCommand& command) {
  auto target = resolve_target(graph, expression, command);
  if (!target || target->is_base || target->revisions.size() == 1) return target;
  return fail(ErrorKind::Terminal, "MultipleHeads",
              "A downgrade goes back to one revision or to base, and " + quoted(expression) + " means " +
                  join_words(target->revisions) + "." +
                  offer("Choose one", command, names_of_heads(graph, target->revisions)));
}

/// A target that leaves the database as it is although the database is not at it.
Result<Target> with_something_above(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                    Target target, const TypedCommand& command) {
  const auto plan = plan_downgrade(graph, rows, target);
  if (!plan) return plan.error().reason == "Irreversible" ? Result<Target>(target) : fail(plan.error());
  if (!plan->empty() || target.is_base) return target;
  const std::string& id = target.revisions.front();
  if (std::find(rows.begin(), rows.end(), id) != rows.end()) return target;
  std::vector<std::string> choices;
  for (const std::string& row : plan->rows_before) choices.push_back(row + "@-1");
  return invalid("Nothing that comes after revision " + id +
                 (target.branch.empty() ? "" : " on that branch") +
                 " is applied, so there is nothing to undo. The database is at " + join_words(rows) + "." +
                 offer("To undo one of these", command, choices));
}

}  // namespace

Result<Target> resolve_downgrade_target(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                        std::string_view expression, const TypedCommand& typed) {
  const auto parts = parse_target(graph, expression);
  if (!parts) return fail(parts.error());
  TypedCommand command = typed;
  if (!command.empty() && !command.would_do) {
    command.would_do = [&graph, &rows](const std::string& target) {
      return resolve_downgrade_target(graph, rows, target, {}).has_value();
    };
  }
  auto target = parts->steps ? resolve_steps(graph, rows, *parts, {command, expression})
                             : resolve_absolute(graph, expression, command);
  if (!target) return target;
  return with_something_above(graph, rows, std::move(*target), command);
}

}  // namespace athanor
