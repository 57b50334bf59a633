// Plans as tests make and read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/traversal.hpp"
#include "unit/core/graph_builders.hpp"

namespace athanor::testing {

inline Target target_of(const RevisionGraph& graph, std::string_view expression) {
  return resolve_target(graph, expression).value();
}

inline Plan upgrade(const RevisionGraph& graph, const Ids& rows, std::string_view target) {
  auto plan = plan_upgrade(graph, rows, target_of(graph, target));
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return plan ? *plan : Plan{};
}

inline Plan downgrade(const RevisionGraph& graph, const Ids& rows, std::string_view target) {
  auto plan = plan_downgrade(graph, rows, target_of(graph, target));
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return plan ? *plan : Plan{};
}

inline Ids revisions_of(const Plan& plan) {
  Ids ids;
  for (const PlanStep& step : plan.steps) ids.push_back(step.revision);
  return ids;
}

/// "+a" inserts, "-a" deletes, "a>b" updates.
inline Ids changes_of(const PlanStep& step) {
  Ids changes;
  for (const RowChange& change : step.row_changes) {
    changes.push_back(change.kind == RowChange::Kind::Insert   ? "+" + change.to
                      : change.kind == RowChange::Kind::Delete ? "-" + change.from
                                                               : change.from + ">" + change.to);
  }
  return changes;
}

inline std::vector<Ids> all_changes(const Plan& plan) {
  std::vector<Ids> changes;
  for (const PlanStep& step : plan.steps) changes.push_back(changes_of(step));
  return changes;
}

}  // namespace athanor::testing
