// Reading libpg_query's nodes; parse_tree*.cpp alone.
#pragma once

#include <string>

#include <pg_query/pg_query.pb-c.h>

#include "schema/statement_shape.hpp"

namespace athanor::schema::nodes {

/// The text of a String node; empty for any other.
[[nodiscard]] std::string text_of(const PgQuery__Node* node);
[[nodiscard]] ObjectName name_of(const PgQuery__RangeVar* relation);
[[nodiscard]] ColumnShape column_of(const PgQuery__ColumnDef& column);
[[nodiscard]] ConstraintShape constraint_of(const PgQuery__Constraint& constraint);
/// False for the words that only say something of the constraint before them (DEFERRABLE), and for NULL.
[[nodiscard]] bool is_constraint(const PgQuery__Constraint& constraint);
[[nodiscard]] AlterTable alter_table_of(const PgQuery__AlterTableStmt& statement);

}  // namespace athanor::schema::nodes
