// What SQLite's result codes mean (design section 4).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/audience.hpp"
#include "core/result.hpp"

struct sqlite3;

namespace athanor::sqlite {

/// Another process has the file locked.
inline constexpr const char* kLockHeld = "LockHeld";

/// What the authorizer refused.
enum class Denied {
  Nothing,
  Transaction,  ///< to begin or end one, or to attach a database
  Journal,      ///< to switch off what a rollback needs
};

/// Why the library stopped, where its code alone doesn't tell.
struct ErrorContext {
  bool cancelled = false;        ///< cancel() was called
  bool deadline_passed = false;  ///< the statement timeout was reached
  Denied denied = Denied::Nothing;
  bool can_ask_again = false;  ///< whoever has the file locked can be waited for by asking again
  std::chrono::milliseconds statement_timeout{0};
  std::chrono::milliseconds lock_timeout{0};
  Audience audience = Audience::Operator;
  std::string file{};  ///< its path; filled in by last_error()
};

/// The connection's last error, without_quotation(). `site.line` is the line within `sql`.
[[nodiscard]] Error last_error(sqlite3* connection, std::string_view sql, const ErrorContext& context);

/// A message of the library's without what it quotes of a statement or of a row, which may be a password: the
/// text at fault where a statement does not parse, that of a CHECK without a name.
[[nodiscard]] std::string without_quotation(std::string_view message);

/// 1-based line of a byte offset; 0 for a negative one.
[[nodiscard]] std::size_t line_at(std::string_view sql, int offset);

}  // namespace athanor::sqlite
