#include "schema/sqlite/expression_text.hpp"

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "schema/sqlite/names.hpp"

namespace athanor::schema {
namespace {

using Kind = SqliteToken::Kind;
using Tokens = std::span<const SqliteToken>;

std::string to_upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) {
    return c < 0x80 ? static_cast<char>(std::toupper(c)) : static_cast<char>(c);
  });
  return upper;
}

bool is_keyword(const SqliteToken& token) {
  return token.kind == Kind::Word && is_sqlite_keyword(token.text);
}

/// A keyword that a value may end with: a sign behind it has two sides.
bool ends_value(const SqliteToken& token) {
  const std::string word = to_lower(token.text);
  return word == "null" || word == "end" || word.starts_with("current_");
}

bool is_sign(const SqliteToken& token) {
  return token.text == "-" || token.text == "+" || token.text == "~";
}

bool is_unary(const SqliteToken& sign, const SqliteToken* before) {
  if (!is_sign(sign)) return false;
  if (before == nullptr) return true;
  if (before->kind == Kind::Symbol) return before->text != ")";
  return is_keyword(*before) && !ends_value(*before);
}

bool is_function(const SqliteToken& token) {
  if (token.kind == Kind::QuotedName) return true;
  if (token.kind != Kind::Word) return false;
  const std::string word = to_lower(token.text);
  return !is_sqlite_keyword(word) || word == "cast" || word == "raise" || word == "replace";
}

bool spaced(const SqliteToken& before, bool before_is_unary, const SqliteToken& next) {
  if (before_is_unary) return is_sign(next);  // -- would begin a comment
  if (before.text == "(" || before.text == ".") return false;
  if (next.text == ")" || next.text == "," || next.text == ".") return false;
  return next.text != "(" || !is_function(before);
}

/// What is in double quotes and names no column is a text to SQLite, unless only a name can stand there.
bool is_text(Tokens tokens, std::size_t at, const TableScope& scope) {
  const SqliteToken& token = tokens[at];
  if (token.text.front() != '"' || scope.columns.contains(sqlite_identity(sqlite_name(token)))) return false;
  if (at + 1 < tokens.size() && (tokens[at + 1].text == "(" || tokens[at + 1].text == ".")) return false;
  const std::string before = at == 0 ? "" : to_lower(tokens[at - 1].text);
  return before != "collate" && before != "as" && before != ".";
}

std::string printed(Tokens tokens, std::size_t at, const TableScope& scope) {
  const SqliteToken& token = tokens[at];
  if (token.kind == Kind::QuotedName) {
    const std::string name = sqlite_name(token);
    return is_text(tokens, at, scope) ? sqlite_literal(name) : sqlite_identity(name);
  }
  if (token.kind != Kind::Word) return std::string(token.text);
  return is_sqlite_keyword(token.text) ? to_upper(token.text) : to_lower(token.text);
}

}  // namespace

std::string expression_text(Tokens tokens, const TableScope& scope) {
  std::string text;
  const SqliteToken* before = nullptr;
  bool before_is_unary = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    // Only the table itself can stand before a column, and while it is made anew it has another name.
    if (i + 1 < tokens.size() && tokens[i + 1].text == ".") {
      ++i;
      continue;
    }
    const SqliteToken& token = tokens[i];
    if (before != nullptr && spaced(*before, before_is_unary, token)) text += ' ';
    text += printed(tokens, i, scope);
    before_is_unary = is_unary(token, before);
    before = &token;
  }
  return text;
}

std::set<std::string> columns_named(Tokens tokens, const TableScope& scope) {
  std::set<std::string> named;
  for (const SqliteToken& token : tokens) {
    if (token.kind != Kind::Word && token.kind != Kind::QuotedName && token.kind != Kind::String) continue;
    std::string identity = sqlite_identity(sqlite_name(token));
    if (scope.columns.contains(identity)) named.insert(std::move(identity));
  }
  return named;
}

std::string default_text(std::string_view written) {
  const auto tokens = sqlite_tokens(written);
  if (tokens.size() == 1 && tokens[0].kind == Kind::Word) {
    std::string word = to_lower(tokens[0].text);
    if (word == "null") return "";
    if (word == "true" || word == "false") return word;
    if (!is_sqlite_keyword(word)) return std::string(tokens[0].text);
  }
  return expression_text(tokens, {});
}

std::string type_text(std::string_view declared) {
  if (trim(declared).empty()) return "";
  const auto tokens = sqlite_tokens(declared);
  const bool plain = std::all_of(tokens.begin(), tokens.end(), [](const SqliteToken& token) {
    if (token.kind == Kind::Number || is_sign(token)) return true;
    if (token.kind != Kind::Word) return token.text == "(" || token.text == ")" || token.text == ",";
    const std::string word = to_lower(token.text);
    return word == "with" || word == "without" || !is_sqlite_keyword(word);  // TIMESTAMP WITH TIME ZONE
  });
  if (!plain || tokens.front().kind != Kind::Word) {
    std::string quoted = "\"";
    for (const char c : to_upper(declared)) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
  }
  return to_upper(expression_text(tokens, {}));
}

}  // namespace athanor::schema
