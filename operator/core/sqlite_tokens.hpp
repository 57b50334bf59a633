// SQLite's own tokenizer, as far as text is cut by it (https://sqlite.org/lang.html).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace athanor {

struct SqliteToken {
  enum class Kind : std::uint8_t {
    Space,
    Comment,
    Semicolon,
    Unterminated,  ///< a quote that is never closed, and all behind it
    Word,          ///< a keyword or a name without quotes
    QuotedName,    ///< "name", `name` or [name]
    String,        ///< 'text' or x'blob'
    Number,
    Symbol,  ///< an operator, whole, or a mark
  };
  Kind kind = Kind::Symbol;
  std::string_view text;
};

/// The token that `text` begins with. REQUIRES: text isn't empty.
[[nodiscard]] SqliteToken next_sqlite_token(std::string_view text);

/// All tokens but space and comments. They point into `text`.
[[nodiscard]] std::vector<SqliteToken> sqlite_tokens(std::string_view text);

}  // namespace athanor
