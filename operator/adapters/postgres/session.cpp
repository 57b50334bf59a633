#include "adapters/postgres/session.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <pqxx/connection_base>
#include <pqxx/connectionpolicy>
#include <pqxx/errorhandler>

namespace athanor::postgres {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a server may take to answer after it was asked to cancel, before the connection is given up.
constexpr auto kCancelPatience = std::chrono::seconds(15);

/// poll() counts in int milliseconds: longer waits are made of several.
constexpr std::chrono::milliseconds kLongestPoll = std::chrono::hours(24);

struct ResultCloser {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ResultCloser>;

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

ServerError lost(const PGconn* connection) {
  const char* text = connection == nullptr ? "" : PQerrorMessage(connection);
  return {.message = *text == '\0' ? "the connection is closed" : text, .connection_lost = true};
}

ServerError error_of(const PGconn* connection, const PGresult* result) {
  ServerError error{.sqlstate = field(result, PG_DIAG_SQLSTATE),
                    .message = field(result, PG_DIAG_MESSAGE_PRIMARY),
                    .hint = field(result, PG_DIAG_MESSAGE_HINT),
                    .context = field(result, PG_DIAG_CONTEXT),
                    .schema = field(result, PG_DIAG_SCHEMA_NAME),
                    .table = field(result, PG_DIAG_TABLE_NAME)};
  if (const std::string position = field(result, PG_DIAG_STATEMENT_POSITION); !position.empty()) {
    error.position = std::stoul(position);
  }
  if (error.message.empty()) error.message = PQresultErrorMessage(result);
  error.connection_lost = PQstatus(connection) == CONNECTION_BAD;
  return error;
}

void append_rows(const PGresult* result, ports::Rows& rows) {
  const int columns = PQnfields(result);
  for (int row = 0; row < PQntuples(result); ++row) {
    ports::Row& cells = rows.emplace_back();
    cells.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        cells.emplace_back();
      } else {
        cells.emplace_back(std::in_place, PQgetvalue(result, row, column),
                           static_cast<std::size_t>(PQgetlength(result, row, column)));
      }
    }
  }
}

/// Ends a COPY that the server has begun to stream, so that the session goes on.
void end_copy(PGconn* connection, ExecStatusType status) {
  if (status == PGRES_COPY_IN) {
    PQputCopyEnd(connection, "no data comes with a revision");
    return;
  }
  char* data = nullptr;
  while (PQgetCopyData(connection, &data, 0) > 0) PQfreemem(data);
}

}  // namespace

/// Hands the open connection to libpqxx once. libpqxx would silently open another in place of a lost one,
/// whose locks, settings and transaction are gone: this policy can't.
class AdoptingPolicy final : public pqxx::connectionpolicy {
 public:
  explicit AdoptingPolicy(ConnectionHandle connection)
      : pqxx::connectionpolicy(std::string()), connection_(std::move(connection)) {}

  handle do_startconnect(handle existing) override {
    if (existing != nullptr) return existing;
    if (!connection_) throw pqxx::broken_connection("the connection is closed");
    return connection_.release();
  }
  handle do_completeconnect(handle existing) override { return existing; }

 private:
  ConnectionHandle connection_;
};

class Session::Connection final : public pqxx::connection_base {
 public:
  explicit Connection(ConnectionHandle handle) : pqxx::connection_base(policy_), policy_(std::move(handle)) {
    init();
    quiet_.emplace(*this);
    // Deprecated since libpqxx 7 has no reconnecting left to inhibit.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    inhibit_reactivation(true);
#pragma GCC diagnostic pop
  }
  ~Connection() {
    quiet_.reset();
    shut();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void shut() noexcept {
    close();
  }

 private:
  AdoptingPolicy policy_;
  /// Notices are dropped: a flood of them must cost nothing.
  std::optional<pqxx::quiet_errorhandler> quiet_;
};

Session::Session(ConnectionHandle connection)
    : handle_(connection.get()),
      cancel_(PQgetCancel(connection.get()), PQfreeCancel),
      user_(PQuser(handle_)),
      database_(PQdb(handle_)),
      password_(PQpass(handle_) == nullptr ? "" : PQpass(handle_)) {
  connection_ = std::make_unique<Connection>(std::move(connection));
}

Session::~Session() = default;

void Session::close() noexcept {
  handle_ = nullptr;
  connection_->shut();
}

void Session::cancel() noexcept {
  char error[256];
  // Fails if the server is gone, and then there is nothing to cancel.
  if (cancel_) PQcancel(cancel_.get(), error, sizeof error);
}

Session::State Session::state() const {
  if (handle_ == nullptr || PQstatus(handle_) == CONNECTION_BAD) return State::Lost;
  switch (PQtransactionStatus(handle_)) {
    case PQTRANS_IDLE:
      return State::Idle;
    case PQTRANS_INTRANS:
      return State::InTransaction;
    case PQTRANS_INERROR:
      return State::Aborted;
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
      break;
  }
  return State::Lost;
}

int Session::server_version() const {
  return connection_->server_version();
}

int Session::backend_pid() const {
  return connection_->backendpid();
}

std::string Session::reported(const char* setting) const {
  const char* value = handle_ == nullptr ? nullptr : PQparameterStatus(handle_, setting);
  return value == nullptr ? std::string() : std::string(value);
}

bool Session::await_result(std::optional<Clock::time_point>& deadline) {
  while (PQisBusy(handle_) != 0) {
    int patience = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
      patience = static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongestPoll.count()));
    }
    pollfd entry{PQsocket(handle_), POLLIN, 0};
    const int ready = poll(&entry, 1, patience);
    if (ready > 0) {
      // A failure is told by the PQgetResult that follows.
      if (PQconsumeInput(handle_) == 0) return true;
    } else if (ready == 0 && Clock::now() >= *deadline) {
      if (deadline_passed_) return false;
      deadline_passed_ = true;
      cancel();
      deadline = Clock::now() + kCancelPatience;
    }
  }
  return true;
}

tl::expected<Reply, ServerError> Session::run(std::string_view sql, RowsPolicy policy,
                                              std::chrono::milliseconds timeout, Reply* completed) {
  deadline_passed_ = false;
  if (sql.find('\0') != std::string_view::npos) {
    return tl::unexpected(ServerError{.sqlstate = "22021", .message = "the statement has a zero byte"});
  }
  if (handle_ == nullptr || PQsendQuery(handle_, std::string(sql).c_str()) == 0) {
    return tl::unexpected(lost(handle_));
  }
  if (policy == RowsPolicy::Drop) PQsetSingleRowMode(handle_);
  std::optional<Clock::time_point> deadline;
  if (timeout.count() > 0) deadline = Clock::now() + timeout;

  Reply reply;
  std::optional<ServerError> failure;
  for (;;) {
    if (!await_result(deadline)) {
      close();
      return tl::unexpected(
          ServerError{.message = "the server did not answer a request to cancel", .connection_lost = true});
    }
    const ResultHandle result(PQgetResult(handle_));
    if (!result) break;
    switch (const ExecStatusType status = PQresultStatus(result.get())) {
      case PGRES_SINGLE_TUPLE:
        break;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
      case PGRES_EMPTY_QUERY:
        append_rows(result.get(), reply.results.emplace_back());
        break;
      case PGRES_COPY_IN:
      case PGRES_COPY_OUT:
        if (!failure) failure = ServerError{.message = "COPY wants a stream", .copy_stream = true};
        end_copy(handle_, status);
        break;
      default:
        if (!failure) failure = error_of(handle_, result.get());
        break;
    }
  }
  if (completed != nullptr) *completed = reply;
  if (failure) return tl::unexpected(std::move(*failure));
  return reply;
}

tl::expected<ports::Rows, ServerError> Session::query(std::string_view sql) {
  auto reply = run(sql, RowsPolicy::Keep);
  if (!reply) return tl::unexpected(std::move(reply.error()));
  return reply->results.empty() ? ports::Rows() : std::move(reply->results.back());
}

}  // namespace athanor::postgres
