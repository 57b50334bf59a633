#include "core/downgrade_target.hpp"

#include <algorithm>

#include "core/revision_walk.hpp"
#include "core/target_advice.hpp"
#include "core/target_expression.hpp"
#include "core/traversal.hpp"
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

tl::unexpected<Error> several_lines(const RevisionGraph& graph, const std::vector<Index>& ends,
                                    const Walk& walk, int steps) {
  std::vector<std::string> choices;
  for (const std::string& name : branch_names(graph, ends)) {
    choices.push_back(name + "@-" + std::to_string(steps));
  }
  return fail(ErrorKind::Terminal, "AmbiguousTarget",
              "The target " + quoted(walk.expression) + " is ambiguous: the database is at " +
                  join_words(ids_of(graph, ends)) +
                  ". Choose which of them to undo: " + any_of_commands(walk.command, choices) + ".");
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
  if (starts.size() > 1) return several_lines(graph, starts, walk, steps);
  return invalid("The target " + quoted(walk.expression) + " cannot be gone back to: " +
                 (branch == nullptr ? "nothing is applied." : "nothing of that branch is applied.") +
                 " athanor current shows what is.");
}

Result<Target> resolve_steps(const RevisionGraph& graph, const std::vector<std::string>& rows,
                             const TargetExpression& parts, const Walk& walk) {
  const auto& [command, expression, at_the_end] = walk;
  const int steps = *parts.steps;
  if (parts.symbol.empty() && steps >= 0) {
    return invalid("The target " + quoted(expression) + " lies not below the database." +
                   (steps > 0 ? " To go up: athanor upgrade " + std::string(expression) + "."
                              : " To go down: athanor downgrade -1."));
  }
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
    start = place_of(graph, parts.start(), command);
  }
  if (!start) return fail(start.error());
  const auto end =
      steps >= 0 ? walk_up(graph, *start, steps, within, walk) : walk_down(graph, *start, -steps, walk);
  if (!end) return fail(end.error());
  target.is_base = !*end;
  if (*end) target.revisions = {graph.at(**end).id};
  return target;
}

/// The target without its steps resolved: one revision or base.
Result<Target> resolve_absolute(const RevisionGraph& graph, std::string_view expression,
                                std::string_view command) {
  auto target = resolve_target(graph, expression, command);
  if (!target || target->is_base || target->revisions.size() == 1) return target;
  return fail(ErrorKind::Terminal, "MultipleHeads",
              "A downgrade goes back to one revision or to base, and " + quoted(expression) + " means " +
                  join_words(target->revisions) + ". Choose one: " +
                  any_of_commands(command, names_of_heads(graph, target->revisions)) + ".");
}

/// A target that leaves the database as it is although the database is not at it.
Result<Target> with_something_above(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                    Target target, std::string_view command) {
  const auto plan = plan_downgrade(graph, rows, target);
  if (!plan) return plan.error().reason == "Irreversible" ? Result<Target>(target) : fail(plan.error());
  if (!plan->empty() || target.is_base) return target;
  const std::string& id = target.revisions.front();
  if (std::find(rows.begin(), rows.end(), id) != rows.end()) return target;
  std::vector<std::string> choices;
  for (const std::string& row : plan->rows_before) choices.push_back(row + "@-1");
  return invalid("Nothing that comes after revision " + id +
                 (target.branch.empty() ? "" : " on that branch") +
                 " is applied, so there is nothing to undo. The database is at " + join_words(rows) +
                 "; to undo one of these: " + any_of_commands(command, choices) + ".");
}

}  // namespace

Result<Target> resolve_downgrade_target(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                        std::string_view expression, std::string_view command) {
  const auto parts = parse_target(graph, expression);
  if (!parts) return fail(parts.error());
  auto target = parts->steps ? resolve_steps(graph, rows, *parts, {command, expression})
                             : resolve_absolute(graph, expression, command);
  if (!target) return target;
  return with_something_above(graph, rows, std::move(*target), command);
}

}  // namespace athanor
