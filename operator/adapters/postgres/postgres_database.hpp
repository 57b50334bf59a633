// ports::Database on PostgreSQL: the apply protocol's messages (design section 7), four round trips for a
// small revision.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgres/patience.hpp"
#include "adapters/postgres/session.hpp"
#include "adapters/postgres/session_sql.hpp"
#include "ports/database.hpp"

namespace athanor::postgres {

class PostgresDatabase final : public ports::Database {
 public:
  /// Reads the server's facts, in one query.
  /// @param limit for that
  /// @return Transient `DatabaseUnreachable` if the connection is lost over it, or the server is silent
  [[nodiscard]] static Result<std::unique_ptr<PostgresDatabase>> on(ConnectionHandle connection,
                                                                    std::chrono::milliseconds limit,
                                                                    const Patience& patience,
                                                                    Audience audience,
                                                                    const std::stop_token& cancel);

  [[nodiscard]] ports::Dialect dialect() const override { return ports::Dialect::PostgreSql; }
  /// identity is empty where the role may not execute pg_control_system() (everybody may, unless it was
  /// revoked): a database that can't be told from its copy must not be taken for one.
  [[nodiscard]] const ports::ServerFacts& facts() const override { return facts_; }
  [[nodiscard]] std::string quote(std::string_view text) const override;
  [[nodiscard]] std::string quote_name(std::string_view name) const override;
  [[nodiscard]] Result<std::vector<Statement>> split(std::string_view sql,
                                                     std::size_t first_line) const override;
  [[nodiscard]] Result<ports::Rows> query(std::string_view sql) override;
  [[nodiscard]] Result<std::optional<ports::Rows>> begin(const ports::TransactionOptions& options,
                                                         std::string_view first_query) override;
  [[nodiscard]] Result<void> execute(const Statement& statement) override;
  [[nodiscard]] Result<ports::Rows> conclude(std::string_view sql) override;
  [[nodiscard]] Result<void> commit() override;
  [[nodiscard]] Result<ports::Rows> query_and_rollback(std::string_view sql) override;
  void rollback() override;
  [[nodiscard]] Result<bool> try_session_lock(const ports::TransactionOptions& options) override;
  void end_session_lock() override;
  [[nodiscard]] Result<LockHolder> lock_holder(std::string_view lock_key) override;
  void cancel() noexcept override;

 private:
  PostgresDatabase(ConnectionHandle connection, const Patience& patience, Audience audience);

  [[nodiscard]] Result<void> read_facts(const MessageLimit& limit);
  [[nodiscard]] MessageLimit bookkeeping_limit() const;
  [[nodiscard]] MessageLimit statement_limit() const;
  /// An error in what a revision asked for, or in Athanor's own reading and recording.
  [[nodiscard]] Error describe(const ServerError& error, std::string_view sql = {});
  [[nodiscard]] Error describe_bookkeeping(const ServerError& error, std::string_view sql = {});
  [[nodiscard]] ErrorContext context_of(const ServerError& error, std::string_view sql);
  /// One message's worth of statements that end the transaction without a trace.
  [[nodiscard]] std::vector<std::string> ending() const;
  /// Puts right what the parser of the next message depends on.
  [[nodiscard]] Result<void> restore_parsing();
  [[nodiscard]] Result<void> run_statement(const Statement& statement);
  [[nodiscard]] Result<void> run_concurrently(const Statement& statement);
  [[nodiscard]] Result<void> check_deferred_constraints();

  Session session_;
  Patience patience_;
  Audience audience_;
  ports::ServerFacts facts_;
  bool checks_client_ = false;         ///< as SessionFacts has it
  ports::TransactionOptions options_;  ///< of the open transaction, or of the session lock
  std::optional<ports::TransactionOptions> session_options_;  ///< while a session lock is held
  std::string transaction_;  ///< id of the transaction that begin() started; empty: none
  /// Whether there are constraints that COMMIT may have to check; nullopt: it is to be looked up. Once there
  /// were, the checks are asked for, which costs nothing where there are none.
  std::optional<bool> deferrable_;
  Residue residue_ = Residue::Settings;
  bool ran_ = false;       ///< a statement of a revision, since begin()
  bool restored_ = false;  ///< conclude() has undone what the statements of the transaction may have set
};

}  // namespace athanor::postgres
