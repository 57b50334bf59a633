// The slices of a history that `athanor history -r FROM:TO` shows, and where `--sql` begins and ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"

namespace athanor {

/// The revisions from one end to the other, both included, newest first: the order in which `alembic history`
/// prints.
///
/// `FROM:TO`, where either may be missing (base, heads), a target of upgrade, or `current` for the version
/// rows; FROM may count down from TO (`-3:`, `label@-3:`), TO up from FROM (`a:+2`, `a:label@+2` with `a` on
/// that branch); past the end they stop. Between two revisions stand those that descend from FROM by parents
/// and that TO needs; from base, all that TO needs. `label@…` in FROM keeps to that branch's targets.
/// @param rows the version table's rows; read for `current` only
/// @return Terminal `InvalidRange` for no range, and for ends that are not on one line; errors of
/// resolve_target; `AmbiguousTarget`; `UnknownRevision` for a row that the graph does not have
[[nodiscard]] Result<std::vector<RevisionGraph::Index>> revision_range(const RevisionGraph& graph,
                                                                       const std::vector<std::string>& rows,
                                                                       std::string_view range);

/// Everything, newest first: what `alembic history` prints.
[[nodiscard]] std::vector<RevisionGraph::Index> whole_history(const RevisionGraph& graph);

/// Revisions with several children, in the order of whole_history: what `alembic branches` prints.
[[nodiscard]] std::vector<RevisionGraph::Index> branch_points(const RevisionGraph& graph);

/// What `upgrade --sql` and `downgrade --sql` start from and go to.
struct OfflineRange {
  std::vector<std::string> rows;  ///< version rows to start from; none: base, and the version table is made
  std::string target;             ///< for resolve_upgrade_target or resolve_downgrade_target with those rows

  bool operator==(const OfflineRange&) const = default;
};

/// @param direction an upgrade may leave FROM out (`TO` or `:TO`, from base); a downgrade needs both ends
/// @return Terminal `InvalidRange`, with the command that would do; errors of resolve_target for FROM, which
/// must be one revision or base
[[nodiscard]] Result<OfflineRange> offline_range(const RevisionGraph& graph, std::string_view range,
                                                 Direction direction);

}  // namespace athanor
