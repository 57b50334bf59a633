#include "core/traversal.hpp"

#include <algorithm>

#include "core/plan_order.hpp"
#include "core/reachability.hpp"
#include "core/version_rows.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

/// Where a plan starts.
struct Start {
  std::vector<Index> rows;
  Members applied;
};

/// Rows that stand in the table more than once, which takes a table without a primary key.
std::vector<std::string> rows_twice(std::vector<std::string> rows) {
  std::sort(rows.begin(), rows.end());
  std::vector<std::string> twice;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i] == rows[i - 1] && (twice.empty() || twice.back() != rows[i])) twice.push_back(rows[i]);
  }
  return twice;
}

Result<Start> start_from(const RevisionGraph& graph, const std::vector<std::string>& rows) {
  auto nodes = find_rows(graph, rows);
  if (!nodes) return fail(nodes.error());
  Members below = needed_by(graph, *nodes);
  std::vector<std::string> redundant = rows_twice(rows);
  for (const Index node : *nodes) {
    if (below[node]) redundant.push_back(graph.at(node).id);
  }
  if (!redundant.empty()) {
    return fail(ErrorKind::Terminal, "OverlappingVersionRows",
                "The version table holds " + join_words(redundant) +
                    ", which another of its rows already includes or repeats. Check which revisions the "
                    "schema really has; "
                    "if the other rows are right, delete that one from the version table.",
                {.revision = redundant.front(), .file = {}, .line = 0, .sqlstate = {}});
  }
  return Start{*nodes, with(std::move(below), *nodes)};
}

std::vector<std::string> sorted_rows(const std::vector<std::string>& rows) {
  std::vector<std::string> sorted = rows;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

/// The row changes of a revision that is applied: its row comes in place of those of what it needs. In
/// Alembic's words an insert (none has a row), an update (one has) or a merge (several have).
std::vector<RowChange> applying(const RevisionGraph& graph, Index node, Members& is_row) {
  std::vector<Index> replaced;
  for_each_need(graph, node, [&](Index need) {
    if (is_row[need]) replaced.push_back(need);
  });
  const std::string& id = graph.at(node).id;
  std::vector<RowChange> changes;
  for (std::size_t i = 0; i + 1 < replaced.size(); ++i) {
    changes.push_back({RowChange::Kind::Delete, graph.at(replaced[i]).id, {}});
  }
  if (replaced.empty()) {
    changes.push_back({RowChange::Kind::Insert, {}, id});
  } else {
    changes.push_back({RowChange::Kind::Update, graph.at(replaced.back()).id, id});
  }
  for (const Index row : replaced) is_row[row] = false;
  is_row[node] = true;
  return changes;
}

/// The row changes of a revision that is undone: its row goes, and those come back of what it needed and
/// nothing else needs. In Alembic's words a delete (none), an update (one) or an unmerge (several).
/// @param needed_by_count for each applied node, how many applied ones need it; updated
std::vector<RowChange> undoing(const RevisionGraph& graph, Index node, std::vector<Index>& needed_by_count) {
  std::vector<Index> back;
  for_each_need(graph, node, [&](Index need) {
    if (--needed_by_count[need] == 0) back.push_back(need);
  });
  const std::string& id = graph.at(node).id;
  std::vector<RowChange> changes;
  for (std::size_t i = 0; i + 1 < back.size(); ++i) {
    changes.push_back({RowChange::Kind::Insert, {}, graph.at(back[i]).id});
  }
  if (back.empty()) {
    changes.push_back({RowChange::Kind::Delete, id, {}});
  } else {
    changes.push_back({RowChange::Kind::Update, id, graph.at(back.back()).id});
  }
  return changes;
}

std::vector<PlanStep> steps_up(const RevisionGraph& graph, const std::vector<Index>& order,
                               const std::vector<Index>& rows) {
  std::vector<PlanStep> steps;
  steps.reserve(order.size());
  Members is_row = with(Members(graph.size(), false), rows);
  for (const Index node : order) {
    steps.push_back({graph.at(node).id, Direction::Upgrade, applying(graph, node, is_row)});
  }
  return steps;
}

std::vector<PlanStep> steps_down(const RevisionGraph& graph, const std::vector<Index>& order,
                                 const Members& applied) {
  std::vector<Index> needed_by_count(graph.size(), 0);
  for (Index node = 0; node < graph.size(); ++node) {
    if (applied[node]) for_each_need(graph, node, [&](Index need) { ++needed_by_count[need]; });
  }
  std::vector<PlanStep> steps;
  steps.reserve(order.size());
  for (const Index node : order) {
    steps.push_back({graph.at(node).id, Direction::Downgrade, undoing(graph, node, needed_by_count)});
  }
  return steps;
}

/// Where the undoing begins: the children of the target that are on its branch.
Result<std::vector<Index>> downgrade_roots(const RevisionGraph& graph, const Target& target) {
  std::vector<Index> roots;
  if (target.is_base) {
    for (const std::string& base : graph.bases()) roots.push_back(*graph.find(base));
  } else {
    const auto children = graph.children(*graph.find(target.revisions.front()));
    roots.assign(children.begin(), children.end());
  }
  const auto branch = target.branch.empty() ? std::nullopt : graph.find(target.branch);
  if (!branch || roots.size() <= 1) return roots;
  const Members line = ancestors_of(graph, {*branch}, Along::Parents);
  std::erase_if(roots, [&line](Index root) { return !line[root]; });
  if (!roots.empty()) return roots;
  return fail(ErrorKind::Terminal, "InvalidTarget",
              "Several branches begin at " + (target.is_base ? "base" : target.revisions.front()) +
                  ", and the label (revision " + target.branch +
                  ") lies on none of them. Use the label of the branch to undo.");
}

/// The roots and whatever descends from them or depends on them, as far as it is applied.
Members applied_above(const RevisionGraph& graph, const std::vector<Index>& roots, const Members& applied) {
  Members members(graph.size(), false);
  std::vector<Index> unvisited;
  const auto visit = [&](Index node) {
    if (!applied[node] || members[node]) return;
    members[node] = true;
    unvisited.push_back(node);
  };
  for (const Index root : roots) visit(root);
  while (!unvisited.empty()) {
    const Index node = unvisited.back();
    unvisited.pop_back();
    for (const Index child : graph.children(node)) visit(child);
    for (const Index dependent : graph.dependents(node)) visit(dependent);
  }
  return members;
}

std::optional<Error> not_a_downgrade_target(const RevisionGraph& graph, const Target& target,
                                            const Members& applied) {
  const auto invalid = [](std::string message) {
    return Error{ErrorKind::Terminal, "InvalidTarget", std::move(message), {}};
  };
  if (!target.is_base && target.revisions.size() != 1) {
    return invalid("A downgrade goes to one revision or to base, and the target is " +
                   (target.revisions.empty() ? "none" : join_words(target.revisions)) + ".");
  }
  if (target.is_base) return std::nullopt;
  const auto node = graph.find(target.revisions.front());
  if (node && applied[*node]) return std::nullopt;
  return invalid("Revision " + target.revisions.front() +
                 " is not applied, so the database cannot be downgraded to it.");
}

std::optional<Error> irreversible(const RevisionGraph& graph, const std::vector<Index>& order) {
  std::vector<std::string> ids;
  for (const Index node : order) {
    if (!graph.at(node).downgrade) ids.push_back(graph.at(node).id);
  }
  if (ids.empty()) return std::nullopt;
  const Index newest = *graph.find(ids.front());
  const Revision& first = graph.at(newest);
  const Members above = descendants_of(graph, {newest}, Along::Parents);
  const bool has_above =
      std::any_of(order.begin(), order.end(), [&](Index node) { return node != newest && above[node]; });
  return Error{
      ErrorKind::Terminal,
      "Irreversible",
      "The downgrade would undo " + join_words(ids) +
          ", without a downgrade section. Add \"-- athanor:downgrade\" with the SQL that undoes it (it may "
          "be empty)" +
          (has_above ? ", or go back no further than to " + first.id + "." : "."),
      {.revision = first.id, .file = first.source, .line = 0, .sqlstate = {}}};
}

}  // namespace

std::vector<std::string> rows_after(std::vector<std::string> rows, const PlanStep& step) {
  for (const RowChange& change : step.row_changes) {
    if (change.kind != RowChange::Kind::Insert) {
      const auto gone = std::lower_bound(rows.begin(), rows.end(), change.from);
      if (gone != rows.end() && *gone == change.from) rows.erase(gone);
    }
    if (change.kind != RowChange::Kind::Delete) {
      rows.insert(std::lower_bound(rows.begin(), rows.end(), change.to), change.to);
    }
  }
  return rows;
}

Result<Plan> plan_upgrade(const RevisionGraph& graph, const std::vector<std::string>& rows,
                          const Target& target) {
  const auto start = start_from(graph, rows);
  if (!start) return fail(start.error());
  const auto wanted = find_all(graph, target.revisions, "The target is");
  if (!wanted) return fail(wanted.error());
  Members missing = with(needed_by(graph, *wanted), *wanted);
  for (Index node = 0; node < graph.size(); ++node) missing[node] = missing[node] && !start->applied[node];
  std::vector<Index> order = descending_order(graph, std::move(missing), *wanted);
  std::reverse(order.begin(), order.end());
  return Plan{sorted_rows(rows), steps_up(graph, order, start->rows)};
}

Result<Plan> plan_downgrade(const RevisionGraph& graph, const std::vector<std::string>& rows,
                            const Target& target) {
  const auto start = start_from(graph, rows);
  if (!start) return fail(start.error());
  if (auto error = not_a_downgrade_target(graph, target, start->applied)) return fail(std::move(*error));
  const auto roots = downgrade_roots(graph, target);
  if (!roots) return fail(roots.error());
  const std::vector<Index> order =
      descending_order(graph, applied_above(graph, *roots, start->applied), start->rows);
  if (auto error = irreversible(graph, order)) return fail(std::move(*error));
  return Plan{sorted_rows(rows), steps_down(graph, order, start->applied)};
}

Plan begin_with(const RevisionGraph& graph, Plan plan, std::string_view revision, Direction direction) {
  const auto first = std::find_if(plan.steps.begin(), plan.steps.end(), [&](const PlanStep& step) {
    return step.revision == revision && step.direction == direction;
  });
  const auto start = start_from(graph, plan.rows_before);
  if (first == plan.steps.end() || first == plan.steps.begin() || !start) return plan;
  std::vector<Index> order;
  Members in_plan(graph.size(), false);
  for (const PlanStep& step : plan.steps) {
    order.push_back(*graph.find(step.revision));
    in_plan[order.back()] = true;
  }
  const auto at = order.begin() + (first - plan.steps.begin());
  bool ready = true;
  const auto must_come_before = [&](Index node) { ready = ready && !in_plan[node]; };
  if (direction == Direction::Upgrade) {
    for_each_need(graph, *at, must_come_before);
  } else {
    for (const Index child : graph.children(*at)) must_come_before(child);
    for (const Index dependent : graph.dependents(*at)) must_come_before(dependent);
  }
  if (!ready) return plan;
  std::rotate(order.begin(), at, at + 1);
  plan.steps = direction == Direction::Upgrade ? steps_up(graph, order, start->rows)
                                               : steps_down(graph, order, start->applied);
  return plan;
}

Result<std::vector<Index>> applied_revisions(const RevisionGraph& graph,
                                             const std::vector<std::string>& rows) {
  const auto applied = applied_by(graph, rows);
  if (!applied) return fail(applied.error());
  std::vector<Index> ordered;
  for (const Index node : graph.topological_order()) {
    if ((*applied)[node]) ordered.push_back(node);
  }
  return ordered;
}

}  // namespace athanor
