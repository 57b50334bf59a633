// What can go wrong, as a value: design section 4.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace athanor {

/// Decides what happens next. The table of design section 4 says what the controller does with each.
enum class ErrorKind {
  Transient,  ///< may pass by itself: tried again for ever, with a capped backoff
  Terminal,   ///< stays until an input changes
  Blocked,    ///< a gate or a policy says no; not a failure
  Conflict,   ///< another writer was faster: observe again at once
  InDoubt,    ///< the reply to COMMIT was lost: reconnect, lock, read the ledger; never assume
};

/// The kind's name as it stands in logs, for example "Transient".
[[nodiscard]] std::string_view to_string(ErrorKind kind);

/// Where something went wrong; each part is empty or 0 where it isn't known.
struct ErrorSite {
  std::string revision{};  ///< revision id
  std::string file{};      ///< file, or ConfigMap and key
  std::size_t line = 0;    ///< 1-based
  std::string sqlstate{};  ///< five characters, PostgreSQL only

  bool operator==(const ErrorSite&) const = default;
};

/// An expected failure.
struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::Terminal;
  std::string reason;   ///< CamelCase: the condition's reason and a metric label
  std::string message;  ///< for a person: what failed, where, and what to do; never a DSN or a password
  ErrorSite site{};
  /// A database's own answer, in a session that goes on: what failed is not in. False if the session was lost
  /// over it, and where no database was asked.
  bool answered = false;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Short for returning a failure: `return fail(ErrorKind::Terminal, "BadSpec", "...");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string reason, std::string message,
                                                ErrorSite site = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(reason), std::move(message), std::move(site)});
}

/// Passes the failure of one Result on as that of another.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace athanor
