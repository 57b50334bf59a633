// Taking over a database that another migration tool manages: its table is read and left as it is, and the
// version rows are stamped.
#pragma once

#include "core/adoption.hpp"
#include "core/history.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "engine/foreign_history.hpp"
#include "engine/step.hpp"
#include "engine/step_transaction.hpp"

namespace athanor::engine {

/// Whether nobody has worked on this database by Athanor or Alembic yet. A recorded owner is no work.
[[nodiscard]] bool is_adoptable(const DatabaseState& database);

/// One try. Reads the tool's table again, under the lock and in the transaction that stamps.
/// @param request that `adoption` was planned for
/// @return as stamp_rows(); Conflict `VersionMoved` if the tool's table says something else by now, or
/// somebody has worked on the database
[[nodiscard]] Result<StepReport> adopt_rows(StepContext& context, const RevisionGraph& graph,
                                            const Adoption& adoption, const AdoptionRequest& request);

}  // namespace athanor::engine
