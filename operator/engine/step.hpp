// Running one step: a revision in one transaction, or (transaction: off) statement by statement.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/history.hpp"
#include "core/result.hpp"
#include "engine/owner_guard.hpp"
#include "engine/step_start.hpp"
#include "engine/step_transaction.hpp"
#include "engine/step_work.hpp"

namespace athanor::engine {

struct StepReport {
  std::chrono::milliseconds duration{0};  ///< of this try, its COMMIT included
  std::chrono::milliseconds recorded{0};  ///< what the ledger says, written before that COMMIT
  std::string at;                         ///< RFC 3339, by the server's clock
  Ownership ownership = Ownership::Ours;
  std::optional<Owner> previous_owner;  ///< whose place was taken, if ownership is Copy or TakenOver
  bool made_version_table = false;
};

/// One try at a revision that is one transaction (design section 7, points 2 and 3). Four round trips on
/// PostgreSQL for a revision of one statement.
/// @return as StepTransaction::open() and decide_start(); the error of a statement, its site filled in;
/// Terminal
///   `VersionTableTouched` if the revision wrote to the version table itself; InDoubt `CommitInDoubt`.
///   Nothing is in but in the last case.
[[nodiscard]] Result<StepReport> run_in_transaction(StepContext& context, const StepWork& work);

/// One try at a revision with `transaction: off`, from its beginning or from where it stopped (point 4).
/// @return as run_in_transaction(); Transient `LockHeld`, `StatementStillRunning`; Terminal `PoolerDetected`,
///   `InterruptedStatement`
[[nodiscard]] Result<StepReport> run_statement_by_statement(StepContext& context, const StepWork& work);

/// As check_id_width(), by the column as it is now: what is known of it is from the session's beginning, and
/// a revision since may have widened it. Costs nothing where the ids fit that.
[[nodiscard]] Result<void> check_id_width_now(StepContext& context, const StepTransaction& transaction,
                                              const StepWork& work);
[[nodiscard]] Result<void> check_id_width_now(StepContext& context, const StepTransaction& transaction,
                                              const std::vector<RowChange>& changes);

/// The report of a step that was found to be in already.
[[nodiscard]] StepReport report_of(const View& view, Ownership ownership);

/// Records the environment as the owner, if it isn't yet; creates the ledger for it, and not the version
/// table.
[[nodiscard]] Result<StepReport> record_owner(StepContext& context);

/// What the ledger keeps of running `work`.
[[nodiscard]] ActRecord act_record(const StepWork& work, std::string_view state, const View& view,
                                   const Start& start);

}  // namespace athanor::engine
