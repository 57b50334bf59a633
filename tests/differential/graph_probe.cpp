// Answers questions about revision graphs with the functions behind the command line: JSON lines in, JSON
// lines out. A line {"graph": [...]} makes a graph, and any other asks about the last one made.
#include <iostream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/downgrade_target.hpp"
#include "core/reachability.hpp"
#include "core/revision_range.hpp"
#include "core/stamp_plan.hpp"
#include "core/traversal.hpp"
#include "core/upgrade_target.hpp"
#include "core/version_rows.hpp"

namespace athanor {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

json refused(const Error& error) {
  return {{"error", error.reason}, {"message", error.message}};
}

/// What a plan undoes or applies, and the version rows after each step.
json steps_of(const Result<Plan>& plan) {
  if (!plan) return refused(plan.error());
  json answer{{"order", json::array()}, {"rows", json::array()}};
  Strings rows = plan->rows_before;
  for (const PlanStep& step : plan->steps) {
    rows = rows_after(std::move(rows), step);
    answer["order"].push_back(step.revision);
    answer["rows"].push_back(rows);
  }
  return answer;
}

json current(const RevisionGraph& graph, const Strings& rows) {
  const auto applied = applied_by(graph, rows);
  if (!applied) return refused(applied.error());
  return {{"order", ids_of(graph, applied_heads(graph, *applied))}};
}

json stamp(const RevisionGraph& graph, const Strings& rows, const json& question) {
  const auto plan =
      plan_stamp(graph, rows, question.at("arguments").get<Strings>(), question.at("purge").get<bool>());
  if (!plan) return refused(plan.error());
  Plan changes;
  changes.rows_before = plan->rows_before;
  changes.steps = {{"", Direction::Upgrade, plan->row_changes}};
  return {{"rows", rows_after(plan->rows_before, changes.steps.front())}};
}

json history(const RevisionGraph& graph, const Strings& rows, const std::string& range) {
  const auto nodes = revision_range(graph, rows, range);
  if (!nodes) return refused(nodes.error());
  return {{"order", ids_of(graph, *nodes)}};
}

json upgrade(const RevisionGraph& graph, const Strings& rows, const std::string& expression) {
  const auto target = resolve_upgrade_target(graph, rows, expression);
  return target ? steps_of(plan_upgrade(graph, rows, *target)) : refused(target.error());
}

json downgrade(const RevisionGraph& graph, const Strings& rows, const std::string& expression) {
  const auto target = resolve_downgrade_target(graph, rows, expression);
  return target ? steps_of(plan_downgrade(graph, rows, *target)) : refused(target.error());
}

json answer(const RevisionGraph& graph, const json& question) {
  const std::string command = question.at("command");
  if (command == "heads") return {{"order", graph.heads()}, {"effective", graph.effective_heads()}};
  const auto rows = question.at("rows").get<Strings>();
  if (command == "current") return current(graph, rows);
  if (command == "stamp") return stamp(graph, rows, question);
  const std::string argument = question.at("argument");
  if (command == "history") return history(graph, rows, argument);
  if (command == "upgrade") return upgrade(graph, rows, argument);
  return downgrade(graph, rows, argument);
}

json load(RevisionGraph& graph, const json& described) {
  std::vector<Revision> revisions;
  for (const json& one : described) {
    Revision revision;
    revision.id = one.at("id");
    revision.source = revision.id + "_" + std::to_string(revisions.size()) + ".sql";
    revision.message = one.value("message", "");
    revision.down_revisions = one.at("down").get<Strings>();
    revision.depends_on = one.at("depends").get<Strings>();
    revision.branch_labels = one.at("labels").get<Strings>();
    revision.downgrade = SqlSection{};
    revisions.push_back(std::move(revision));
  }
  auto built = RevisionGraph::build(std::move(revisions));
  if (!built) return refused(to_error(built.error()));
  graph = std::move(*built);
  return {{"loaded", graph.size()}};
}

}  // namespace
}  // namespace athanor

int main() {
  athanor::RevisionGraph graph;
  for (std::string line; std::getline(std::cin, line);) {
    const nlohmann::json question = nlohmann::json::parse(line);
    const auto answered = question.contains("graph") ? athanor::load(graph, question.at("graph"))
                                                     : athanor::answer(graph, question);
    std::cout << answered.dump() << std::endl;
  }
}
