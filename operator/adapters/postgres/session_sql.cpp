#include "adapters/postgres/session_sql.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "adapters/postgres/settings.hpp"
#include "core/sql_tokens.hpp"

namespace athanor::postgres {
namespace {

constexpr std::string_view kBegin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
constexpr std::string_view kBeginSnapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Not those of transactions: ours is one.
constexpr std::string_view kFreeSessionLocks = "SELECT pg_catalog.pg_advisory_unlock_all()";

void append(std::vector<std::string>& statements, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(statements));
}

/// A later revision may use the same names.
std::vector<std::string> forget_names() {
  return {"DEALLOCATE ALL", "CLOSE ALL"};
}

// The transaction's id tells conclude() that it is still the same one.
std::string try_lock_sql(const ports::TransactionOptions& options) {
  if (options.snapshot) return "SELECT 0";  // who only reads needs no id
  if (options.lock_key.empty()) return "SELECT pg_catalog.txid_current()";
  return fmt::format(
      "SELECT CASE WHEN pg_catalog.pg_try_advisory_xact_lock({}) THEN pg_catalog.txid_current() END",
      lock_key(options.lock_key));
}

}  // namespace

Opening opening(const ports::TransactionOptions& options, bool checks_client, Residue residue,
                std::string_view first_query) {
  std::vector<std::string> statements{std::string(options.snapshot ? kBeginSnapshot : kBegin)};
  if (residue == Residue::Temporary || residue == Residue::Settings) append(statements, forget_names());
  if (residue != Residue::None) statements.emplace_back(kDiscardTemporary);
  if (residue == Residue::Settings || residue == Residue::Shared) append(statements, reset());
  append(statements, settings(options, Scope::Transaction, checks_client));
  const std::size_t lock = statements.size();
  statements.push_back(try_lock_sql(options));
  if (!first_query.empty()) statements.emplace_back(first_query);
  return {std::move(statements), lock, 0};
}

Opening opening_in_session(const ports::TransactionOptions& options, bool checks_client,
                           std::string_view first_query) {
  // The lock comes before the savepoint, which would take it along.
  std::vector<std::string> statements{std::string(kBegin), try_lock_sql(options)};
  if (first_query.empty()) return {std::move(statements), 1, 0};
  statements.emplace_back("SAVEPOINT athanor");
  append(statements, restoring_in_session(options, checks_client));
  statements.emplace_back(first_query);
  statements.emplace_back("ROLLBACK TO SAVEPOINT athanor");
  statements.emplace_back("RELEASE SAVEPOINT athanor");
  return {std::move(statements), 1, 2};
}

std::vector<std::string> restoring(const ports::TransactionOptions& options, bool checks_client,
                                   bool pooled) {
  std::vector<std::string> statements;
  // Where nobody else has the session, the next opening discards in time, and a revision may leave temporary
  // tables that can't be dropped before COMMIT (deferred constraints wait for it).
  if (pooled) statements = {"CLOSE ALL", std::string(kDiscardTemporary), "UNLISTEN *"};
  append(statements, reset());
  if (pooled) statements.emplace_back(kFreeSessionLocks);
  append(statements, settings(options, Scope::Transaction, checks_client));
  return statements;
}

std::vector<std::string> restoring_in_session(const ports::TransactionOptions& options, bool checks_client) {
  std::vector<std::string> statements = reset_locally();
  append(statements, settings(options, Scope::Transaction, checks_client));
  return statements;
}

std::vector<std::string> abandoning(bool pooled) {
  std::vector<std::string> statements{"ROLLBACK"};
  if (pooled) statements.emplace_back(kFreeSessionLocks);
  return statements;
}

// A lock on one number of 64 bits stands in pg_locks as two of 32, with objsubid 1. The view of the sessions
// leaves out what the role may not see.
std::string lock_holder_sql(std::string_view name) {
  return fmt::format(
      "SELECT a.application_name, a.usename, pg_catalog.host(a.client_addr), l.pid, "
      "pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
      "FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
      "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM "
      "pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND "
      "(l.classid::bigint << 32) | l.objid::bigint = {} LIMIT 1",
      lock_key(name));
}

bool is_prepare(const Statement& statement) {
  constexpr std::string_view kPrepare = "prepare";
  // PREPARE TRANSACTION is of another kind, and a statement's text begins with its first word.
  if (statement.kind != StatementClass::Plain) return false;
  const std::string_view word = std::string_view(statement.text).substr(0, kPrepare.size());
  return std::ranges::equal(word, kPrepare,
                            [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

bool may_add_deferrable(const Statement& statement) {
  if (statement.kind == StatementClass::Rows) return true;
  const std::string_view text = statement.text;
  const auto found = [text](std::string_view word, std::size_t within) {
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), within));
    return std::search(text.begin(), end, word.begin(), word.end(), same) != end;
  };
  return found("defer", text.size()) || found("do", 2) || found("call", 4) || found("with", 4) ||
         found("execute", 7);
}

bool is_concurrent_index(const Statement& statement) {
  if (statement.kind != StatementClass::Bare) return false;
  auto tokens = scan_sql(statement.text);
  if (!tokens) return false;
  std::erase_if(*tokens, [](const SqlToken& token) { return token.kind == TokenKind::Comment; });
  const auto is = [&](std::size_t i, std::string_view word) {
    return i < tokens->size() && is_word(statement.text, (*tokens)[i], word);
  };
  const auto is_one_of = [&](std::size_t i, std::string_view symbols) {
    return i < tokens->size() && std::ranges::any_of(symbols, [&](char symbol) {
             return is_symbol(statement.text, (*tokens)[i], symbol);
           });
  };
  if (!is(0, "create") && !is(0, "reindex") && !is(0, "drop")) return false;
  for (std::size_t i = 1; i < tokens->size(); ++i) {
    if (!is(i, "concurrently")) continue;
    // REINDEX (CONCURRENTLY off) does not.
    const bool option = is_one_of(i - 1, "(,");
    return !option || is_one_of(i + 1, "),") || is(i + 1, "on") || is(i + 1, "true");
  }
  return false;
}

std::vector<std::string> entering(const ports::TransactionOptions& options, bool checks_client) {
  std::vector<std::string> statements = leaving();
  append(statements, settings(options, Scope::Session, checks_client));
  return statements;
}

std::vector<std::string> leaving() {
  std::vector<std::string> statements = forget_names();
  statements.emplace_back(kDiscardTemporary);
  append(statements, reset());
  return statements;
}

}  // namespace athanor::postgres
