// Changes of types: of a column's, and of a type itself with its columns moved over.
#pragma once

#include "schema/postgres/statements.hpp"

namespace athanor::schema {

/// Everything about a column but its comment and privileges.
[[nodiscard]] Statements alter_column(const Difference& difference, const Catalog& after);

/// Renames the type, makes it anew, moves its columns over by way of text, drops the old one. A value in a
/// row that the new type does not have fails, and nothing is done.
[[nodiscard]] Statements rebuild_type(const Object& before, const Object& after,
                                      const Catalog& catalog_before);

}  // namespace athanor::schema
