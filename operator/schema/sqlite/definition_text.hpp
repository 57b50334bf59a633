// What stands behind the name in the texts of sqlite_schema that no pragma takes apart.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "schema/sqlite/expression_text.hpp"

namespace athanor::schema {

struct IndexText {
  bool unique = false;
  std::string definition;         ///< `(a DESC, lower(b)) WHERE a > 0`
  std::set<std::string> columns;  ///< of its table, that it names; identities
};

/// @param create CREATE INDEX, as sqlite_schema has it
[[nodiscard]] IndexText read_index_text(std::string_view create, const TableScope& scope);

/// From behind the name of a view (`AS SELECT …`) or trigger (`AFTER INSERT ON …`) to its last token, as it
/// was written: comments and line ends belong to it. @param create as sqlite_schema has it
[[nodiscard]] std::string text_behind_name(std::string_view create);

/// The module of a virtual table with what it was given: `fts5(title, body)`, as it was written.
[[nodiscard]] std::string module_text(std::string_view create);

/// All that may be a name in a text; identities.
[[nodiscard]] std::set<std::string> names_in(std::string_view text);

}  // namespace athanor::schema
