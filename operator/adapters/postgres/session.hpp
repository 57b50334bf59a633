// A libpqxx connection that adopts an open libpq one, never reconnects, and reads results as they come.
//
// libpqxx owns the connection: it opens, answers for and closes it. Statements go through libpq's handle,
// which libpqxx hands to its connection policy, because running them in libpqxx 6.4.5 can't do what is needed
// here: it keeps every row (5 million are 640 MB) and only the last of several results (BEGIN, lock and first
// query are one message), it drops the SQLSTATE of a missing privilege, and when the connection is lost it
// drops the server's last words and leaks the result that held them.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/postgres/handshake.hpp"
#include "adapters/postgres/postgres_errors.hpp"
#include "ports/database.hpp"

namespace athanor::postgres {

/// What became of one message of SQL.
struct Reply {
  std::vector<ports::Rows> results;  ///< one per statement; empty where rows were dropped
};

/// What to do with rows that arrive.
enum class RowsPolicy { Keep, Drop };

class Session {
 public:
  explicit Session(ConnectionHandle connection);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Sends one simple-query message and reads all its results.
  ///
  /// Rows that are dropped are dropped one by one, as they come. A statement that asks for or sends a COPY
  /// stream fails, and leaves the session usable.
  /// @param timeout from the client's side: then the statement is cancelled, and a server that doesn't answer
  /// even
  ///   to that is given up and the connection closed; 0: none
  /// @param completed results that arrived before a failure, if wanted
  [[nodiscard]] tl::expected<Reply, ServerError> run(std::string_view sql, RowsPolicy policy,
                                                     std::chrono::milliseconds timeout = {},
                                                     Reply* completed = nullptr);

  /// Bookkeeping: one message, the rows of its last statement.
  [[nodiscard]] tl::expected<ports::Rows, ServerError> query(std::string_view sql);

  enum class State { Idle, InTransaction, Aborted, Lost };
  /// As the server last said.
  [[nodiscard]] State state() const;

  [[nodiscard]] int server_version() const;
  /// As the protocol says; a pooler's own number behind a pooler.
  [[nodiscard]] int backend_pid() const;
  [[nodiscard]] const std::string& user() const { return user_; }
  [[nodiscard]] const std::string& database() const { return database_; }
  [[nodiscard]] const std::string& password() const { return password_; }
  /// A setting that the server reports of itself, for example client_encoding; empty if it doesn't.
  [[nodiscard]] std::string reported(const char* setting) const;
  /// True if the last run() was cancelled by its own time limit.
  [[nodiscard]] bool deadline_passed() const { return deadline_passed_; }

  /// From any thread: cancels what is running.
  void cancel() noexcept;
  /// Closes the connection; whatever was open is rolled back by the server.
  void close() noexcept;

 private:
  class Connection;

  /// Waits until a result can be taken, and cancels once `deadline` has passed.
  /// @return false if the server doesn't answer to the cancel either
  bool await_result(std::optional<std::chrono::steady_clock::time_point>& deadline);

  std::unique_ptr<Connection> connection_;
  PGconn* handle_ = nullptr;  ///< connection_'s; null once closed
  std::unique_ptr<PGcancel, void (*)(PGcancel*)> cancel_;
  std::string user_, database_, password_;
  bool deadline_passed_ = false;
};

}  // namespace athanor::postgres
