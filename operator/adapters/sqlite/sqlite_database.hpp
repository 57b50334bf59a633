// ports::Database on SQLite (design section 7, last paragraph).
//
// What keeps two sessions apart is SQLite's own write lock, which BEGIN IMMEDIATE takes: a lock_key has no
// part in it. There is no lock that spans transactions, so a session lock only says that nobody is writing
// now; the few statements that can't run in a transaction (VACUUM, PRAGMA journal_mode) may be run twice
// without harm, and all others are in transactions that check the version rows.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/foreign_keys.hpp"
#include "adapters/sqlite/sqlite_errors.hpp"
#include "adapters/sqlite/sqlite_file.hpp"
#include "ports/database.hpp"

struct sqlite3_stmt;

namespace athanor::sqlite {

class SqliteDatabase final : public ports::Database {
 public:
  /// @param file a path, or ":memory:". A file that isn't there is an empty database, and is made by the
  ///   first transaction or statement that writes; see SqliteFile.
  /// @return Transient `DatabaseUnreachable`, `LockHeld`; Terminal `DatabaseCorrupt` for what is no
  /// database
  [[nodiscard]] static Result<std::unique_ptr<SqliteDatabase>> open(const std::string& file,
                                                                    Audience audience);
  ~SqliteDatabase() override;
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  [[nodiscard]] ports::Dialect dialect() const override { return ports::Dialect::Sqlite; }
  [[nodiscard]] const ports::ServerFacts& facts() const override { return facts_; }
  [[nodiscard]] std::string quote(std::string_view text) const override;
  [[nodiscard]] std::string quote_name(std::string_view name) const override;
  [[nodiscard]] Result<std::vector<Statement>> split(std::string_view sql,
                                                     std::size_t first_line) const override;
  [[nodiscard]] Result<ports::Rows> query(std::string_view sql) override;
  /// Role and search path have no meaning here and are ignored.
  [[nodiscard]] Result<std::optional<ports::Rows>> begin(const ports::TransactionOptions& options,
                                                         std::string_view first_query) override;
  [[nodiscard]] Result<void> execute(const Statement& statement) override;
  /// @return also Terminal `ForeignKeyViolated` for rows whose parent is missing now and was not missing when
  /// the
  ///   transaction began: what a database brings along must not block it for ever
  [[nodiscard]] Result<ports::Rows> conclude(std::string_view sql) override;
  [[nodiscard]] Result<void> commit() override;
  void rollback() override;
  [[nodiscard]] Result<bool> try_session_lock(const ports::TransactionOptions& options) override;
  void end_session_lock() override;
  [[nodiscard]] Result<LockHolder> lock_holder(std::string_view lock_key) override;
  void cancel() noexcept override;

 private:
  using Clock = std::chrono::steady_clock;
  enum class RowsPolicy { Keep, Drop };

  SqliteDatabase(const std::string& file, Audience audience);

  /// After SqliteFile::meet() and make(): prepares the connection, if it is a new one.
  [[nodiscard]] Result<void> prepare(Result<bool> is_new);

  // What the library calls back.
  static int on_busy(void* self, int attempts);
  static int on_progress(void* self);
  static int on_authorize(void* self, int action, const char* first, const char* second, const char* database,
                          const char* trigger);

  [[nodiscard]] Result<ports::Rows> run(std::string_view sql, RowsPolicy policy);
  [[nodiscard]] Result<void> step_all(sqlite3_stmt* statement, std::string_view sql, RowsPolicy policy,
                                      ports::Rows& rows);
  [[nodiscard]] bool in_transaction() const;
  /// Nothing is begun, and no statement of a revision runs: giving up on the file loses nothing.
  [[nodiscard]] bool can_ask_again() const;
  /// How long the file is waited for; 0: no limit.
  [[nodiscard]] std::chrono::milliseconds patience() const;
  [[nodiscard]] Error describe(std::string_view sql);
  /// Undoes the pragmas that outlive a transaction; with `transaction: off` only those that the protocol
  /// itself can't go on with.
  [[nodiscard]] Result<void> restore_settings();
  /// What earlier revisions left in the temp schema would stand in front of the database's own tables.
  [[nodiscard]] Result<void> drop_temporary_objects();
  [[nodiscard]] Result<ForeignKeys> foreign_keys();
  [[nodiscard]] Result<void> check_foreign_keys();

  SqliteFile file_;
  Audience audience_;
  ports::ServerFacts facts_;
  ports::TransactionOptions options_;
  ForeignKeys foreign_keys_before_;
  std::string synchronous_;      ///< as it was when the file was opened
  bool begun_ = false;           ///< begin() has started a transaction that nobody has ended
  bool session_locked_ = false;  ///< a revision with `transaction: off` has the session to itself
  bool failed_ = false;          ///< a statement of the transaction failed
  std::minstd_rand jitter_;
  Clock::time_point busy_since_;
  std::optional<Clock::time_point> deadline_;
  bool deadline_passed_ = false;
  bool guarded_ = false;    ///< a revision's statement is running: the authorizer is strict
  bool vacuuming_ = false;  ///< VACUUM attaches a nameless database
  Denied denied_ = Denied::Nothing;
  std::atomic<bool> cancelled_{false};
};

}  // namespace athanor::sqlite
