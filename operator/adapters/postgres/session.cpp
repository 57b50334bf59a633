#include "adapters/postgres/session.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <pqxx/connection_base>
#include <pqxx/connectionpolicy>
#include <pqxx/errorhandler>

namespace athanor::postgres {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a request to cancel may be under way behind what it was meant for.
constexpr auto kRequestPatience = std::chrono::seconds(1);

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

ServerError error_of(const PGresult* result) {
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
      request_(connection.get()),
      user_(PQuser(handle_)),
      database_(PQdb(handle_)),
      password_(PQpass(handle_) == nullptr ? "" : PQpass(handle_)) {
  // So that neither sending a long message nor closing can block: both are waited for with a limit.
  PQsetnonblocking(handle_, 1);
  connection_ = std::make_unique<Connection>(std::move(connection));
}

Session::~Session() = default;

void Session::close() noexcept {
  handle_ = nullptr;
  connection_->shut();
}

void Session::cancel() noexcept {
  cancelled_ = true;
  bell_.ring();
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

Session::Awaited Session::await_input(MessageWatch& watch) {
  const int unsent = PQflush(handle_);
  switch (watch.decide(Clock::now(), cancelled_)) {
    case MessageWatch::Act::Wait:
      break;
    case MessageWatch::Act::AskToCancel:
      request_.send();
      break;
    case MessageWatch::Act::GiveUp:
      return Awaited::GivenUp;
  }
  if (unsent < 0) {
    // What came before the failure, the server's last words maybe; the failure itself is told by PQgetResult.
    PQconsumeInput(handle_);
    return Awaited::Input;
  }
  int patience = -1;
  if (const auto due = watch.due()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now()).count();
    patience = static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongestPoll.count()));
  }
  const auto wanted = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
  std::array<pollfd, 2> entries{pollfd{PQsocket(handle_), wanted, 0}, pollfd{bell_.descriptor(), POLLIN, 0}};
  if (poll(entries.data(), entries.size(), patience) <= 0) return Awaited::Nothing;
  if (entries[1].revents != 0) bell_.hush();
  if (entries[0].revents == 0 || entries[0].revents == POLLOUT) return Awaited::Nothing;
  PQconsumeInput(handle_);
  return Awaited::Input;
}

bool Session::await_result(MessageWatch& watch) {
  while (PQstatus(handle_) != CONNECTION_BAD && PQisBusy(handle_) != 0) {
    if (await_input(watch) == Awaited::GivenUp) return false;
  }
  return true;
}

bool Session::end_copy(ExecStatusType status, MessageWatch& watch) {
  if (status == PGRES_COPY_IN) {
    PQputCopyEnd(handle_, "no data comes with a revision");
    return true;
  }
  for (;;) {
    char* data = nullptr;
    const int got = PQgetCopyData(handle_, &data, 1);
    if (got < 0) return true;
    if (got > 0) PQfreemem(data);
    if (got == 0 && await_input(watch) == Awaited::GivenUp) return false;
  }
}

bool Session::take_results(MessageWatch& watch, Reply& reply, std::optional<ServerError>& failure) {
  for (;;) {
    if (!await_result(watch)) return false;
    const ResultHandle result(PQgetResult(handle_));
    if (!result) return true;
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
        if (!end_copy(status, watch)) return false;
        break;
      default:
        if (!failure) failure = error_of(result.get());
        break;
    }
  }
}

tl::unexpected<ServerError> Session::give_up(const MessageWatch& watch) {
  close();
  const char* why = watch.asked()  ? "the server did not answer a request to cancel"
                    : watch.late() ? "the server did not answer in time"
                                   : "the server did not answer before the work was cancelled";
  return tl::unexpected(ServerError{.message = why, .connection_lost = true});
}

tl::expected<Reply, ServerError> Session::run(std::string_view sql, RowsPolicy policy,
                                              const MessageLimit& limit, Reply* completed) {
  deadline_passed_ = false;
  if (sql.find('\0') != std::string_view::npos) {
    return tl::unexpected(ServerError{.sqlstate = "22021", .message = "the statement has a zero byte"});
  }
  if (handle_ == nullptr || PQsendQuery(handle_, std::string(sql).c_str()) == 0) {
    return tl::unexpected(lost(handle_));
  }
  if (policy == RowsPolicy::Drop) PQsetSingleRowMode(handle_);
  MessageWatch watch(limit, Clock::now());
  Reply reply;
  std::optional<ServerError> failure;
  const bool ended = take_results(watch, reply, failure);
  deadline_passed_ = watch.late();
  if (completed != nullptr) *completed = reply;
  if (!ended) return give_up(watch);
  // The last words of a server that ends the session come before the end.
  if (failure) failure->connection_lost = PQstatus(handle_) == CONNECTION_BAD;
  if (!request_.settled_by(Clock::now() + kRequestPatience)) close();
  if (failure) return tl::unexpected(std::move(*failure));
  return reply;
}

tl::expected<ports::Rows, ServerError> Session::query(std::string_view sql, const MessageLimit& limit) {
  auto reply = run(sql, RowsPolicy::Keep, limit);
  if (!reply) return tl::unexpected(std::move(reply.error()));
  return reply->results.empty() ? ports::Rows() : std::move(reply->results.back());
}

}  // namespace athanor::postgres
