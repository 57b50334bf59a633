// What the server and libpq say went wrong, and what that means (design section 4).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/audience.hpp"
#include "core/result.hpp"

namespace athanor::postgres {

/// An error as the server reported it, or as libpq did (then without a SQLSTATE).
struct ServerError {
  std::string sqlstate{};  ///< empty: libpq's own, as a rule a lost connection
  std::string message{};   ///< the primary message
  std::string hint{};      ///< the server's advice
  std::string context{};   ///< where inside a function it happened; its first line is used
  std::string schema{};    ///< object names, where the server tells them
  std::string table{};
  std::size_t position = 0;      ///< in characters, from 1, within the message sent; 0: not known
  bool connection_lost = false;  ///< the session is over
  bool copy_stream = false;      ///< the statement wanted to stream COPY data to or from the client
};

/// Who asked for what failed, for what a message advises.
struct ErrorContext {
  std::string user{};            ///< role that the statements run as
  std::string login{};           ///< session's login role, who alone can SET ROLE; empty: `user`
  std::string database{};        ///< for GRANT hints
  std::string_view sql{};        ///< what `position` counts in
  std::string password{};        ///< never printed
  bool cancelled = false;        ///< cancel() was called
  bool deadline_passed = false;  ///< the client-side deadline cancelled it
  bool bookkeeping = false;      ///< what failed is Athanor's own reading or recording, and no revision's SQL
  bool writable = false;         ///< the server had granted a session or transaction that writes
  std::chrono::milliseconds statement_timeout{0};
  std::chrono::milliseconds lock_timeout{0};
  Audience audience = Audience::Operator;
};

/// Kind, reason and a message for a person: at most about a KiB, without DETAIL (it quotes rows) and without
/// the excerpt of the statement, and without what the primary message itself quotes of either. `site.line` is
/// the line within `context.sql`.
[[nodiscard]] Error to_error(const ServerError& error, const ErrorContext& context);

/// The kind that a SQLSTATE stands for.
[[nodiscard]] ErrorKind kind_of(std::string_view sqlstate);

/// A failure to connect.
/// @param text libpq's message, in its verbose form (`FATAL:  28P01: password authentication …`)
/// @param where host and port, for the message
/// @return Transient DatabaseUnreachable, AuthenticationFailed, DatabaseMissing, DatabaseReadOnly,
/// TlsRequired,
///   TlsFailed; Terminal PermissionDenied (no CONNECT), ConnectionRejected
[[nodiscard]] Error connect_error(std::string_view text, std::string_view where, const ErrorContext& context);

/// 1-based line of the `position`-th character (not byte) of UTF-8 text; 0 if position is 0 or too large.
[[nodiscard]] std::size_t line_of(std::string_view sql, std::size_t position);

/// At most `bytes` of `text`, cut between characters, without control characters, and with every `secret` of
/// at least three characters replaced.
[[nodiscard]] std::string presentable(std::string_view text, std::string_view secret,
                                      std::size_t bytes = 900);

}  // namespace athanor::postgres
