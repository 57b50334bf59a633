// What `athanor stamp` does to the version rows, and what that says of the revisions.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/traversal.hpp"

namespace athanor {

struct StampPlan {
  std::vector<std::string>
      rows_before;                      ///< sorted, each once; with `purge` also what the graph does not have
  std::vector<std::string> rows_after;  ///< sorted
  /// From the one to the other in order; empty where nothing is to be done. A row that stays is not touched.
  std::vector<RowChange> row_changes;
  std::vector<std::string> become_applied;  ///< ids, what is needed before what needs it
  std::vector<std::string> stop_applied;    ///< ids, in that same order

  bool operator==(const StampPlan&) const = default;
};

/// The target revisions take the place of all rows that descend from them or that they descend from,
/// dependencies included; other rows stay, as in Alembic's stamp. `base` takes all rows away, `label@base`
/// those of a branch. Rows that overlap, which no plan can start from, are put right on the way.
/// @param rows the version table's rows
/// @param targets at least one; as for resolve_target, never relative
/// @param purge whatever the table holds goes first
/// @return Terminal `InvalidTarget`, `MultipleHeads`; `OverlappingTargets` where one target includes another;
/// `UnknownRevision`, which says --purge, for a row that the graph does not have
[[nodiscard]] Result<StampPlan> plan_stamp(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                           const std::vector<std::string>& targets, bool purge);

}  // namespace athanor
