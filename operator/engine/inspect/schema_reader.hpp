// A database's schema in the model, whatever dialect it speaks, and the way from one to another as SQL.
#pragma once

#include <string>

#include "core/result.hpp"
#include "engine/inspect/inspect_scope.hpp"
#include "ports/database.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::engine {

/// Reads nothing but catalogs, in one snapshot.
/// @return as read_postgres_schema() and read_sqlite_schema()
[[nodiscard]] Result<schema::Catalog> read_schema(ports::Database& database, const InspectScope& scope);

/// SQL that takes a database from `before` to `after`, in an order in which it can be done within one
/// transaction; empty where nothing differs.
[[nodiscard]] std::string change_script(ports::Dialect dialect, const schema::Catalog& before,
                                        const schema::Catalog& after);

}  // namespace athanor::engine
