#include "schema/sqlite/names.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace athanor::schema {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKeywords{"abort"sv,
                               "action"sv,
                               "add"sv,
                               "after"sv,
                               "all"sv,
                               "alter"sv,
                               "always"sv,
                               "analyze"sv,
                               "and"sv,
                               "as"sv,
                               "asc"sv,
                               "attach"sv,
                               "autoincrement"sv,
                               "before"sv,
                               "begin"sv,
                               "between"sv,
                               "by"sv,
                               "cascade"sv,
                               "case"sv,
                               "cast"sv,
                               "check"sv,
                               "collate"sv,
                               "column"sv,
                               "commit"sv,
                               "conflict"sv,
                               "constraint"sv,
                               "create"sv,
                               "cross"sv,
                               "current"sv,
                               "current_date"sv,
                               "current_time"sv,
                               "current_timestamp"sv,
                               "database"sv,
                               "default"sv,
                               "deferrable"sv,
                               "deferred"sv,
                               "delete"sv,
                               "desc"sv,
                               "detach"sv,
                               "distinct"sv,
                               "do"sv,
                               "drop"sv,
                               "each"sv,
                               "else"sv,
                               "end"sv,
                               "escape"sv,
                               "except"sv,
                               "exclude"sv,
                               "exclusive"sv,
                               "exists"sv,
                               "explain"sv,
                               "fail"sv,
                               "filter"sv,
                               "first"sv,
                               "following"sv,
                               "for"sv,
                               "foreign"sv,
                               "from"sv,
                               "full"sv,
                               "generated"sv,
                               "glob"sv,
                               "group"sv,
                               "groups"sv,
                               "having"sv,
                               "if"sv,
                               "ignore"sv,
                               "immediate"sv,
                               "in"sv,
                               "index"sv,
                               "indexed"sv,
                               "initially"sv,
                               "inner"sv,
                               "insert"sv,
                               "instead"sv,
                               "intersect"sv,
                               "into"sv,
                               "is"sv,
                               "isnull"sv,
                               "join"sv,
                               "key"sv,
                               "last"sv,
                               "left"sv,
                               "like"sv,
                               "limit"sv,
                               "match"sv,
                               "materialized"sv,
                               "natural"sv,
                               "no"sv,
                               "not"sv,
                               "nothing"sv,
                               "notnull"sv,
                               "null"sv,
                               "nulls"sv,
                               "of"sv,
                               "offset"sv,
                               "on"sv,
                               "or"sv,
                               "order"sv,
                               "others"sv,
                               "outer"sv,
                               "over"sv,
                               "partition"sv,
                               "plan"sv,
                               "pragma"sv,
                               "preceding"sv,
                               "primary"sv,
                               "query"sv,
                               "raise"sv,
                               "range"sv,
                               "recursive"sv,
                               "references"sv,
                               "regexp"sv,
                               "reindex"sv,
                               "release"sv,
                               "rename"sv,
                               "replace"sv,
                               "restrict"sv,
                               "returning"sv,
                               "right"sv,
                               "rollback"sv,
                               "row"sv,
                               "rows"sv,
                               "savepoint"sv,
                               "select"sv,
                               "set"sv,
                               "table"sv,
                               "temp"sv,
                               "temporary"sv,
                               "then"sv,
                               "ties"sv,
                               "to"sv,
                               "transaction"sv,
                               "trigger"sv,
                               "unbounded"sv,
                               "union"sv,
                               "unique"sv,
                               "update"sv,
                               "using"sv,
                               "vacuum"sv,
                               "values"sv,
                               "view"sv,
                               "virtual"sv,
                               "when"sv,
                               "where"sv,
                               "window"sv,
                               "with"sv,
                               "without"sv};
static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end()));

std::string in_quotes(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += c;
    quoted += c;
  }
  return quoted + quote;
}

}  // namespace

bool is_sqlite_keyword(std::string_view word) {
  return std::binary_search(kKeywords.begin(), kKeywords.end(), std::string_view(to_lower(word)));
}

std::string sqlite_spelling(std::string_view name) {
  const bool plain = !name.empty() && next_sqlite_token(name).kind == SqliteToken::Kind::Word &&
                     next_sqlite_token(name).text == name && name.front() != '$' && !is_sqlite_keyword(name);
  return plain ? std::string(name) : in_quotes(name, '"');
}

std::string sqlite_identity(std::string_view name) {
  return sqlite_spelling(to_lower(name));
}

std::string sqlite_name(const SqliteToken& token) {
  std::string_view text = token.text;
  const bool quoted = token.kind == SqliteToken::Kind::QuotedName || token.kind == SqliteToken::Kind::String;
  if (!quoted || text.size() < 2) return std::string(text);
  const char close = text.back();
  text = text.substr(1, text.size() - 2);
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    name += text[i];
    if (text[i] == close && close != ']') ++i;
  }
  return name;
}

std::string sqlite_literal(std::string_view text) {
  return in_quotes(text, '\'');
}

}  // namespace athanor::schema
