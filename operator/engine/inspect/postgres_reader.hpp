// Reads a PostgreSQL schema into the model.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "ports/database.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::engine {

struct InspectScope {
  std::vector<std::string> schemas;  ///< empty: every schema of the database
  /// Tables that are not the application's: the version table, and the ledger beside it.
  std::vector<std::pair<std::string, std::string>> own_tables;  ///< schema and name
  std::chrono::milliseconds lock_timeout{1000};
  std::chrono::milliseconds statement_timeout{60000};
};

/// In one read-only transaction with one snapshot and no lock but AccessShare on catalogs, 15 queries.
/// @return the database's own error past a timeout: Transient, so that it is tried again
[[nodiscard]] Result<schema::Catalog> read_postgres_schema(ports::Database& database,
                                                           const InspectScope& scope);

}  // namespace athanor::engine
