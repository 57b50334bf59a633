#include "adapters/postgres/postgres_errors.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "adapters/postgres/way_out.hpp"
#include "core/text.hpp"

namespace athanor::postgres {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kShortestSecret = 3;

bool is_continuation_byte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t N>
bool contains_any(std::string_view text, const std::array<std::string_view, N>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return contains(text, part); });
}

std::string quoted_name(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + '"';
}

/// The name after `prefix` in an English server message, without its quotes.
std::optional<std::string> object_after(std::string_view message, std::string_view prefix) {
  if (!message.starts_with(prefix)) return std::nullopt;
  std::string_view name = message.substr(prefix.size());
  if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"'))
    name = name.substr(1, name.size() - 2);
  return quoted_name(name);
}

/// What gives the missing privilege. The server's messages are English unless lc_messages says otherwise, and
/// then the advice stays general.
std::string grant_advice(const ServerError& error, const ErrorContext& context) {
  const std::string role = quoted_name(context.user);
  if (const auto schema = object_after(error.message, "permission denied for schema ")) {
    return fmt::format("GRANT USAGE, CREATE ON SCHEMA {} TO {};", *schema, role);
  }
  if (object_after(error.message, "permission denied for database ")) {
    return fmt::format("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {};",
                       quoted_name(context.database), role);
  }
  for (const std::string_view kind : {"table"sv, "view"sv, "relation"sv}) {
    if (const auto table = object_after(error.message, fmt::format("permission denied for {} ", kind))) {
      const std::string schema = error.schema.empty() ? "" : quoted_name(error.schema) + ".";
      return fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON {}{} TO {};", schema, *table, role);
    }
  }
  if (const auto sequence = object_after(error.message, "permission denied for sequence ")) {
    return fmt::format("GRANT USAGE, SELECT ON SEQUENCE {} TO {};", *sequence, role);
  }
  if (const auto function = object_after(error.message, "permission denied for function ")) {
    return fmt::format("GRANT EXECUTE ON FUNCTION {} TO {};", *function, role);
  }
  if (const auto other = object_after(error.message, "permission denied to set role ")) {
    return fmt::format("GRANT {} TO {};", *other, context.login.empty() ? role : quoted_name(context.login));
  }
  for (const std::string_view membership : {"must be member of role "sv, "must be able to SET ROLE "sv}) {
    if (const auto other = object_after(error.message, membership)) {
      return fmt::format("GRANT {} TO {};", *other, role);
    }
  }
  if (error.message.starts_with("must be owner of ")) {
    return fmt::format("GRANT the role that owns the object TO {}, and {}.", role,
                       way_out_of(context.audience).owner);
  }
  return fmt::format(
      "GRANT {} the privilege that the message names, or let the revision run as another role "
      "({}).",
      role, way_out_of(context.audience).other_role);
}

/// Without what the server quotes of the statement or of a row, which may be a password: where a statement
/// does not parse, the text at fault; where a value does not fit, the value. That is all of class 22 (data
/// exceptions): too many of its states quote data, in the server or in an extension, to list them.
std::string without_quotation(const ServerError& error) {
  constexpr std::string_view kSyntaxError = "42601";
  constexpr std::string_view kDataException = "22";
  // Of every language that the server speaks.
  constexpr std::array kQuotes = {R"(")"sv, "'"sv, "`"sv, "»"sv, "«"sv, "„"sv, "“"sv, "”"sv, "「"sv, "」"sv};
  constexpr std::string_view kConnectionString = "invalid connection string syntax";
  const std::string_view text = error.message;
  if (error.sqlstate != kSyntaxError && !error.sqlstate.starts_with(kDataException)) return error.message;
  if (text.starts_with(kConnectionString)) return std::string(kConnectionString);
  if (const std::size_t near = text.find(" at or near "); near != std::string_view::npos) {
    return std::string(text.substr(0, near));
  }
  std::size_t first = text.size();
  std::size_t last = 0;
  for (const std::string_view quote : kQuotes) {
    first = std::min(first, text.find(quote));
    if (const std::size_t at = text.rfind(quote); at != std::string_view::npos) {
      last = std::max(last, at + quote.size());
    }
  }
  if (last == 0) return error.message;
  return fmt::format("{}\"…\"{}", text.substr(0, first), text.substr(last));
}

std::string with_sqlstate(const ServerError& error) {
  return error.sqlstate.empty() ? error.message
                                : fmt::format("{} (SQLSTATE {})", without_quotation(error), error.sqlstate);
}

struct Verdict {
  ErrorKind kind;
  std::string reason;
  std::string message;
};

/// Bookkeeping takes long only while it waits: a statement timeout shorter than the lock timeout is met then
/// before the lock timeout is, and says as little about the revision.
Verdict cancelled_bookkeeping_verdict(const ServerError& error, const ErrorContext& context) {
  if (context.cancelled) return {ErrorKind::Transient, "Cancelled", "Athanor's own work was cancelled."};
  return {ErrorKind::Transient, "LockTimeout",
          fmt::format("{}: Athanor's own reading or recording was cancelled before it "
                      "ended. As a rule it waits for a lock that another session holds: "
                      "pg_locks and pg_blocking_pids() tell which. If none does, raise {}.",
                      with_sqlstate(error), way_out_of(context.audience).statement_timeout)};
}

Verdict cancelled_verdict(const ServerError& error, const ErrorContext& context) {
  if (context.bookkeeping) return cancelled_bookkeeping_verdict(error, context);
  if (context.deadline_passed ||
      (context.statement_timeout.count() > 0 && contains(error.message, "statement timeout"))) {
    return {
        ErrorKind::Terminal, "StatementTimeout",
        fmt::format("The statement ran longer than the statement timeout of {} ms and was cancelled: raise "
                    "{}, or make the statement do less.",
                    context.statement_timeout.count(), way_out_of(context.audience).statement_timeout)};
  }
  if (context.cancelled) return {ErrorKind::Transient, "Cancelled", "The statement was cancelled."};
  return {ErrorKind::Terminal, "StatementCancelled",
          fmt::format("{}: somebody cancelled the statement, or a timeout of the server's did.",
                      with_sqlstate(error))};
}

Verdict verdict_of(const ServerError& error, const ErrorContext& context) {
  const std::string& state = error.sqlstate;
  const std::string text = with_sqlstate(error);
  if (error.copy_stream) {
    return {ErrorKind::Terminal, "CopyStream",
            "COPY ... FROM STDIN and COPY ... TO STDOUT need a client that streams the data: put the rows "
            "into the revision as "
            "INSERT statements, or load them by COPY ... FROM 'file' or a job of its own."};
  }
  if (state == "57014") return cancelled_verdict(error, context);
  // The state alone does not tell: CREATE SUBSCRIPTION fails with class 08 when another server is away.
  if (error.connection_lost) {
    return {ErrorKind::Transient, "DatabaseUnreachable",
            fmt::format("The connection to the database was lost: {}", text)};
  }
  if (state == "55P03") {
    return {ErrorKind::Transient, "LockTimeout",
            fmt::format("A lock was not granted within the lock timeout of {} ms: {}",
                        context.lock_timeout.count(), text)};
  }
  if (state == "40P01") return {ErrorKind::Transient, "Deadlock", text};
  if (state.starts_with("40")) return {kind_of(state), "SerializationFailure", text};
  if (state == "25006" && context.writable) {
    return {ErrorKind::Terminal, "TransactionControl",
            fmt::format("The revision has made its own transaction read-only: {}. Take SET TRANSACTION READ "
                        "ONLY, or what sets transaction_read_only, out of it.",
                        text)};
  }
  if (state == "25006")
    return {ErrorKind::Transient, "DatabaseReadOnly", fmt::format("The database is read-only: {}", text)};
  if (state == "3D000") return {ErrorKind::Transient, "DatabaseMissing", text};
  if (state.starts_with("28")) return {ErrorKind::Transient, "AuthenticationFailed", text};
  if (state.starts_with("53")) return {ErrorKind::Transient, "DatabaseOutOfResources", text};
  if (state == "42501") {
    return {ErrorKind::Terminal, "PermissionDenied",
            fmt::format("{}. What is missing: {}", text, grant_advice(error, context))};
  }
  return {kind_of(state), "SqlError", text};
}

/// The SQLSTATE and message of the last server error in libpq's verbose text.
struct StartupError {
  std::string sqlstate;
  std::string message;
  bool without_tls = false;  ///< the server points out that the connection was not encrypted
  bool tried_tls = false;    ///< TLS was tried as well, and refused as well
};

std::optional<StartupError> startup_error(std::string_view text) {
  // Before version 14 and since.
  constexpr std::array kWithoutTls = {"SSL off"sv, "no encryption"sv};
  constexpr std::array kWithTls = {"SSL on"sv, "SSL encryption"sv};
  std::optional<StartupError> result;
  for (std::size_t at = text.find(":  "); at != std::string_view::npos; at = text.find(":  ", at + 1)) {
    const std::string_view rest = text.substr(at + 3);
    const std::string_view state = rest.substr(0, 5);
    const bool is_state =
        state.size() == 5 && rest.substr(5, 2) == ": " && std::all_of(state.begin(), state.end(), [](char c) {
          return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        });
    if (!is_state) continue;
    const std::string_view message = rest.substr(7, rest.find('\n', 7) - 7);
    result = StartupError{std::string(state), std::string(message), contains_any(message, kWithoutTls),
                          contains_any(text, kWithTls)};
  }
  return result;
}

Verdict startup_verdict(const StartupError& error, std::string_view where, const ErrorContext& context) {
  const WayOut& way_out = way_out_of(context.audience);
  const std::string text = fmt::format("{} (SQLSTATE {})", error.message, error.sqlstate);
  const std::string& state = error.sqlstate;
  if (state == "28000" && error.without_tls && !error.tried_tls) {
    return {
        ErrorKind::Transient, "TlsRequired",
        fmt::format("The server at {} accepts this login over TLS only: {}. {}, or remove `sslmode=disable`.",
                    where, text, way_out.encrypt)};
  }
  if (state.starts_with("28")) {
    return {
        ErrorKind::Transient, "AuthenticationFailed",
        fmt::format("The server at {} refused the login: {}. Check user and password in {}, and the server's "
                    "pg_hba.conf.",
                    where, text, way_out.login)};
  }
  if (state == "3D000") {
    return {ErrorKind::Transient, "DatabaseMissing",
            fmt::format("The server at {} has no such database: {}. Create it; Athanor never does.", where,
                        text)};
  }
  if (state == "42501") {
    return {ErrorKind::Terminal, "PermissionDenied",
            fmt::format("{}. What is missing: GRANT CONNECT ON DATABASE {} TO {};", text,
                        quoted_name(context.database), quoted_name(context.user))};
  }
  if (kind_of(state) == ErrorKind::Transient) {
    return {ErrorKind::Transient, "DatabaseUnreachable",
            fmt::format("The server at {} does not accept sessions: {}", where, text)};
  }
  return {ErrorKind::Terminal, "ConnectionRejected",
          fmt::format("The server at {} rejected the session: {}", where, text)};
}

bool ends_a_sentence(std::string_view text) {
  return !text.empty() && std::string_view(".?!:").find(text.back()) != std::string_view::npos;
}

/// libpq's own messages, which are English: nothing here calls setlocale.
Verdict client_verdict(std::string_view text, std::string_view where, const WayOut& way_out) {
  constexpr std::array kReadOnly = {"session is read-only"sv, "server is in hot standby mode"sv};
  constexpr std::array kTls = {"certificate"sv,
                               "SSL error"sv,
                               "SSL SYSCALL"sv,
                               "could not initiate SSL"sv,
                               "could not establish SSL"sv,
                               "could not create SSL"sv};
  if (contains_any(text, kReadOnly)) {
    return {ErrorKind::Transient, "DatabaseReadOnly",
            fmt::format("The server at {} is a standby or read-only: a migration needs the primary.", where)};
  }
  if (contains(text, "no password supplied")) {
    return {ErrorKind::Transient, "AuthenticationFailed",
            fmt::format("The server at {} asks for a password, and {}.", where, way_out.without_password)};
  }
  if (contains(text, "server does not support SSL")) {
    return {ErrorKind::Transient, "TlsRequired",
            fmt::format("The server at {} does not speak TLS, which is required. Switch TLS "
                        "on at the server "
                        "or, if the network is trusted, {}.",
                        where, way_out.do_not_encrypt)};
  }
  if (contains_any(text, kTls)) {
    return {ErrorKind::Transient, "TlsFailed",
            fmt::format("TLS with the server at {} failed: {}. Give the certificate authority as "
                        "{}, and use the host name that stands in the server's certificate.",
                        where, text, way_out.root_certificate)};
  }
  return {
      ErrorKind::Transient, "DatabaseUnreachable",
      fmt::format("No connection to the server at {}: {}{}", where, text, ends_a_sentence(text) ? "" : ".")};
}

/// Without libpq's `connection to server at … failed: `, its lines as sentences of one; the last is left
/// open.
std::string last_reason(std::string_view text) {
  constexpr std::string_view kFailed = " failed: ";
  if (const std::size_t at = text.rfind(kFailed); at != std::string_view::npos)
    text.remove_prefix(at + kFailed.size());
  std::string reason;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view said = trim(line);
    if (said.empty()) continue;
    if (!reason.empty()) reason += ends_a_sentence(reason) ? " " : ". ";
    reason += said;
  }
  return reason;
}

}  // namespace

ErrorKind kind_of(std::string_view sqlstate) {
  constexpr std::array kTransientClasses = {"08"sv, "28"sv, "53"sv};
  // 40003 leaves it open whether the statement was completed.
  constexpr std::array kTransient = {"3D000"sv, "40001"sv, "40P01"sv, "55P03"sv, "25006"sv, "25P03"sv};
  if (sqlstate.empty() || sqlstate.starts_with("57P0")) return ErrorKind::Transient;
  const bool transient = std::find(kTransientClasses.begin(), kTransientClasses.end(),
                                   sqlstate.substr(0, 2)) != kTransientClasses.end() ||
                         std::find(kTransient.begin(), kTransient.end(), sqlstate) != kTransient.end();
  return transient ? ErrorKind::Transient : ErrorKind::Terminal;
}

Error to_error(const ServerError& error, const ErrorContext& context) {
  Verdict verdict = verdict_of(error, context);
  std::string message = std::move(verdict.message);
  if (!error.hint.empty()) message += fmt::format(" Hint of the server: {}", error.hint);
  if (const std::string_view first = std::string_view(error.context).substr(0, error.context.find('\n'));
      first.starts_with("PL/pgSQL function ")) {
    message += fmt::format(" In {}.", first);
  }
  return {verdict.kind,
          std::move(verdict.reason),
          presentable(message, context.password),
          {.line = line_of(context.sql, error.position), .sqlstate = error.sqlstate},
          !error.connection_lost};
}

Error connect_error(std::string_view text, std::string_view where, const ErrorContext& context) {
  const auto startup = startup_error(text);
  Verdict verdict = startup ? startup_verdict(*startup, where, context)
                            : client_verdict(last_reason(text), where, way_out_of(context.audience));
  return {verdict.kind,
          std::move(verdict.reason),
          presentable(verdict.message, context.password),
          {.sqlstate = startup ? startup->sqlstate : std::string()}};
}

std::size_t line_of(std::string_view sql, std::size_t position) {
  if (position == 0) return 0;
  std::size_t line = 1;
  std::size_t characters = 0;
  for (const char c : sql) {
    if (is_continuation_byte(c)) continue;
    if (++characters == position) return line;
    if (c == '\n') ++line;
  }
  // A syntax error at the end of the input is reported one past it.
  return position == characters + 1 ? line : 0;
}

std::string presentable(std::string_view text, std::string_view secret, std::size_t bytes) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    if (secret.size() >= kShortestSecret && text.starts_with(secret)) {
      result += "***";
      text.remove_prefix(secret.size());
      continue;
    }
    const char c = text.front();
    result += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    text.remove_prefix(1);
  }
  if (result.size() <= bytes) return result;
  std::size_t end = bytes;
  while (end > 0 && is_continuation_byte(result[end])) --end;
  return result.substr(0, end) + "…";
}

}  // namespace athanor::postgres
