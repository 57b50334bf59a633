// What a session is set to for a revision, as SQL. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/database.hpp"

namespace athanor::postgres {

/// How long a setting holds.
enum class Scope { Transaction, Session };

/// Statements that set what revisions depend on, for the role, search path and limits of `options`; to stand
/// behind reset() or reset_locally(), which decide what holds where `options` says nothing.
/// @param checks_client whether the server has a client_connection_check_interval that works
[[nodiscard]] std::vector<std::string> settings(const ports::TransactionOptions& options, Scope scope,
                                                bool checks_client);

/// What an earlier revision, or another client of a pooler, has set is undone, to the defaults of database
/// and role. In a transaction, too (DISCARD ALL isn't allowed there), and then it holds behind COMMIT.
[[nodiscard]] std::vector<std::string> reset();
/// Who the session is, and where it looks for tables, by the same defaults, until the transaction or the
/// savepoint ends; what the session has set stays beneath.
[[nodiscard]] std::vector<std::string> reset_locally();
/// An earlier revision's temporary tables would stand in front of the database's own.
inline constexpr std::string_view kDiscardTemporary = "DISCARD TEMP";

/// One simple-query message.
[[nodiscard]] std::string join_statements(const std::vector<std::string>& statements);

/// The advisory lock's key as an SQL bigint: the first 64 bits of the name's SHA-256, so that every build of
/// Athanor takes the same lock.
[[nodiscard]] std::string lock_key(std::string_view name);

}  // namespace athanor::postgres
