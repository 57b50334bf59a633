// SQLite keeps the text of a definition as it was written: here it gets the one form in which equal ones are
// equal.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "core/sqlite_tokens.hpp"

namespace athanor::schema {

/// What an expression of a table's may name.
struct TableScope {
  std::string table;              ///< identity
  std::set<std::string> columns;  ///< identities
};

/// White space and comments folded, keywords in upper case, other words in lower case, no quotes around names
/// that need none, and columns without their table in front. What is in double quotes and names no column of
/// the table is the text that SQLite takes it for.
[[nodiscard]] std::string expression_text(std::span<const SqliteToken> tokens, const TableScope& scope);

/// The columns of the table that an expression may name; what merely looks like one is among them.
[[nodiscard]] std::set<std::string> columns_named(std::span<const SqliteToken> tokens,
                                                  const TableScope& scope);

/// A default, which can be a word that stands for itself as a text. Empty for NULL, which is none.
[[nodiscard]] std::string default_text(std::string_view written);

/// A declared type: words in upper case, white space folded; in quotes where it isn't made of words.
[[nodiscard]] std::string type_text(std::string_view declared);

}  // namespace athanor::schema
