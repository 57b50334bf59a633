#include "schema/sqlite/definition_text.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "schema/sqlite/names.hpp"
#include "schema/sqlite/table_text.hpp"

namespace athanor::schema {
namespace {

using Kind = SqliteToken::Kind;
using Tokens = std::span<const SqliteToken>;

/// From the token at `first` to the last one.
std::string written_from(std::string_view text, Tokens tokens, std::size_t first) {
  if (tokens.size() <= first) return "";
  const auto begin = static_cast<std::size_t>(tokens[first].text.data() - text.data());
  const auto end =
      static_cast<std::size_t>(tokens.back().text.data() - text.data()) + tokens.back().text.size();
  return std::string(text.substr(begin, end - begin));
}

}  // namespace

IndexText read_index_text(std::string_view create, const TableScope& scope) {
  const auto tokens = sqlite_tokens(create);
  const Tokens all(tokens);
  IndexText index;
  index.unique = all.size() > 1 && to_lower(all[1].text) == "unique";
  // CREATE [UNIQUE] INDEX name ON table ( … )
  const std::size_t open = std::min<std::size_t>(index.unique ? 6 : 5, all.size());
  const std::size_t end = past_parentheses(all, open);
  if (end < open + 2) return index;
  index.definition = '(' + key_text(all.subspan(open + 1, end - open - 2), scope) + ')';
  index.columns = columns_named(all.subspan(open), scope);
  if (end < all.size()) index.definition += ' ' + expression_text(all.subspan(end), scope);
  return index;
}

std::string text_behind_name(std::string_view create) {
  return written_from(create, sqlite_tokens(create), 3);  // CREATE VIEW name
}

std::string module_text(std::string_view create) {
  return written_from(create, sqlite_tokens(create), 5);  // CREATE VIRTUAL TABLE name USING
}

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  for (const SqliteToken& token : sqlite_tokens(text)) {
    if (token.kind == Kind::Word || token.kind == Kind::QuotedName || token.kind == Kind::String)
      names.insert(sqlite_identity(sqlite_name(token)));
  }
  return names;
}

}  // namespace athanor::schema
