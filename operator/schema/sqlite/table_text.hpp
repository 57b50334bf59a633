// What CREATE TABLE says and no pragma of SQLite's tells: constraints with their names, collations, generated
// expressions, conflict clauses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "schema/sqlite/expression_text.hpp"

namespace athanor::schema {

struct ColumnText {
  std::string name;       ///< as written, without quotes
  std::string collation;  ///< identity; empty: BINARY
  std::string generated;  ///< `(a + b) STORED` or VIRTUAL
  std::string conflict;   ///< of NOT NULL: `ON CONFLICT REPLACE`; empty: ABORT, or no NOT NULL
};

/// Written on a column or on the table, it is the same constraint, and has the table's form.
struct ConstraintText {
  std::string kind;               ///< primary key, unique, check, foreign key
  std::string name;               ///< as written, without quotes; empty: none
  std::string definition;         ///< without CONSTRAINT and the name
  std::set<std::string> columns;  ///< of its own table, that it names; identities
  std::string parent;             ///< identity; of a foreign key
};

struct TableText {
  std::vector<ColumnText> columns;
  std::vector<ConstraintText> constraints;  ///< in the order in which they are written
};

/// PRIMARY KEY DESC on an INTEGER column itself makes no rowid alias of it, on the table it does: it alone is
/// told apart, by this definition.
inline constexpr std::string_view kPrimaryKeyDesc = "PRIMARY KEY DESC";

/// Names of NOT NULL, DEFAULT, COLLATE and GENERATED, which SQLite never shows, and MATCH, which it ignores,
/// are left out.
/// @param create the text of sqlite_schema
/// @param scope the table, and its columns as SQLite tells them
/// @return Terminal `SchemaUnreadable` for what isn't understood
[[nodiscard]] Result<TableText> read_table_text(std::string_view create, const TableScope& scope);

/// `a, lower(b), c COLLATE nocase DESC`: what a key or an index is made of. ASC is left out.
[[nodiscard]] std::string key_text(std::span<const SqliteToken> tokens, const TableScope& scope);

/// The place behind the parenthesis that closes the one at `open`; tokens.size() where none does.
[[nodiscard]] std::size_t past_parentheses(std::span<const SqliteToken> tokens, std::size_t open);

}  // namespace athanor::schema
