// What the operator would run, worked out from what the cluster holds: the ConfigMaps, and where the status
// says that the database is. The planner is the operator's own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/plugin/environment_view.hpp"
#include "core/destructive.hpp"
#include "core/planner.hpp"
#include "core/result.hpp"

namespace athanor::cli {

struct PendingRevision {
  Direction direction = Direction::Upgrade;
  const Revision* revision = nullptr;  ///< of PendingPlan::graph
  std::vector<JudgedStatement> statements;
  std::optional<Error> refused;  ///< why the operator will not run it: it will stop there
};

struct PendingPlan {
  std::shared_ptr<const RevisionGraph> graph;
  std::vector<std::string> current;
  std::vector<std::string> targets;
  std::vector<PendingRevision> revisions;  ///< in the order to run them
  std::optional<Error> hold;               ///< why the operator does not run them now
};

/// @param inputs the set that the environment's ConfigMaps hold
/// @return what keeps the plan from being known: Terminal `InvalidSpec`, a bad target or graph, Blocked
/// `DigestMismatch`, Transient `DatabaseNotRead` if the operator has not seen the database yet
[[nodiscard]] Result<PendingPlan> pending_plan(const EnvironmentView& view, const RevisionInputs& inputs);

/// For people. @param name `namespace/name`
[[nodiscard]] std::string plan_text(const PendingPlan& plan, const std::string& name);

/// For scripts.
[[nodiscard]] nlohmann::ordered_json plan_json(const PendingPlan& plan, const ports::ObjectKey& key);

}  // namespace athanor::cli
