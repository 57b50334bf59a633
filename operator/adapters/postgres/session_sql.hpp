// The messages that begin and end a revision's use of a session: what they undo, set and lock. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ports/database.hpp"

namespace athanor::postgres {

/// The message that begins a transaction.
struct Opening {
  std::vector<std::string> statements;
  std::size_t lock;    ///< which of them tries the lock; NULL: held elsewhere, else the transaction's id
  std::size_t behind;  ///< how many stand behind the first query
};

/// What those who had the session before may have left in it.
enum class Residue {
  None,
  Temporary,  ///< what only a session has (temporary objects, prepared statements, cursors WITH HOLD)
  Settings,   ///< settings and role, too
  Shared,     ///< settings and role of a pooler's other clients; their prepared statements and cursors stay
};

/// For a revision that is one transaction.
/// @param checks_client as for settings()
[[nodiscard]] Opening opening(const ports::TransactionOptions& options, bool checks_client, Residue residue,
                              std::string_view first_query);

/// With `transaction: off` the session is the revision's own from end to end: what it SETs holds for its
/// later statements (maintenance_work_mem, search_path or role before CREATE INDEX CONCURRENTLY), and for
/// those that run in a transaction as for the others. Only the first query has our settings.
[[nodiscard]] Opening opening_in_session(const ports::TransactionOptions& options, bool checks_client,
                                         std::string_view first_query);

/// What a revision has set is undone for the bookkeeping, and for whoever has the session behind COMMIT.
/// @param pooled that is another client
[[nodiscard]] std::vector<std::string> restoring(const ports::TransactionOptions& options, bool checks_client,
                                                 bool pooled);
/// The same, but the revision has it again behind COMMIT.
[[nodiscard]] std::vector<std::string> restoring_in_session(const ports::TransactionOptions& options,
                                                            bool checks_client);

/// The same where the revision failed: ROLLBACK takes back all but session locks and prepared statements.
/// @param pooled another client has the session next
[[nodiscard]] std::vector<std::string> abandoning(bool pooled);

/// One row (application, user, client address, backend pid, connected since) for the session that holds the
/// advisory lock on `name`; none if nobody does.
[[nodiscard]] std::string lock_holder_sql(std::string_view name);

/// PREPARE: its name is the session's, and nothing ends it but DEALLOCATE.
[[nodiscard]] bool is_prepare(const Statement& statement);

/// Whether a statement may bring about a constraint that is checked at COMMIT: it says so, or runs code that
/// nobody has read.
[[nodiscard]] bool may_add_deferrable(const Statement& statement);

/// CREATE INDEX, REINDEX and DROP INDEX CONCURRENTLY: however long these wait, no query waits behind them.
/// Not so DETACH PARTITION CONCURRENTLY, which in the end asks for ACCESS EXCLUSIVE on the partition.
[[nodiscard]] bool is_concurrent_index(const Statement& statement);

/// A session of a revision's own begins, or ends.
[[nodiscard]] std::vector<std::string> entering(const ports::TransactionOptions& options, bool checks_client);
[[nodiscard]] std::vector<std::string> leaving();

}  // namespace athanor::postgres
