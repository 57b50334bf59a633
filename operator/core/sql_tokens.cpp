#include "core/sql_tokens.hpp"

#include <memory>
#include <memory_resource>
#include <optional>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

namespace athanor {
namespace {

/// Offsets are 32 bits wide, and the scanner refuses a gigabyte anyway.
constexpr std::size_t kMaxBytes = std::size_t{512} << 20U;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_part(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The scanner counts characters, from 1; we count bytes, from 0.
std::size_t byte_offset(std::string_view text, int cursor) {
  std::size_t at = 0;
  for (int seen = 1; seen < cursor && at < text.size(); ++seen) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

/// libpg_query's scanner is that of PostgreSQL 15, which refuses 1_000 and 0xFF. A copy in which every word
/// that begins with a digit is digits only has the same tokens at the same places.
std::string with_plain_numbers(std::string_view text) {
  std::string plain(text);
  for (std::size_t at = 0; at < plain.size();) {
    if (!is_name_part(plain[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    // No number has a $, which may open the tag that closes a dollar quote.
    const bool number = is_digit(plain[begin]);
    while (at < plain.size() && is_name_part(plain[at]) && !(number && plain[at] == '$')) ++at;
    if (!number) continue;
    const bool exponent = lower(plain[at - 1]) == 'e' && at < plain.size() &&
                          (plain[at] == '-' || plain[at] == '+');  // 1e-5: the rest is the exponent's
    for (std::size_t i = begin; i < at - (exponent ? 1 : 0); ++i) {
      // Bytes above 127 stay characters of their own.
      if (static_cast<unsigned char>(plain[i]) < 0x80) plain[i] = '0';
    }
  }
  return plain;
}

TokenKind kind_of(const PgQuery__ScanToken& token, char first, char last) {
  switch (token.token) {
    case PG_QUERY__TOKEN__SQL_COMMENT:
    case PG_QUERY__TOKEN__C_COMMENT:
      return TokenKind::Comment;
    case PG_QUERY__TOKEN__IDENT:
    case PG_QUERY__TOKEN__UIDENT:
      return last == '"' && (first == '"' || lower(first) == 'u') ? TokenKind::QuotedName : TokenKind::Word;
    case PG_QUERY__TOKEN__SCONST:
    case PG_QUERY__TOKEN__USCONST:
    case PG_QUERY__TOKEN__BCONST:
    case PG_QUERY__TOKEN__XCONST:
      return TokenKind::String;
    case PG_QUERY__TOKEN__ICONST:
    case PG_QUERY__TOKEN__FCONST:
      return TokenKind::Number;
    default:
      return token.keyword_kind == PG_QUERY__KEYWORD_KIND__NO_KEYWORD ? TokenKind::Symbol : TokenKind::Word;
  }
}

/// Where a token ends. Of U&'...' and U&"..." libpg_query tells the beginning only; between the closing quote
/// and the next token there is nothing but white space.
std::uint32_t end_of(const PgQuery__ScanResult& scanned, std::size_t i, std::string_view sql) {
  const PgQuery__ScanToken& token = *scanned.tokens[i];
  const bool name = token.token == PG_QUERY__TOKEN__UIDENT;
  if (!name && token.token != PG_QUERY__TOKEN__USCONST) return static_cast<std::uint32_t>(token.end);
  const std::size_t next =
      i + 1 < scanned.n_tokens ? static_cast<std::size_t>(scanned.tokens[i + 1]->start) : sql.size();
  return static_cast<std::uint32_t>(sql.substr(0, next).rfind(name ? '"' : '\'') + 1);
}

/// protobuf-c makes one allocation per token; from an arena they cost next to nothing.
void* arena_allocate(void* arena, std::size_t bytes) {
  return static_cast<std::pmr::monotonic_buffer_resource*>(arena)->allocate(bytes);
}
void arena_free(void* /*arena*/, void* /*block*/) {}

tl::expected<std::vector<SqlToken>, ScanError> scan_once(const std::string& sql) {
  const auto free_result = [](PgQueryScanResult* result) {
    pg_query_free_scan_result(*result);
    delete result;
  };
  const std::unique_ptr<PgQueryScanResult, decltype(free_result)> result(
      new PgQueryScanResult(pg_query_scan(sql.c_str())), free_result);
  if (result->error != nullptr) {
    return tl::unexpected(ScanError{result->error->message, byte_offset(sql, result->error->cursorpos)});
  }
  std::pmr::monotonic_buffer_resource arena(std::size_t{1} << 16U);
  ProtobufCAllocator allocator{arena_allocate, arena_free, &arena};
  const PgQuery__ScanResult* scanned = pg_query__scan_result__unpack(
      &allocator, result->pbuf.len, reinterpret_cast<const std::uint8_t*>(result->pbuf.data));
  if (scanned == nullptr) return tl::unexpected(ScanError{"the scanner's answer cannot be read", 0});
  std::vector<SqlToken> tokens;
  tokens.reserve(scanned->n_tokens);
  for (std::size_t i = 0; i < scanned->n_tokens; ++i) {
    const PgQuery__ScanToken& token = *scanned->tokens[i];
    const auto start = static_cast<std::uint32_t>(token.start);
    const std::uint32_t end = end_of(*scanned, i, sql);
    if (end <= start || end > sql.size()) continue;
    tokens.push_back({start, end, kind_of(token, sql[start], sql[end - 1])});
  }
  return tokens;
}

tl::expected<std::vector<SqlToken>, ScanError> scan_piece(std::string_view sql) {
  auto tokens = scan_once(std::string(sql));
  if (tokens || !tokens.error().message.starts_with("trailing junk after numeric literal")) return tokens;
  return scan_once(with_plain_numbers(sql));
}

bool is_white(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/// Symbols that nothing around them can change.
bool stands_alone(std::string_view text, const SqlToken& token) {
  return token.kind == TokenKind::Symbol && token.end - token.start == 1 &&
         std::string_view(";,()[]").find(text[token.start]) != std::string_view::npos;
}

/// The last of the first `count` tokens that is no comment; null: none.
const SqlToken* last_said(const std::vector<SqlToken>& tokens, std::size_t count) {
  while (count > 0 && tokens[count - 1].kind == TokenKind::Comment) --count;
  return count == 0 ? nullptr : &tokens[count - 1];
}

/// Whether a scan that begins at tokens[i] finds what one that came from before it would: nothing that the
/// scanner joins to what follows may stand there. A string goes on below a line end, comments between or not;
/// an operator takes in every operator's character behind it. These symbols end both.
bool may_begin_at(std::string_view text, const std::vector<SqlToken>& tokens, std::size_t i) {
  const SqlToken& next = tokens[i];
  if (stands_alone(text, next)) return true;
  const SqlToken& before = tokens[i - 1];
  const SqlToken* said = last_said(tokens, i);
  if (said != nullptr && said->kind == TokenKind::String) {
    const std::string_view gap = text.substr(said->end, next.start - said->end);
    return gap.find_first_of("\n\r") == std::string_view::npos;
  }
  if (before.kind == TokenKind::Comment || is_white(text[next.start - 1])) return true;
  return before.kind == TokenKind::Symbol && (next.kind == TokenKind::Word || next.kind == TokenKind::Number);
}

/// How many of a piece's tokens are sure to be the same in the whole text. The last one may go on, and so may
/// what it turns out to be a part of, unless the piece shows that it has ended.
std::size_t count_settled(std::string_view piece, const std::vector<SqlToken>& tokens) {
  if (tokens.empty()) return 0;
  const SqlToken* said = last_said(tokens, tokens.size());
  const bool string = said != nullptr && said->kind == TokenKind::String;
  const std::size_t last = tokens.size() - 1;
  const bool white_behind = tokens[last].end < piece.size();
  if (stands_alone(piece, tokens[last]) || (white_behind && !string)) return tokens.size();
  for (std::size_t i = last; i > 0; --i) {
    if (i == last ? stands_alone(piece, tokens[i]) : may_begin_at(piece, tokens, i)) return i;
  }
  return 0;
}

/// How far a piece that begins with something too long for it has to reach at least: to where that may end.
std::size_t longer_piece(std::string_view rest, std::size_t length, const std::optional<ScanError>& error,
                         std::size_t piece_bytes) {
  if (!error || !error->message.starts_with("unterminated")) return length + piece_bytes;
  const char first = rest[error->offset];
  const bool unicode_name = lower(first) == 'u' && rest.substr(error->offset + 1).starts_with("&\"");
  const char closing = unicode_name ? '"' : first == '"' || first == '$' || first == '/' ? first : '\'';
  const std::size_t end = rest.find(closing, length);
  return end == std::string_view::npos ? rest.size() : end + piece_bytes;
}

void shift(std::span<SqlToken> tokens, std::size_t by) {
  for (SqlToken& token : tokens) {
    token.start += static_cast<std::uint32_t>(by);
    token.end += static_cast<std::uint32_t>(by);
  }
}

}  // namespace

tl::expected<void, ScanError> for_each_token(std::string_view sql, const TakeTokens& take,
                                             std::size_t piece_bytes) {
  if (sql.size() > kMaxBytes) return tl::unexpected(ScanError{"more than 512 MiB of SQL", 0});
  // The scanner reads a C string: it would silently stop here.
  if (const std::size_t nul = sql.find('\0'); nul != std::string_view::npos) {
    return tl::unexpected(ScanError{"NUL byte", nul});
  }
  std::size_t at = 0;
  for (std::size_t length = piece_bytes;;) {
    while (at < sql.size() && is_white(sql[at])) ++at;
    const std::string_view piece = sql.substr(at, length);
    const bool last = at + piece.size() == sql.size();
    auto tokens = scan_piece(piece);
    if (!tokens && last) return tl::unexpected(ScanError{tokens.error().message, at + tokens.error().offset});
    // What the end of the piece cut in two is no fault of the text: what stands before it is good.
    const std::optional<ScanError> error = tokens ? std::nullopt : std::optional(tokens.error());
    const std::string_view sound = error ? piece.substr(0, error->offset) : piece;
    if (error) tokens = scan_piece(sound);
    const std::size_t count = !tokens ? 0 : last ? tokens->size() : count_settled(sound, *tokens);
    if (count == 0 && !last) {
      length = longer_piece(sql.substr(at), length, error, piece_bytes);
      continue;
    }
    const std::size_t next = at + (count == tokens->size() ? sound.size() : (*tokens)[count].start);
    const auto settled = std::span(*tokens).first(count);
    shift(settled, at);
    take(settled);
    if (last) return {};
    at = next;
    length = piece_bytes;
  }
}

tl::expected<std::vector<SqlToken>, ScanError> scan_sql(std::string_view sql) {
  std::vector<SqlToken> all;
  const auto scanned = for_each_token(
      sql, [&all](std::span<const SqlToken> tokens) { all.insert(all.end(), tokens.begin(), tokens.end()); });
  if (!scanned) return tl::unexpected(scanned.error());
  return all;
}

bool is_word(std::string_view text, const SqlToken& token, std::string_view word) {
  if (token.kind != TokenKind::Word || token.end - token.start != word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower(text[token.start + i]) != word[i]) return false;
  }
  return true;
}

bool is_symbol(std::string_view text, const SqlToken& token, char symbol) {
  return token.kind == TokenKind::Symbol && token.end - token.start == 1 && text[token.start] == symbol;
}

}  // namespace athanor
