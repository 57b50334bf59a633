// CREATE TABLE, with what it brings along.
#pragma once

#include "schema/postgres/statements.hpp"

namespace athanor::schema {

/// Comments and privileges are left to the caller.
[[nodiscard]] Statements create_table(const Action& action, const Catalog& after);

/// What an inherited column has of its own: the rest comes from its parent.
/// @param with_table does it come with its table, or to one that is there?
void append_own(Statements& to, const Object& column, const Catalog& after, bool with_table);

}  // namespace athanor::schema
