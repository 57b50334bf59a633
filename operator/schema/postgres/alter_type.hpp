// Changes of types: of a column's, and of a type itself with its columns moved over.
#pragma once

#include "schema/postgres/statements.hpp"

namespace athanor::schema {

/// Everything about a table's column but its comment and privileges. @param partitioned is its table?
[[nodiscard]] Statements alter_column(const Difference& difference, bool partitioned);

/// Another type for an attribute of a composite type; the columns that hold such rows are texts in between.
[[nodiscard]] Statements alter_attribute(const Action& action, const Catalog& before);

/// Renames the type, makes it anew, moves its columns over by way of text, drops the old one. A value in a
/// row that the new type does not have fails, and nothing is done.
[[nodiscard]] Statements rebuild_type(const Action& action, const Catalog& before);

}  // namespace athanor::schema
