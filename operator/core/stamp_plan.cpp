#include "core/stamp_plan.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "core/reachability.hpp"
#include "core/revision_query.hpp"
#include "core/target_advice.hpp"
#include "core/target_expression.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

constexpr std::string_view kCommand = "athanor stamp";

/// Where the stamp leads.
struct Destination {
  std::vector<Index> revisions;
  Members replaced;  ///< whose rows go, but for the revisions' own
};

void add(Members& members, const Members& more) {
  for (std::size_t i = 0; i < members.size(); ++i) members[i] = members[i] || more[i];
}

/// The command with all of the targets but one, whose place is kept for what to type instead.
std::string command_around(const std::vector<std::string>& targets, std::size_t replaced, bool purge) {
  std::string command = std::string(kCommand) + (purge ? " --purge" : "");
  for (std::size_t i = 0; i < targets.size(); ++i) command += i == replaced ? " {}" : " " + targets[i];
  return command;
}

Result<Target> resolve_one(const RevisionGraph& graph, const std::string& expression,
                           const TypedCommand& command) {
  const auto parts = parse_target(graph, expression);
  if (!parts) return fail(parts.error());
  return resolve_target(graph, expression, command);
}

std::optional<Error> overlapping(const RevisionGraph& graph, const std::vector<Index>& revisions,
                                 bool purge) {
  const Members needed = needed_by(graph, revisions);
  std::vector<std::string> included;
  std::vector<std::string> rest;
  for (const Index node : revisions) (needed[node] ? included : rest).push_back(graph.at(node).id);
  if (included.empty()) return std::nullopt;
  std::string command = std::string(kCommand) + (purge ? " --purge" : "");
  for (const std::string& id : rest) command += " " + id;
  return Error{ErrorKind::Terminal,
               "OverlappingTargets",
               join_words(included) + (included.size() == 1 ? " is" : " are") +
                   " included already: another of the targets needs " +
                   (included.size() == 1 ? "it" : "them") + ". Name only the last of each line: " + command +
                   ".",
               {}};
}

/// @param takes whether the stamp would do with other targets; null: nothing is offered
Result<Destination> destination_of(const RevisionGraph& graph, const std::vector<std::string>& targets,
                                   bool purge,
                                   const std::function<bool(const std::vector<std::string>&)>& takes) {
  Destination to{{}, Members(graph.size(), false)};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    TypedCommand command;
    if (takes) {
      command = {command_around(targets, i, purge), [&, i](const std::string& instead) {
                   std::vector<std::string> others = targets;
                   others[i] = instead;
                   return takes(others);
                 }};
    }
    const auto target = resolve_one(graph, targets[i], command);
    if (!target) return fail(target.error());
    if (target->is_base && target->branch.empty()) {
      to.replaced.assign(graph.size(), true);
    } else if (target->is_base) {
      add(to.replaced, lineage_of(graph, *graph.find(target->branch), Along::Needs));
    }
    for (const std::string& id : target->revisions) to.revisions.push_back(*graph.find(id));
  }
  std::sort(to.revisions.begin(), to.revisions.end());
  to.revisions.erase(std::unique(to.revisions.begin(), to.revisions.end()), to.revisions.end());
  if (auto error = overlapping(graph, to.revisions, purge)) return fail(std::move(*error));
  add(to.replaced, ancestors_of(graph, to.revisions, Along::Needs));
  add(to.replaced, descendants_of(graph, to.revisions, Along::Needs));
  return to;
}

std::optional<Error> unknown_rows(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                  const std::vector<std::string>& targets) {
  std::vector<std::string> unknown;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(unknown),
               [&graph](const std::string& row) { return !graph.find(row); });
  if (unknown.empty()) return std::nullopt;
  std::string command = std::string(kCommand) + " --purge";
  for (const std::string& target : targets) command += " " + target;
  return Error{ErrorKind::Terminal, "UnknownRevision",
               "The version table holds " + join_words(unknown) +
                   ", which no revision file here defines. Add the files that it was made with; or, if the "
                   "database is known to be at the target, empty the table first: " +
                   command + ".",
               ErrorSite{.revision = unknown.front()}};
}

/// Deletes but for one row, which becomes the first that comes; then inserts. So a table that is never to be
/// seen empty isn't.
std::vector<RowChange> changes_between(const std::vector<std::string>& before,
                                       const std::vector<std::string>& after) {
  std::vector<std::string> go, come;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(go));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(come));
  std::vector<RowChange> changes;
  const bool updates = !go.empty() && !come.empty();
  const std::size_t deleted = go.size() - (updates ? 1 : 0);
  for (std::size_t i = 0; i < deleted; ++i) changes.push_back({RowChange::Kind::Delete, go[i], {}});
  if (updates) changes.push_back({RowChange::Kind::Update, go.back(), come.front()});
  for (std::size_t i = updates ? 1 : 0; i < come.size(); ++i) {
    changes.push_back({RowChange::Kind::Insert, {}, come[i]});
  }
  return changes;
}

void tell_moved(const RevisionGraph& graph, StampPlan& plan) {
  const auto applied = [&graph](const std::vector<std::string>& rows) {
    std::vector<Index> nodes;
    for (const std::string& row : rows) {
      if (const auto node = graph.find(row)) nodes.push_back(*node);
    }
    return ancestors_of(graph, nodes, Along::Needs);
  };
  const Members before = applied(plan.rows_before);
  const Members after = applied(plan.rows_after);
  for (const Index node : graph.topological_order()) {
    if (before[node] == after[node]) continue;
    (after[node] ? plan.become_applied : plan.stop_applied).push_back(graph.at(node).id);
  }
}

}  // namespace

Result<StampPlan> plan_stamp(const RevisionGraph& graph, const std::vector<std::string>& rows,
                             const std::vector<std::string>& targets, bool purge) {
  if (targets.empty()) {
    return fail(ErrorKind::Terminal, "InvalidTarget",
                "A stamp needs a target: athanor stamp head, heads, base, label@head or a revision's id.");
  }
  const auto takes = [&graph, purge](const std::vector<std::string>& others) {
    return destination_of(graph, others, purge, {}).has_value();
  };
  const auto to = destination_of(graph, targets, purge, takes);
  if (!to) return fail(to.error());
  if (!purge) {
    if (auto error = unknown_rows(graph, rows, targets)) return fail(std::move(*error));
  }
  StampPlan plan;
  plan.rows_before = rows;
  std::sort(plan.rows_before.begin(), plan.rows_before.end());
  plan.rows_before.erase(std::unique(plan.rows_before.begin(), plan.rows_before.end()),
                         plan.rows_before.end());
  plan.rows_after = ids_of(graph, to->revisions);
  for (const std::string& row : plan.rows_before) {
    if (!purge && !to->replaced[*graph.find(row)]) plan.rows_after.push_back(row);
  }
  std::sort(plan.rows_after.begin(), plan.rows_after.end());
  plan.row_changes = changes_between(plan.rows_before, plan.rows_after);
  tell_moved(graph, plan);
  return plan;
}

}  // namespace athanor
