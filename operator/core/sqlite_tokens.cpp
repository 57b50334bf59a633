#include "core/sqlite_tokens.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace athanor {
namespace {

using Kind = SqliteToken::Kind;
using namespace std::string_view_literals;

// The longest first.
constexpr std::array kOperators{"->>"sv, "->"sv, "||"sv, "<="sv, ">="sv,
                                "<>"sv,  "!="sv, "=="sv, "<<"sv, ">>"sv};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_byte(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

SqliteToken quoted(std::string_view text, std::size_t open, Kind kind) {
  const char close = text[open] == '[' ? ']' : text[open];
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] != close) continue;
    const bool doubled = close != ']' && i + 1 < text.size() && text[i + 1] == close;
    if (!doubled) return {kind, text.substr(0, i + 1)};
    ++i;
  }
  return {Kind::Unterminated, text};
}

/// Digits, a fraction and an exponent; a hexadecimal one has the letters of a name.
SqliteToken number(std::string_view text) {
  const auto past_names = [&](std::size_t at) {
    while (at < text.size() && is_name_byte(text[at])) ++at;
    return at;
  };
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  std::size_t end = past_names(0);
  if (end < text.size() && text[end] == '.' && !hexadecimal) end = past_names(end + 1);
  const bool exponent = !hexadecimal && (text[end - 1] == 'e' || text[end - 1] == 'E');
  if (exponent && end + 1 < text.size() && (text[end] == '+' || text[end] == '-') && is_digit(text[end + 1]))
    end = past_names(end + 1);
  return {Kind::Number, text.substr(0, end)};
}

}  // namespace

SqliteToken next_sqlite_token(std::string_view text) {
  const char first = text.front();
  switch (first) {
    case ';':
      return {Kind::Semicolon, text.substr(0, 1)};
    case '\'':
      return quoted(text, 0, Kind::String);
    case '"':
    case '`':
    case '[':
      return quoted(text, 0, Kind::QuotedName);
    default:
      break;
  }
  if (is_space(first)) return {Kind::Space, text.substr(0, 1)};
  if (text.starts_with("--")) return {Kind::Comment, text.substr(0, std::min(text.find('\n'), text.size()))};
  if (text.starts_with("/*")) {
    // SQLite lets a comment run to the end of the text.
    const std::size_t end = text.find("*/", 2);
    return {Kind::Comment, text.substr(0, end == std::string_view::npos ? end : end + 2)};
  }
  if ((first == 'x' || first == 'X') && text.size() > 1 && text[1] == '\'')
    return quoted(text, 1, Kind::String);
  if (is_digit(first) || (first == '.' && text.size() > 1 && is_digit(text[1]))) return number(text);
  if (is_name_byte(first)) {
    std::size_t end = 1;
    while (end < text.size() && is_name_byte(text[end])) ++end;
    return {Kind::Word, text.substr(0, end)};
  }
  for (const std::string_view known : kOperators) {
    if (text.starts_with(known)) return {Kind::Symbol, text.substr(0, known.size())};
  }
  return {Kind::Symbol, text.substr(0, 1)};
}

std::vector<SqliteToken> sqlite_tokens(std::string_view text) {
  std::vector<SqliteToken> tokens;
  while (!text.empty()) {
    const SqliteToken token = next_sqlite_token(text);
    if (token.kind != Kind::Space && token.kind != Kind::Comment) tokens.push_back(token);
    text.remove_prefix(token.text.size());
  }
  return tokens;
}

}  // namespace athanor
