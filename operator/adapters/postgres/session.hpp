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

#include "adapters/postgres/cancel_request.hpp"
#include "adapters/postgres/handshake.hpp"
#include "adapters/postgres/message_limit.hpp"
#include "adapters/postgres/postgres_errors.hpp"
#include "adapters/postgres/wake_up.hpp"
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
  /// @param limit from the client's side, for the sending too. A server that doesn't keep it is given up, and
  /// the connection closed.
  /// @param completed results that arrived before a failure, if wanted
  [[nodiscard]] tl::expected<Reply, ServerError> run(std::string_view sql, RowsPolicy policy,
                                                     const MessageLimit& limit, Reply* completed = nullptr);

  /// Bookkeeping: one message, the rows of its last statement.
  [[nodiscard]] tl::expected<ports::Rows, ServerError> query(std::string_view sql, const MessageLimit& limit);

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

  /// From any thread, and without waiting: the message that is running, or the next one, is cancelled.
  void cancel() noexcept;
  [[nodiscard]] bool cancel_requested() const { return cancelled_; }
  /// Whether cancel() was called; what comes later runs again.
  bool take_cancel() { return cancelled_.exchange(false); }
  /// Closes the connection; whatever was open is rolled back by the server.
  void close() noexcept;

 private:
  class Connection;

  enum class Awaited { Input, Nothing, GivenUp };
  /// Sends what is still to be sent, and waits for something to arrive, as long as `watch` allows.
  Awaited await_input(MessageWatch& watch);
  /// Waits until a result can be taken.
  /// @return false: given up
  bool await_result(MessageWatch& watch);
  /// Ends a COPY that the server has begun to stream, so that the session goes on.
  bool end_copy(ExecStatusType status, MessageWatch& watch);
  /// Takes the results of the message that was sent, one after the other.
  /// @return false: given up
  bool take_results(MessageWatch& watch, Reply& reply, std::optional<ServerError>& failure);
  tl::unexpected<ServerError> give_up(const MessageWatch& watch);

  std::unique_ptr<Connection> connection_;
  PGconn* handle_ = nullptr;  ///< connection_'s; null once closed
  CancelRequest request_;
  WakeUp bell_;  ///< rung by cancel()
  std::atomic<bool> cancelled_{false};
  std::string user_, database_, password_;
  bool deadline_passed_ = false;
};

}  // namespace athanor::postgres
