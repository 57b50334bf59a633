// Revisions and plans for tests, written in a line each. Header only.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/revision.hpp"
#include "core/revision_graph.hpp"
#include "core/revision_query.hpp"
#include "core/sql_script.hpp"
#include "core/traversal.hpp"

namespace athanor::testing {

/// Where the upgrade section of a revision made here begins in its "file".
inline constexpr std::size_t kUpgradeLine = 10;
inline constexpr std::size_t kDowngradeLine = 100;

[[nodiscard]] inline SqlSection section(std::string sql, std::size_t first_line) {
  std::string checksum = sql_checksum(sql);
  return SqlSection{std::move(sql), first_line, std::move(checksum)};
}

/// A revision below `parent` (empty: a base).
[[nodiscard]] inline Revision revision(std::string id, const std::string& parent, std::string upgrade) {
  Revision made;
  made.source = "ConfigMap shop/revs key " + id + ".sql";
  made.id = std::move(id);
  if (!parent.empty()) made.down_revisions = {parent};
  made.upgrade = section(std::move(upgrade), kUpgradeLine);
  return made;
}

[[nodiscard]] inline Revision with_downgrade(Revision made, std::string downgrade) {
  made.downgrade = section(std::move(downgrade), kDowngradeLine);
  return made;
}

[[nodiscard]] inline Revision off(Revision made) {
  made.transaction = TransactionMode::Off;
  return made;
}

/// Throws if they are no graph.
[[nodiscard]] inline RevisionGraph graph_of(std::vector<Revision> revisions) {
  auto graph = RevisionGraph::build(std::move(revisions));
  if (!graph) throw std::invalid_argument(to_error(graph.error()).message);
  return std::move(*graph);
}

/// Throws if there is no such plan.
[[nodiscard]] inline Plan upgrade_plan(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                       const std::string& target = "heads") {
  const auto resolved = resolve_target(graph, target);
  if (!resolved) throw std::invalid_argument(resolved.error().message);
  auto plan = plan_upgrade(graph, rows, *resolved);
  if (!plan) throw std::invalid_argument(plan.error().message);
  return std::move(*plan);
}

[[nodiscard]] inline Plan downgrade_plan(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                         const std::string& target) {
  const auto resolved = resolve_target(graph, target);
  if (!resolved) throw std::invalid_argument(resolved.error().message);
  auto plan = plan_downgrade(graph, rows, *resolved);
  if (!plan) throw std::invalid_argument(plan.error().message);
  return std::move(*plan);
}

}  // namespace athanor::testing
