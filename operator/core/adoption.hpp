// Which revisions of a set a database has, by the account of the tool that managed it before. No side
// effects.
#pragma once

#include <string>
#include <vector>

#include "core/foreign_history.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"

namespace athanor {

/// The reason of every refusal to adopt.
inline constexpr const char* kAdoptionMismatch = "AdoptionMismatch";

/// Where a database that another tool managed is to be stamped.
struct Adoption {
  MigrationTool tool = MigrationTool::Alembic;
  std::string table;              ///< the tool's, for a person; it is left as it is
  std::vector<std::string> rows;  ///< version rows to stamp, sorted; none: nothing is applied
  std::size_t applied = 0;        ///< how many revisions those stand for
  /// The version table is the tool's own and stands there already: only the owner is recorded.
  bool claims_only = false;

  bool operator==(const Adoption&) const = default;
};

/// Finds the revision of each version: `athanor import` keeps what stands in the file names as ids, so that
/// numbers are compared without their leading zeros, and Flyway's versions part by part, with `_` as `.`.
/// @return Terminal `AdoptionMismatch`, naming what is at fault and what to do: a migration that failed,
/// versions that no revision has, revisions in the midst that are not applied
[[nodiscard]] Result<Adoption> plan_adoption(const RevisionGraph& graph, const ForeignHistory& history);

}  // namespace athanor
