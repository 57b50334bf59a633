// One session with one database, as the apply protocol needs it (design section 7).
//
// The engine decides what is said and when; the adapter knows how its library and server want it said. Every
// adapter passes the contract suite (tests/contract/database).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/audience.hpp"
#include "core/lock_holder.hpp"
#include "core/result.hpp"
#include "core/sql_script.hpp"
#include "ports/objects.hpp"

namespace athanor::ports {

enum class Dialect { PostgreSql, Sqlite };

using Cell = std::optional<std::string>;  ///< text form; nullopt is NULL
using Row = std::vector<Cell>;
using Rows = std::vector<Row>;

/// What a new session can tell of its server.
struct ServerFacts {
  int version = 0;  ///< PostgreSQL: server_version_num, for example 150018; SQLite: sqlite3_libversion_number
  std::string
      identity;  ///< "system identifier/database oid"; SQLite: empty. What tells a database from its copy.
  std::string user;        ///< login role, for GRANT hints; SQLite: empty
  std::string database;    ///< its name, for GRANT hints
  bool read_only = false;  ///< a standby, or default_transaction_read_only
  bool pooled =
      false;  ///< a transaction pooler stands between (protocol's backend pid differs from pg_backend_pid)
  /// SQLite: the absolute path, as long as the file isn't there: an empty database until the first write
  /// makes it. Empty once it is there, and on PostgreSQL.
  std::string absent_file{};
};

struct TransactionOptions {
  std::string search_path;  ///< schema name for SET LOCAL search_path; empty leaves the server's
  std::string role;         ///< for SET LOCAL ROLE; empty: none
  std::chrono::milliseconds lock_timeout{
      5000};  ///< PostgreSQL lock_timeout, SQLite busy timeout; 0: no limit
  std::chrono::milliseconds statement_timeout{
      0};  ///< server-side, and a client-side deadline that cancels; 0: no limit
  std::string
      lock_key;  ///< names what the advisory lock protects; hashed by the adapter; empty: takes no lock
  /// Only to read, and every query sees the same moment: REPEATABLE READ READ ONLY on PostgreSQL, a deferred
  /// transaction on SQLite, where a writer waits for its end. Takes no lock_key; query() and rollback() may
  /// follow.
  bool snapshot = false;
};

class Database {
 public:
  virtual ~Database() = default;

  [[nodiscard]] virtual Dialect dialect() const = 0;
  [[nodiscard]] virtual const ServerFacts& facts() const = 0;

  /// `text` as a literal, quotes included, safe to put into SQL.
  [[nodiscard]] virtual std::string quote(std::string_view text) const = 0;
  /// `name` as an identifier, quotes included.
  [[nodiscard]] virtual std::string quote_name(std::string_view name) const = 0;

  /// Splits a section as this database's own parser would.
  [[nodiscard]] virtual Result<std::vector<Statement>> split(std::string_view sql,
                                                             std::size_t first_line) const = 0;

  /// Bookkeeping: runs `sql`, maybe several statements in one round trip, and returns the rows of the last
  /// one. Inside a transaction of begin() it runs in it; outside, PostgreSQL runs the message as one implicit
  /// transaction. A server that leaves bookkeeping (this, begin(), conclude(), COMMIT) without an answer for
  /// 30 s beyond lock and statement timeout is given up, and the session with it.
  [[nodiscard]] virtual Result<Rows> query(std::string_view sql) = 0;

  /// Starts a transaction: read committed and read-write on PostgreSQL, BEGIN IMMEDIATE with foreign_keys off
  /// on SQLite; settings for this transaction only; the lock tried without waiting; then `first_query`, with
  /// a snapshot taken after the lock was got. One round trip where the protocol allows it. While a session
  /// lock is held, settings are for first_query only: statements have what the revision set for its session.
  /// @return the rows of first_query; nullopt if the lock is held elsewhere, and then the transaction is
  /// rolled back already
  [[nodiscard]] virtual Result<std::optional<Rows>> begin(const TransactionOptions& options,
                                                          std::string_view first_query) = 0;

  /// Runs one statement of a revision, in the transaction or (after try_session_lock) outside one. Result
  /// rows are dropped without being kept, notices are bounded, COPY streams refused, the statement_timeout
  /// deadline kept from the client's side too. While a session lock is held, CREATE INDEX, REINDEX and DROP
  /// INDEX CONCURRENTLY have no lock timeout but one that the revision set for its session. An
  /// error's site has the SQLSTATE and the line within the statement (0: unknown); its `answered` tells
  /// whether it is certain that the statement is not in.
  /// @return Terminal `PoolerDetected` for PREPARE behind a transaction pooler, which can't take it back
  [[nodiscard]] virtual Result<void> execute(const Statement& statement) = 0;

  /// Undoes what revisions set in this transaction (search_path, role, timeouts), runs bookkeeping `sql`, and
  /// checks that it is still the transaction that begin() started. SQLite: foreign_key_check as well.
  /// Who shares the session with others (a pooler) leaves them neither settings, a role, temporary tables,
  /// locks nor LISTEN, and where the revision fails rollback() sees to that.
  /// @return the rows of the last statement; Terminal `TransactionEnded` if a revision ended the transaction
  [[nodiscard]] virtual Result<Rows> conclude(std::string_view sql) = 0;

  /// COMMIT, as a message of its own; constraints that are deferred until then are checked before it.
  /// @return InDoubt `CommitInDoubt` if the connection was lost before the reply, or no reply came in time;
  /// otherwise nothing was committed
  [[nodiscard]] virtual Result<void> commit() = 0;
  /// Ends a transaction, if one is open; never fails (a dead connection has rolled back already).
  virtual void rollback() = 0;

  /// query() and then rollback(), whatever the query's outcome; one round trip where the protocol allows it.
  [[nodiscard]] virtual Result<Rows> query_and_rollback(std::string_view sql) {
    auto rows = query(sql);
    rollback();
    return rows;
  }

  /// transaction: off. A session-level try-lock on the same key space as begin()'s, and session settings as
  /// in `options`; both end with end_session_lock() or with the connection.
  /// @return false: held elsewhere; Terminal `PoolerDetected` behind a transaction pooler
  [[nodiscard]] virtual Result<bool> try_session_lock(const TransactionOptions& options) = 0;
  virtual void end_session_lock() = 0;

  /// Who holds the lock that begin() or try_session_lock() did not get. One query, outside any transaction.
  /// @return empty fields for what this role may not see, all of them where nobody is found (any more)
  [[nodiscard]] virtual Result<LockHolder> lock_holder(std::string_view lock_key) = 0;

  /// Makes the statement running on another thread, or the next one, fail soon, and bookkeeping that does not
  /// end within a second or two; a server that doesn't answer is not waited for. Does not wait itself. The
  /// only call that may be made from another thread.
  virtual void cancel() noexcept = 0;
};

enum class TlsMode { Disable, Require, VerifyCa, VerifyFull };

/// A database to connect to, every reference to a Secret already followed.
struct ConnectionSpec {
  std::string url;  ///< postgresql://…, postgres://…, postgresql+driver://…, sqlite:///…, libpq keyword
                    ///< string; or empty
  StringMap
      parameters;  ///< libpq keywords (host, port, dbname, user, password, sslmode …), laid over the url's
  std::optional<TlsMode> tls;  ///< the environment's own mode; nullopt: the rule of `operator_rules`
  std::string root_cert_pem;   ///< empty: the system's
  bool operator_rules =
      true;                   ///< verify-full for TCP hosts that aren't loopback, unless `tls` says otherwise
  bool allow_sqlite = false;  ///< standalone mode and command line only
  std::string application_name = "athanor";
  /// SQLite: in place of the URL's file a database in memory, which the process's sessions with this name
  /// share; it is gone with the last of them.
  std::string memory;

  [[nodiscard]] bool is_sqlite() const { return url.starts_with("sqlite"); }
  /// Whose words errors are told in.
  [[nodiscard]] Audience audience() const {
    return operator_rules ? Audience::Operator : Audience::CommandLine;
  }
};

/// Opens sessions. Thread-safe.
class DatabaseConnector {
 public:
  virtual ~DatabaseConnector() = default;
  /// Bounded by a connect timeout of 10 s, name resolution and the first query included; ends soon after
  /// `cancel` is requested.
  /// @return Terminal `InvalidDatabaseUrl`, `DatabaseSchemeNotAllowed` (naming what is allowed, never the
  /// value);
  ///   Transient `DatabaseUnreachable`, `AuthenticationFailed`, `DatabaseMissing`, `DatabaseReadOnly`,
  ///   `TlsRequired`, `TlsFailed`
  [[nodiscard]] virtual Result<std::unique_ptr<Database>> connect(const ConnectionSpec& spec,
                                                                  std::stop_token cancel = {}) = 0;
};

}  // namespace athanor::ports
