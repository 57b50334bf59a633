#include "adapters/postgres/postgres_database.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "adapters/postgres/quoting.hpp"
#include "adapters/postgres/server_facts.hpp"
#include "adapters/postgres/session_sql.hpp"
#include "adapters/postgres/settings.hpp"

namespace athanor::postgres {
namespace {

/// The server's own statement_timeout comes first; this much later the client cancels what has switched it
/// off.
constexpr auto kDeadlineGrace = std::chrono::milliseconds(1'000);

/// A cancel() that comes while bookkeeping runs lets it end, so that what was done is recorded.
constexpr auto kCourtesy = std::chrono::milliseconds(1'000);

/// SQLSTATE query_canceled.
constexpr std::string_view kQueryCanceled = "57014";

tl::unexpected<Error> terminal(std::string reason, std::string message) {
  return fail(ErrorKind::Terminal, std::move(reason), std::move(message));
}

tl::unexpected<Error> transaction_ended() {
  return terminal("TransactionEnded",
                  "The revision ended the transaction that Athanor runs it in, so that what it did may be "
                  "committed without being recorded. "
                  "Take COMMIT, ROLLBACK and the like out of the revision; for statements that can't run in "
                  "a transaction "
                  "use `-- transaction: off`.");
}

tl::unexpected<Error> connection_lost(std::string_view what) {
  return fail(ErrorKind::Transient, "DatabaseUnreachable",
              fmt::format("The connection to the database was lost before {}.", what));
}

}  // namespace

PostgresDatabase::PostgresDatabase(ConnectionHandle connection, const Patience& patience, Audience audience)
    : session_(std::move(connection)), patience_(patience), audience_(audience) {}

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::on(ConnectionHandle connection,
                                                               std::chrono::milliseconds limit,
                                                               const Patience& patience, Audience audience,
                                                               const std::stop_token& cancel) {
  std::unique_ptr<PostgresDatabase> database;
  try {
    database.reset(new PostgresDatabase(std::move(connection), patience, audience));
  } catch (const std::exception& exception) {
    return fail(ErrorKind::Transient, "DatabaseUnreachable",
                fmt::format("libpqxx does not take the connection: {}", exception.what()));
  }
  const std::stop_callback on_cancel(cancel, [begun = database.get()] { begun->cancel(); });
  // A limit of 0 would be none.
  auto read = database->read_facts({.time = std::max(limit, std::chrono::milliseconds(1))});
  if (!read) return fail(std::move(read.error()));
  return database;
}

Result<void> PostgresDatabase::read_facts(const MessageLimit& limit) {
  auto rows = session_.query(facts_sql(true), limit);
  if (!rows && rows.error().sqlstate == "42501") rows = session_.query(facts_sql(false), limit);
  if (!rows) return fail(describe_bookkeeping(rows.error()));
  SessionFacts facts = parse_facts(rows->front(), session_.backend_pid());
  facts_ = std::move(facts.server);
  checks_client_ = facts.checks_client;
  residue_ = facts_.pooled ? Residue::Shared : Residue::None;
  return {};
}

std::string PostgresDatabase::quote(std::string_view text) const {
  return quote_literal(text);
}

std::string PostgresDatabase::quote_name(std::string_view name) const {
  return quote_identifier(name);
}

Result<std::vector<Statement>> PostgresDatabase::split(std::string_view sql, std::size_t first_line) const {
  return split_postgres(sql, first_line);
}

MessageLimit PostgresDatabase::bookkeeping_limit() const {
  // Bookkeeping that can't be had in time is read again: nothing is gained by asking the server to cancel it,
  // which undoes it all the same once the connection is closed.
  return {.time = options_.lock_timeout + options_.statement_timeout + patience_.bookkeeping,
          .courtesy = kCourtesy};
}

MessageLimit PostgresDatabase::statement_limit() const {
  const auto limit = options_.statement_timeout;
  return {.time = limit.count() > 0 ? limit + kDeadlineGrace : limit, .answer = patience_.answer};
}

Error PostgresDatabase::describe(const ServerError& error, std::string_view sql) {
  return to_error(error, context_of(error, sql));
}

Error PostgresDatabase::describe_bookkeeping(const ServerError& error, std::string_view sql) {
  ErrorContext context = context_of(error, sql);
  context.bookkeeping = true;
  return to_error(error, context);
}

ErrorContext PostgresDatabase::context_of(const ServerError& error, std::string_view sql) {
  // A cancel() that arrives while nothing runs stays set for the next statement; one that was served is over.
  const bool cancelled = error.sqlstate == kQueryCanceled && session_.take_cancel();
  // begin() asked for a transaction that writes, and got it.
  const bool writable = !transaction_.empty() || (session_options_ && !facts_.read_only);
  return {.user = options_.role.empty() ? session_.user() : options_.role,
          .login = session_.user(),
          .database = session_.database(),
          .sql = sql,
          .password = session_.password(),
          .cancelled = cancelled,
          .deadline_passed = session_.deadline_passed(),
          .writable = writable,
          .statement_timeout = options_.statement_timeout,
          .lock_timeout = options_.lock_timeout,
          .audience = audience_};
}

Result<ports::Rows> PostgresDatabase::query(std::string_view sql) {
  auto rows = session_.query(sql, bookkeeping_limit());
  if (!rows) return fail(describe_bookkeeping(rows.error(), sql));
  return std::move(*rows);
}

Result<std::optional<ports::Rows>> PostgresDatabase::begin(const ports::TransactionOptions& options,
                                                           std::string_view first_query) {
  rollback();
  ran_ = false;
  options_ = options;
  const auto [statements, marker, behind] = session_options_
                                                ? opening_in_session(options_, checks_client_, first_query)
                                                : opening(options_, checks_client_, residue_, first_query);
  const std::string message = join_statements(statements);
  Reply reply;
  auto ran = session_.run(message, RowsPolicy::Keep, bookkeeping_limit(), &reply);
  const ports::Cell* id = reply.results.size() > marker ? &reply.results[marker].at(0).at(0) : nullptr;
  if (id != nullptr && !*id) {
    // Whatever first_query met without the lock does not count.
    rollback();
    if (session_.state() == Session::State::Lost) return connection_lost("the migration lock was got");
    return std::optional<ports::Rows>();
  }
  if (!ran) {
    // A standby calls BEGIN READ WRITE a missing feature.
    if (reply.results.empty() && ran.error().sqlstate == "0A000") ran.error().sqlstate = "25006";
    Error error = describe_bookkeeping(ran.error());
    rollback();
    return fail(std::move(error));
  }
  transaction_ = **id;
  if (first_query.empty()) return std::optional<ports::Rows>(ports::Rows());
  return std::optional<ports::Rows>(std::move(reply.results[reply.results.size() - 1 - behind]));
}

Result<void> PostgresDatabase::execute(const Statement& statement) {
  if (statement.kind == StatementClass::TransactionControl) {
    return terminal(
        "TransactionControl",
        "A revision must not begin or end transactions: Athanor runs each revision in one of its own. Take "
        "BEGIN, COMMIT, ROLLBACK and SAVEPOINT out, or use `-- transaction: off`.");
  }
  if (statement.kind == StatementClass::CopyStream) return fail(describe({.copy_stream = true}));
  if (session_.cancel_requested()) {
    return fail(describe({.sqlstate = std::string(kQueryCanceled), .message = "cancelled"}));
  }
  if (facts_.pooled && is_prepare(statement)) {
    return terminal("PoolerDetected",
                    "PREPARE holds until its session ends, and behind a connection pooler that is the "
                    "application's session as well. Write the statement itself where the revision EXECUTEs "
                    "it, or give this environment the address of the server itself.");
  }
  ran_ = true;
  if (!facts_.pooled) residue_ = Residue::Settings;
  restored_ = false;
  if (deferrable_ != true && may_add_deferrable(statement)) deferrable_.reset();
  return session_options_ && is_concurrent_index(statement) ? run_concurrently(statement)
                                                            : run_statement(statement);
}

Result<void> PostgresDatabase::run_statement(const Statement& statement) {
  const Session::State before = session_.state();
  const auto ran = session_.run(statement.text, RowsPolicy::Drop, statement_limit());
  if (!ran) return fail(describe(ran.error(), statement.text));
  if (before == Session::State::InTransaction && session_.state() == Session::State::Idle)
    return transaction_ended();
  return {};
}

// An index that is built or dropped concurrently waits for every transaction that was there before it, in a
// way that counts as waiting for a lock and that keeps no query of the application waiting. Where some
// transaction is always older than the lock timeout, such a statement would never end, and begin again each
// time: so it has no lock timeout but one that the revision has set itself.
Result<void> PostgresDatabase::run_concurrently(const Statement& statement) {
  const auto ours = session_options_->lock_timeout.count();
  const auto lifted = query(
      fmt::format("SELECT pg_catalog.set_config('lock_timeout', '0', false) FROM pg_catalog.pg_settings "
                  "WHERE name = 'lock_timeout' AND setting = '{}'",
                  ours));
  if (!lifted) return fail(lifted.error());
  auto ran = run_statement(statement);
  if (lifted->empty() || session_.state() == Session::State::Lost) return ran;
  const auto restored = query(fmt::format("SET SESSION lock_timeout = {}", ours));
  // The next statement must not do without: the session is of no use to it.
  if (!restored) session_.close();
  return ran;
}

Result<void> PostgresDatabase::restore_parsing() {
  // The server reads a whole message by the settings from before it: RESET in the same message comes too
  // late.
  const std::string encoding = session_.reported("client_encoding");
  const std::string strings = session_.reported("standard_conforming_strings");
  if ((encoding.empty() || encoding == "UTF8") && strings != "off") return {};
  const auto ran = query("SET LOCAL client_encoding = 'UTF8'; SET LOCAL standard_conforming_strings = on");
  if (!ran) return fail(ran.error());
  return {};
}

Result<ports::Rows> PostgresDatabase::conclude(std::string_view sql) {
  switch (session_.state()) {
    case Session::State::Lost:
      return connection_lost("the revision was recorded");
    case Session::State::Idle:
      return transaction_ended();
    case Session::State::Aborted:
      return terminal("TransactionAborted", "The transaction was aborted by an earlier error.");
    case Session::State::InTransaction:
      break;
  }
  if (auto restored = restore_parsing(); !restored) return fail(std::move(restored.error()));
  std::vector<std::string> statements = session_options_ ? restoring_in_session(options_, checks_client_)
                                                         : restoring(options_, checks_client_, facts_.pooled);
  const std::size_t marker = statements.size();
  // Looked up seldom: it reads the whole of a catalog that grows with every table.
  statements.emplace_back(deferrable_ ? "SELECT pg_catalog.txid_current()"
                                      : "SELECT pg_catalog.txid_current(), EXISTS (SELECT FROM "
                                        "pg_catalog.pg_constraint WHERE condeferrable)");
  if (!sql.empty()) statements.emplace_back(sql);
  const std::string message = join_statements(statements);
  auto reply = session_.run(message, RowsPolicy::Keep, bookkeeping_limit());
  if (!reply) return fail(describe_bookkeeping(reply.error()));
  const ports::Row& seen = reply->results.at(marker).at(0);
  if (seen.at(0) != transaction_) {
    rollback();
    return transaction_ended();
  }
  if (!deferrable_) deferrable_ = seen.at(1) == "t";
  restored_ = true;
  return sql.empty() ? ports::Rows() : std::move(reply->results.back());
}

// The checks are the revision's work, and may take as long as its statements may: out of COMMIT, which then
// has nothing to do that takes longer than bookkeeping.
Result<void> PostgresDatabase::check_deferred_constraints() {
  if (!deferrable_.value_or(false)) return {};
  const auto ran = session_.run("SET CONSTRAINTS ALL IMMEDIATE", RowsPolicy::Drop, statement_limit());
  if (!ran) return fail(describe(ran.error()));
  return {};
}

Result<void> PostgresDatabase::commit() {
  switch (session_.state()) {
    case Session::State::Lost:
      return connection_lost("COMMIT was sent");
    case Session::State::Idle:
      return transaction_ended();
    case Session::State::Aborted:
      rollback();
      return terminal("TransactionAborted",
                      "The transaction was aborted by an earlier error and is rolled back.");
    case Session::State::InTransaction:
      break;
  }
  if (auto checked = check_deferred_constraints(); !checked) {
    rollback();
    return checked;
  }
  const auto ran = session_.query("COMMIT", bookkeeping_limit());
  transaction_.clear();
  if (ran && restored_ && residue_ == Residue::Settings) residue_ = Residue::Temporary;
  if (ran) return {};
  if (ran.error().connection_lost || session_.state() == Session::State::Lost) {
    Error error = describe(ran.error());
    return fail(ErrorKind::InDoubt, "CommitInDoubt",
                fmt::format("The connection was lost before the server answered COMMIT; whether it was "
                            "committed is read from the ledger next. {}",
                            error.message),
                std::move(error.site));
  }
  Error error = describe(ran.error());
  rollback();
  return fail(std::move(error));
}

std::vector<std::string> PostgresDatabase::ending() const {
  return abandoning(ran_ && facts_.pooled);
}

void PostgresDatabase::rollback() {
  transaction_.clear();
  const Session::State state = session_.state();
  if (state != Session::State::InTransaction && state != Session::State::Aborted) return;
  // Fails only with the connection, and then the server has rolled back.
  if (!session_.query(join_statements(ending()), bookkeeping_limit())) session_.close();
}

Result<ports::Rows> PostgresDatabase::query_and_rollback(std::string_view sql) {
  const auto behind = ending();
  auto reply = session_.run(fmt::format("{}; {}", sql, join_statements(behind)), RowsPolicy::Keep,
                            bookkeeping_limit());
  // After an error the server has read no further, and the transaction is still to be ended.
  auto rows = reply
                  ? Result<ports::Rows>(std::move(reply->results[reply->results.size() - 1 - behind.size()]))
                  : fail(describe_bookkeeping(reply.error(), sql));
  rollback();
  return rows;
}

Result<bool> PostgresDatabase::try_session_lock(const ports::TransactionOptions& options) {
  if (facts_.pooled) {
    return terminal("PoolerDetected",
                    "A revision with `transaction: off` needs a session of its own, and a connection pooler "
                    "stands between: "
                    "give this environment the address of the server itself.");
  }
  options_ = options;
  auto got = query(options.lock_key.empty() ? std::string("SELECT true")
                                            : fmt::format("SELECT pg_catalog.pg_try_advisory_lock({})",
                                                          lock_key(options.lock_key)));
  if (!got) return fail(std::move(got.error()));
  if (got->at(0).at(0) != "t") return false;
  session_options_ = options;
  residue_ = Residue::Settings;
  if (auto set = query(join_statements(entering(options, checks_client_))); !set) {
    end_session_lock();
    return fail(std::move(set.error()));
  }
  return true;
}

void PostgresDatabase::end_session_lock() {
  if (!session_options_) return;
  const std::string key = session_options_->lock_key;
  session_options_.reset();
  rollback();
  std::vector<std::string> statements = leaving();
  if (!key.empty())
    statements.push_back(fmt::format("SELECT pg_catalog.pg_advisory_unlock({})", lock_key(key)));
  // A session that can't be put right must not be used again, and its end frees the lock as well.
  if (!session_.query(join_statements(statements), bookkeeping_limit())) session_.close();
  residue_ = Residue::None;
}

Result<LockHolder> PostgresDatabase::lock_holder(std::string_view lock_key) {
  const auto rows = query(lock_holder_sql(lock_key));
  if (!rows) return fail(rows.error());
  if (rows->empty()) return LockHolder{};
  const ports::Row& row = rows->front();
  return LockHolder{row.at(0).value_or(""), row.at(1).value_or(""), row.at(2).value_or(""),
                    to_int(row.at(3).value_or("0")), row.at(4).value_or("")};
}

void PostgresDatabase::cancel() noexcept {
  session_.cancel();
}

}  // namespace athanor::postgres
