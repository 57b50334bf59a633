// PostgreSQL's own scanner, as a list of tokens. The only door to libpg_query's
// scanner; its parser has one of its own (schema/parse_tree.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace athanor {

enum class TokenKind : std::uint8_t {
  Comment,     ///< `-- ...` without its line end, or a whole block comment
  Word,        ///< a keyword or an unquoted name
  QuotedName,  ///< "name" or U&"name"
  String,      ///< any quoted literal, dollar quotes too; pieces that the scanner joins are one token
  Number,
  Symbol,  ///< operators, punctuation, $1
};

/// Bytes [start, end) of the scanned text.
struct SqlToken {
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  TokenKind kind = TokenKind::Symbol;

  [[nodiscard]] std::string_view in(std::string_view text) const { return text.substr(start, end - start); }
  bool operator==(const SqlToken&) const = default;
};

/// Where and why the scanner gave up: nearly always a quote or comment that nothing closes.
struct ScanError {
  std::string message;     ///< the scanner's own words
  std::size_t offset = 0;  ///< byte at which the token at fault begins
};

/// So much text the scanner gets at once, unless a literal or comment is longer. It takes some 150 bytes for
/// each token, and a token may be one byte.
inline constexpr std::size_t kScanPieceBytes = std::size_t{128} * 1024;

/// Is given tokens in order, some at a time.
using TakeTokens = std::function<void(std::span<const SqlToken>)>;

/// Hands on all tokens of `sql`, comments included, in order. Number literals of PostgreSQL 16 and later
/// (1_000, 0xFF) are understood as well. Memory is that of a piece, however long `sql` is.
/// @return the failure of the whole, whatever was handed on before it
[[nodiscard]] tl::expected<void, ScanError> for_each_token(std::string_view sql, const TakeTokens& take,
                                                           std::size_t piece_bytes = kScanPieceBytes);

/// All tokens of `sql` at once.
[[nodiscard]] tl::expected<std::vector<SqlToken>, ScanError> scan_sql(std::string_view sql);

/// True if `token` is the unquoted word `word` (lower case, ASCII) in any case.
[[nodiscard]] bool is_word(std::string_view text, const SqlToken& token, std::string_view word);

/// True if `token` is the one-character symbol `symbol`.
[[nodiscard]] bool is_symbol(std::string_view text, const SqlToken& token, char symbol);

}  // namespace athanor
