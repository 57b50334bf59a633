// Reads an SQLite schema into the model.
//
// Identities have names in lower case, since letters' case tells none apart in SQLite. A table's constraints
// have the form of its own, wherever they were written; one without a name is named by its definition. Views,
// triggers and the arguments of virtual tables are kept as written: what needs what among them is told from
// the words in their texts, and may be more than there is.
#pragma once

#include "core/result.hpp"
#include "engine/inspect/inspect_scope.hpp"
#include "ports/database.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::engine {

/// In one statement, so that all of it is from one moment; it has the shared lock of a reader for as long as
/// it runs, and no other (ports::Database::begin() would take the writer's). Left out are scope.own_tables
/// with what belongs to them, sqlite_ tables, automatic indexes and the tables that virtual ones keep their
/// rows in. The limits of `scope` are PostgreSQL's: here the session's own wait for a lock counts.
/// @return the database's own error; Terminal `SchemaUnreadable` for a CREATE TABLE that isn't understood
[[nodiscard]] Result<schema::Catalog> read_sqlite_schema(ports::Database& database,
                                                         const InspectScope& scope);

}  // namespace athanor::engine
