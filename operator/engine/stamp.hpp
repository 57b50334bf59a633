// Moving the version rows without running anything: what `stamp` does, under the lock like a step.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/traversal.hpp"
#include "engine/ledger.hpp"
#include "engine/stamp_order.hpp"
#include "engine/step.hpp"
#include "engine/step_start.hpp"
#include "engine/step_transaction.hpp"

namespace athanor::engine {

/// The order made ready: everything that needs no database.
struct StampWork {
  const RevisionGraph* graph = nullptr;
  std::string act{kActStamp};
  std::vector<std::string> rows_before;  ///< sorted
  std::vector<std::string> rows_after;   ///< sorted
  std::vector<RowChange> changes;        ///< from the one straight to the other, each row touched once
  std::vector<std::string> moved;        ///< ids that become applied or stop being so, sorted
  bool purges = false;                   ///< a row goes that the graph does not have
  /// Asked under the lock, in the stamp's transaction, before anything is written. An act with a check of its
  /// own is told of even where no row moves.
  std::function<Result<void>(StepContext&, const StepTransaction&)> check{};

  [[nodiscard]] bool moves() const { return !changes.empty(); }
};

/// @return Terminal `UnknownRevision` for a row that would stay or come and that the graph does not have
[[nodiscard]] Result<StampWork> prepare_stamp(const RevisionGraph& graph, StampOrder order);

/// What is found under the lock, and whether the rows may be moved. No side effects.
/// @param in_doubt the reply to this stamp's COMMIT was lost before
/// @return as decide_start(), but that StartKind::Resume does not happen and `InterruptedRevision` is refused
/// only where the run would stay open: a stamp that moves past it closes it
[[nodiscard]] Result<Start> decide_stamp(const View& view, const StampWork& work, const Settings& settings,
                                         bool in_doubt);

/// Of what the ledger knows as applied: those whose acts tell nothing of the database after the stamp,
/// comma-separated. What leaves was not taken back from outside, and what arrives was not run as the ledger
/// says.
[[nodiscard]] std::string voided_by(const StampWork& work, const History& history);

/// One try. Creates version table and ledger where there are none. Writes no act where the rows stay as they
/// are and the owner is recorded.
/// @return as StepTransaction::open() and decide_stamp(); Terminal `RevisionIdTooLong`; InDoubt
/// `CommitInDoubt`
[[nodiscard]] Result<StepReport> stamp_rows(StepContext& context, const StampWork& work);

/// Creates the version table, if there is none, and nothing else.
/// @return as StepTransaction::open(); Terminal `DatabaseOwnedElsewhere`
[[nodiscard]] Result<StepReport> create_version_table(StepContext& context);

}  // namespace athanor::engine
