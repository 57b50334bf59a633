// One step of a plan, made ready to run: everything that can be known and refused before the database is
// touched.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/sql_script.hpp"
#include "core/traversal.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

/// The adapters' word for a transaction of ours that the revision itself ended.
inline constexpr const char* kTransactionEnded = "TransactionEnded";
/// SQLSTATE of a statement that can't be run in a transaction.
inline constexpr const char* kNotInATransaction = "25001";

struct StepWork {
  const RevisionGraph* graph = nullptr;
  const PlanStep* step = nullptr;
  const Revision* revision = nullptr;
  const SqlSection* section = nullptr;
  std::vector<Statement> statements;
  std::vector<std::string> rows_before;  ///< version rows that the step goes on from, sorted
  std::vector<std::string> rows_after;   ///< what it makes of them, sorted
};

/// Finds the revision and its section, splits it and checks its statements.
/// @return Terminal `UnknownRevision`, `Irreversible`, `InvalidSql`, and as check_statements()
[[nodiscard]] Result<StepWork> prepare_step(const RevisionGraph& graph, const PlanStep& step,
                                            std::vector<std::string> rows_before,
                                            const ports::Database& database);

/// Refuses what the protocol can't run: transaction control (`TransactionControl`), COPY streams
/// (`CopyStream`), statements that can't be in a transaction without `transaction: off`
/// (`NeedsTransactionOff`), a concurrent index without a name, which could not be judged after an
/// interruption
/// (`UnnamedIndex`). All are Terminal.
[[nodiscard]] Result<void> check_statements(const Revision& revision,
                                            const std::vector<Statement>& statements);

/// Refuses an id that the version column is too narrow for: Terminal `RevisionIdTooLong`.
/// @param width characters; nullopt: any number
[[nodiscard]] Result<void> check_id_width(const std::vector<RowChange>& changes,
                                          std::optional<std::size_t> width);
/// The same, said of the revision.
[[nodiscard]] Result<void> check_id_width(const StepWork& work, std::optional<std::size_t> width);

/// "revision 8e1d0c4a77b2 (ConfigMap shop/revisions key 3_x.sql, line 12): "; the line is left out if it is
/// 0.
[[nodiscard]] std::string error_prefix(const Revision& revision, std::size_t line);

/// An error of the database, said of the statement that it happened in: the site filled in, the line counted
/// in the file, the way out where the server knows none, and what became of the revision in words.
/// @return Terminal `NeedsTransactionOff` for what only the server could know not to run in a transaction;
/// Terminal `TransactionControl` for a procedure that commits
/// @param statement null: it happened in the protocol's own bookkeeping
/// @param aftermath a sentence, for example "The revision was rolled back."
[[nodiscard]] Error at_statement(Error error, const Revision& revision, const Statement* statement,
                                 std::string_view aftermath);

/// The same for an error of writing to the ledger what is done of `work`. Says so, with the line, if the text
/// of the downgrade section is what the database can't hold.
[[nodiscard]] Error not_recorded(Error error, const StepWork& work, std::string_view aftermath);

}  // namespace athanor::engine
