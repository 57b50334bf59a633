// One step of a plan as `athanor plan` shows it: what would be run, what is done of it already, and what the
// engine would refuse. No side effects.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "core/destructive.hpp"
#include "core/history.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/traversal.hpp"
#include "ports/database.hpp"

namespace athanor::cli {

struct PlannedStep {
  const Revision* revision = nullptr;  ///< of the graph
  Direction direction = Direction::Upgrade;
  std::vector<JudgedStatement> statements;  ///< none where the section can't be cut into them
  /// How many of them an interrupted run of this revision has done; nullopt: it was not begun.
  std::optional<std::size_t> done;
  bool in_doubt = false;  ///< whether the one behind those is in, the next run finds out first
  std::optional<std::chrono::milliseconds> last_time;  ///< how long it took when it was run before
  std::optional<Error> refused;  ///< why it would not be run; the steps behind it would not either

  /// Statements that are still to be run and destroy.
  [[nodiscard]] std::size_t destructive() const;
};

/// @param step of a plan that was made for `graph` and `state`
[[nodiscard]] PlannedStep look_at_step(const RevisionGraph& graph, const PlanStep& step,
                                       const DatabaseState& state, ports::Dialect dialect);

}  // namespace athanor::cli
