// Setting right in the ledger what a person knows and no program can: under the lock, like a step.
#pragma once

#include <string>
#include <vector>

#include "core/repair.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "engine/step.hpp"
#include "engine/step_transaction.hpp"

namespace athanor::engine {

/// Records that the file of an applied revision counts as what was run. Writes nothing if that is recorded
/// already; an open run stays open.
/// @param file the revision that `acceptance` was planned for
/// @return as StepTransaction::open(); Terminal `DatabaseOwnedElsewhere`; Conflict `VersionMoved` if the
/// ledger says something else of the revision than when it was planned; InDoubt `CommitInDoubt`
[[nodiscard]] Result<StepReport> accept_revision(StepContext& context, const Revision& file,
                                                 const Acceptance& acceptance);

/// Records what became of the statement at which a run was interrupted. Writes nothing if that is recorded
/// already.
/// @param done_checksum over the statements that are done with the mark; empty: as it is
/// @return as accept_revision()
[[nodiscard]] Result<StepReport> mark_statement(StepContext& context, const StatementMark& mark,
                                                const std::string& done_checksum);

}  // namespace athanor::engine
