#include "adapters/sqlite/sqlite_database.hpp"

#include <algorithm>
#include <cctype>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "adapters/sqlite/sqlite_errors.hpp"
#include "adapters/sqlite/sqlite_script.hpp"

namespace athanor::sqlite {
namespace {

using Millis = std::chrono::milliseconds;

/// Waiters that all slept the same would meet again.
constexpr int kShortestBusySleepMs = 1;
constexpr int kLongestBusySleepMs = 40;

/// So long is waited for the file where nothing is begun yet. Who wants it can wait further by asking again,
/// and is told soon that there is somebody to wait for.
constexpr Millis kPatienceBeforeBegin{500};

/// Virtual machine instructions between two looks at the clock: well under a millisecond.
constexpr int kProgressInterval = 10'000;

// Foreign keys are off: a table rebuild (create, copy, drop, rename) would cascade, and in a transaction the
// pragma does nothing. foreign_key_check takes their place before COMMIT.
constexpr std::string_view kOwnSettings = "PRAGMA foreign_keys = OFF; PRAGMA query_only = OFF";
constexpr std::string_view kSettings =
    "PRAGMA foreign_keys = OFF; PRAGMA query_only = OFF; PRAGMA writable_schema = OFF; "
    "PRAGMA ignore_check_constraints = OFF; PRAGMA legacy_alter_table = OFF; PRAGMA recursive_triggers = "
    "OFF; PRAGMA reverse_unordered_selects = OFF; PRAGMA case_sensitive_like = OFF; "
    "PRAGMA locking_mode = NORMAL";

struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, StatementCloser>;

ports::Row row_of(sqlite3_stmt* statement) {
  ports::Row row;
  const int columns = sqlite3_column_count(statement);
  row.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    if (text == nullptr) {
      row.emplace_back();
    } else {
      row.emplace_back(std::in_place, text,
                       static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
  }
  return row;
}

std::string doubled(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    if (c == '\0') continue;
    if (c == quote) result += c;
    result += c;
  }
  return result + quote;
}

tl::unexpected<Error> terminal(std::string reason, std::string message) {
  return fail(ErrorKind::Terminal, std::move(reason), std::move(message));
}

tl::unexpected<Error> transaction_ended() {
  return terminal("TransactionEnded",
                  "The transaction that Athanor runs the revision in has ended before its time (ON CONFLICT "
                  "ROLLBACK and RAISE(ROLLBACK) do that). "
                  "Use ABORT in their place.");
}

bool is_vacuum(std::string_view text) {
  constexpr std::string_view kVacuum = "VACUUM";
  return text.size() >= kVacuum.size() &&
         std::equal(kVacuum.begin(), kVacuum.end(), text.begin(),
                    [](char a, char b) { return a == std::toupper(static_cast<unsigned char>(b)); });
}

}  // namespace

SqliteDatabase::SqliteDatabase(const std::string& file, Audience audience)
    : file_(file), audience_(audience), jitter_(std::random_device{}()) {
  facts_.version = sqlite3_libversion_number();
}

SqliteDatabase::~SqliteDatabase() = default;

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& file, Audience audience) {
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file, audience));
  if (auto met = database->prepare(database->file_.meet()); !met) return fail(std::move(met.error()));
  return database;
}

Result<void> SqliteDatabase::prepare(Result<bool> is_new) {
  if (!is_new) return fail(std::move(is_new.error()));
  if (!*is_new) return {};
  sqlite3* const connection = file_.connection();
  sqlite3_busy_handler(connection, on_busy, this);
  sqlite3_progress_handler(connection, kProgressInterval, on_progress, this);
  sqlite3_set_authorizer(connection, on_authorize, this);
  facts_.absent_file = file_.absent();
  facts_.read_only = sqlite3_db_readonly(connection, "main") == 1;
  // The file isn't read before the first statement.
  auto read = run("PRAGMA schema_version; PRAGMA synchronous", RowsPolicy::Keep);
  if (!read) return fail(std::move(read.error()));
  if (!read->empty()) synchronous_ = read->front().front().value_or("");
  return {};
}

bool SqliteDatabase::can_ask_again() const {
  return !begun_ && !guarded_;
}

Millis SqliteDatabase::patience() const {
  const Millis limit = options_.lock_timeout;
  if (!can_ask_again()) return limit;
  return limit.count() > 0 ? std::min(limit, kPatienceBeforeBegin) : kPatienceBeforeBegin;
}

int SqliteDatabase::on_busy(void* self, int attempts) {
  auto& database = *static_cast<SqliteDatabase*>(self);
  const auto now = Clock::now();
  if (attempts == 0) database.busy_since_ = now;
  if (database.cancelled_) return 0;
  std::uniform_int_distribution<int> sleep(kShortestBusySleepMs, kLongestBusySleepMs);
  auto pause = Millis(sleep(database.jitter_));
  if (const Millis limit = database.patience(); limit.count() > 0) {
    const auto left = std::chrono::ceil<Millis>(database.busy_since_ + limit - now);
    if (left.count() <= 0) return 0;
    pause = std::min(pause, left);
  }
  std::this_thread::sleep_for(pause);
  return 1;
}

int SqliteDatabase::on_progress(void* self) {
  auto& database = *static_cast<SqliteDatabase*>(self);
  if (!database.guarded_) return 0;
  if (database.deadline_ && Clock::now() >= *database.deadline_) database.deadline_passed_ = true;
  return database.deadline_passed_ || database.cancelled_ ? 1 : 0;
}

int SqliteDatabase::on_authorize(void* self, int action, const char* first, const char* second,
                                 const char* /*database*/, const char* /*trigger*/) {
  auto& database = *static_cast<SqliteDatabase*>(self);
  if (!database.guarded_) return SQLITE_OK;
  const bool nameless = first == nullptr || *first == '\0';
  const bool transaction = action == SQLITE_TRANSACTION || action == SQLITE_SAVEPOINT;
  const bool attach = action == SQLITE_ATTACH || action == SQLITE_DETACH;
  // VACUUM copies into a nameless attached database, in a transaction of its own; VACUUM INTO names a file.
  const bool of_vacuum = database.vacuuming_ && (action != SQLITE_ATTACH || nameless);
  const bool journal = action == SQLITE_PRAGMA && sqlite3_stricmp(first, "journal_mode") == 0 &&
                       (sqlite3_stricmp(second, "off") == 0 || sqlite3_stricmp(second, "memory") == 0);
  if (journal) database.denied_ = Denied::Journal;
  if ((transaction || attach) && !of_vacuum) database.denied_ = Denied::Transaction;
  return database.denied_ == Denied::Nothing ? SQLITE_OK : SQLITE_DENY;
}

bool SqliteDatabase::in_transaction() const {
  return sqlite3_get_autocommit(file_.connection()) == 0;
}

Error SqliteDatabase::describe(std::string_view sql) {
  const bool interrupted = (sqlite3_errcode(file_.connection()) & 0xFF) == SQLITE_INTERRUPT;
  const bool cancelled = interrupted && !deadline_passed_ && cancelled_.exchange(false);
  return last_error(file_.connection(), sql,
                    {.cancelled = cancelled,
                     .deadline_passed = deadline_passed_,
                     .denied = denied_,
                     .can_ask_again = can_ask_again(),
                     .statement_timeout = options_.statement_timeout,
                     .lock_timeout = options_.lock_timeout,
                     .audience = audience_});
}

std::string SqliteDatabase::quote(std::string_view text) const {
  return doubled(text, '\'');
}

std::string SqliteDatabase::quote_name(std::string_view name) const {
  return doubled(name, '"');
}

Result<std::vector<Statement>> SqliteDatabase::split(std::string_view sql, std::size_t first_line) const {
  return split_script(sql, first_line);
}

Result<void> SqliteDatabase::step_all(sqlite3_stmt* statement, std::string_view sql, RowsPolicy policy,
                                      ports::Rows& rows) {
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    if (policy == RowsPolicy::Keep) rows.push_back(row_of(statement));
  }
  if (code != SQLITE_DONE) return fail(describe(sql));
  return {};
}

Result<ports::Rows> SqliteDatabase::run(std::string_view sql, RowsPolicy policy) {
  if (auto met = prepare(file_.meet()); !met) return fail(std::move(met.error()));
  ports::Rows rows;
  std::string_view rest = sql;
  while (!rest.empty()) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code =
        sqlite3_prepare_v2(file_.connection(), rest.data(), static_cast<int>(rest.size()), &raw, &tail);
    const StatementHandle statement(raw);
    if (code != SQLITE_OK) return fail(describe(rest));
    const bool writes = statement && sqlite3_stmt_readonly(statement.get()) == 0;
    if (writes && !file_.absent().empty()) {
      if (auto made = prepare(file_.make()); !made) return fail(std::move(made.error()));
      continue;  // it was compiled for what stood in
    }
    // Nothing but space and comments is no statement.
    if (statement) {
      rows.clear();
      if (auto stepped = step_all(statement.get(), rest, policy, rows); !stepped)
        return fail(std::move(stepped.error()));
    }
    rest.remove_prefix(static_cast<std::size_t>(tail - rest.data()));
  }
  return rows;
}

Result<ports::Rows> SqliteDatabase::query(std::string_view sql) {
  auto rows = run(sql, RowsPolicy::Keep);
  if (!rows && begun_) failed_ = true;
  return rows;
}

Result<void> SqliteDatabase::restore_settings() {
  auto ran = run(session_locked_ ? kOwnSettings : kSettings, RowsPolicy::Drop);
  if (!ran) return fail(std::move(ran.error()));
  // PRAGMA busy_timeout replaces it.
  sqlite3_busy_handler(file_.connection(), on_busy, this);
  return {};
}

Result<void> SqliteDatabase::drop_temporary_objects() {
  auto objects =
      run("SELECT type, name FROM temp.sqlite_schema WHERE type IN ('table', 'view', 'trigger') AND "
          "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC",
          RowsPolicy::Keep);
  if (!objects) return fail(std::move(objects.error()));
  for (const ports::Row& row : *objects) {
    auto dropped =
        run(fmt::format("DROP {} IF EXISTS temp.{}", *row[0], quote_name(*row[1])), RowsPolicy::Drop);
    if (!dropped) return fail(std::move(dropped.error()));
  }
  return {};
}

Result<std::optional<ports::Rows>> SqliteDatabase::begin(const ports::TransactionOptions& options,
                                                         std::string_view first_query) {
  rollback();
  if (auto made = options.snapshot ? Result<void>() : prepare(file_.make()); !made)
    return fail(std::move(made.error()));
  options_ = options;
  deadline_passed_ = false;
  denied_ = Denied::Nothing;
  if (auto restored = restore_settings(); !restored) return fail(std::move(restored.error()));
  if (!session_locked_) {
    if (auto dropped = drop_temporary_objects(); !dropped) return fail(std::move(dropped.error()));
  }
  if (auto begun = run(options.snapshot ? "BEGIN DEFERRED" : "BEGIN IMMEDIATE", RowsPolicy::Drop); !begun) {
    if (begun.error().reason == kLockHeld && !options.lock_key.empty()) return std::optional<ports::Rows>();
    return fail(std::move(begun.error()));
  }
  begun_ = true;
  failed_ = false;
  auto keys = options.snapshot ? Result<ForeignKeys>() : foreign_keys();
  auto rows = keys ? run(first_query, RowsPolicy::Keep) : fail(std::move(keys.error()));
  if (!rows) {
    Error error = std::move(rows.error());
    rollback();
    return fail(std::move(error));
  }
  foreign_keys_before_ = std::move(*keys);
  return std::optional<ports::Rows>(std::move(*rows));
}

Result<void> SqliteDatabase::execute(const Statement& statement) {
  if (cancelled_.exchange(false))
    return fail(ErrorKind::Transient, "Cancelled", "The statement was cancelled.");
  deadline_passed_ = false;
  denied_ = Denied::Nothing;
  deadline_.reset();
  if (options_.statement_timeout.count() > 0) deadline_ = Clock::now() + options_.statement_timeout;
  vacuuming_ = is_vacuum(statement.text);
  guarded_ = true;
  auto ran = run(statement.text, RowsPolicy::Drop);
  guarded_ = false;
  if (!ran) {
    failed_ = begun_;
    return fail(std::move(ran.error()));
  }
  if (begun_ && !in_transaction()) return transaction_ended();
  return {};
}

Result<ForeignKeys> SqliteDatabase::foreign_keys() {
  return read_foreign_keys(*this, [this](std::string_view sql) { return run(sql, RowsPolicy::Keep); });
}

Result<void> SqliteDatabase::check_foreign_keys() {
  const auto now = foreign_keys();
  if (!now) return fail(now.error());
  return compare_foreign_keys(foreign_keys_before_, *now);
}

Result<ports::Rows> SqliteDatabase::conclude(std::string_view sql) {
  if (!in_transaction()) return transaction_ended();
  if (failed_) return terminal("TransactionAborted", "The transaction was aborted by an earlier error.");
  if (auto restored = restore_settings(); !restored) return fail(std::move(restored.error()));
  if (auto checked = check_foreign_keys(); !checked) {
    failed_ = true;
    return fail(std::move(checked.error()));
  }
  return query(sql);
}

Result<void> SqliteDatabase::commit() {
  if (!in_transaction()) return transaction_ended();
  if (failed_) {
    rollback();
    return terminal("TransactionAborted",
                    "The transaction was aborted by an earlier error and is rolled back.");
  }
  auto ran = run("COMMIT", RowsPolicy::Drop);
  if (ran) {
    begun_ = false;
    return {};
  }
  Error error = std::move(ran.error());
  if (!in_transaction() && error.reason == "DatabaseUnreachable") {
    begun_ = false;
    return fail(
        ErrorKind::InDoubt, "CommitInDoubt",
        fmt::format(
            "The disk failed during COMMIT; whether it was committed is read from the ledger next. {}",
            error.message));
  }
  rollback();
  return fail(std::move(error));
}

void SqliteDatabase::rollback() {
  begun_ = false;
  failed_ = false;
  // Fails only where SQLite has rolled back by itself.
  if (in_transaction()) sqlite3_exec(file_.connection(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<bool> SqliteDatabase::try_session_lock(const ports::TransactionOptions& options) {
  auto begun = begin(options, {});
  if (!begun) return fail(std::move(begun.error()));
  rollback();
  session_locked_ = begun->has_value();
  return session_locked_;
}

void SqliteDatabase::end_session_lock() {
  rollback();
  session_locked_ = false;  // the next transaction drops what the revision left in the temp schema
  (void)restore_settings();
  // An exclusive lock on the file is let go at the next reading.
  (void)run(fmt::format("PRAGMA synchronous = {}; SELECT 1 FROM main.sqlite_master LIMIT 1", synchronous_),
            RowsPolicy::Drop);
}

// SQLite's lock is the file's, and tells nothing of who has it.
Result<LockHolder> SqliteDatabase::lock_holder(std::string_view /*lock_key*/) {
  return LockHolder{.of_file = true};
}

void SqliteDatabase::cancel() noexcept {
  cancelled_ = true;
  sqlite3_interrupt(file_.connection());
}

}  // namespace athanor::sqlite
