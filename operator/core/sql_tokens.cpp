#include "core/sql_tokens.hpp"

#include <memory>
#include <memory_resource>

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
    const auto end = static_cast<std::uint32_t>(token.end);
    if (end <= start || end > sql.size()) continue;
    tokens.push_back({start, end, kind_of(token, sql[start], sql[end - 1])});
  }
  return tokens;
}

}  // namespace

tl::expected<std::vector<SqlToken>, ScanError> scan_sql(std::string_view sql) {
  if (sql.size() > kMaxBytes) return tl::unexpected(ScanError{"more than 512 MiB of SQL", 0});
  // The scanner reads a C string: it would silently stop here.
  if (const std::size_t nul = sql.find('\0'); nul != std::string_view::npos) {
    return tl::unexpected(ScanError{"NUL byte", nul});
  }
  auto tokens = scan_once(std::string(sql));
  if (tokens || !tokens.error().message.starts_with("trailing junk after numeric literal")) return tokens;
  return scan_once(with_plain_numbers(sql));
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

std::string fold_tokens(std::string_view text, std::span<const SqlToken> tokens) {
  std::string folded;
  bool semicolon = false;
  for (const SqlToken& token : tokens) {
    if (token.kind == TokenKind::Comment) continue;
    if (is_symbol(text, token, ';')) {
      semicolon = true;  // written once something follows, so that leading, doubled and last ones vanish
      continue;
    }
    if (!folded.empty()) folded += semicolon ? std::string_view("\0;\0", 3) : std::string_view("\0", 1);
    semicolon = false;
    folded += token.in(text);
  }
  return folded;
}

}  // namespace athanor
