// Reads a PostgreSQL schema into the model.
#pragma once

#include "core/result.hpp"
#include "engine/inspect/inspect_scope.hpp"
#include "ports/database.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::engine {

/// In one read-only transaction with one snapshot and no lock but AccessShare on catalogs, 15 queries.
/// @return the database's own error past a timeout: Transient, so that it is tried again
[[nodiscard]] Result<schema::Catalog> read_postgres_schema(ports::Database& database,
                                                           const InspectScope& scope);

}  // namespace athanor::engine
