// Finding and reading the table in which another migration tool keeps what it has applied. Only read, never
// written to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/foreign_history.hpp"
#include "core/result.hpp"
#include "engine/places.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

/// Whose account is to be gone by.
struct AdoptionRequest {
  std::optional<MigrationTool> from;  ///< nullopt: whosever table is there
  std::string table;                  ///< `table` or `schema.table`; empty: where the tool puts it by default
  Audience audience = Audience::Operator;  ///< of errors
};

/// A table that is, by its columns, a tool's.
struct ForeignTable {
  MigrationTool tool = MigrationTool::Alembic;
  std::string schema;  ///< empty on SQLite
  std::string name;
  bool readable = true;

  [[nodiscard]] std::string for_a_person() const { return schema.empty() ? name : schema + "." + name; }
  bool operator==(const ForeignTable&) const = default;
};

/// One row per table that has one of the tools' names, or the name that was asked for: schema, name, columns
/// (comma-separated), whether this role may read it.
[[nodiscard]] std::string find_foreign_sql(const ports::Database& database, const AdoptionRequest& request);

/// Tells by its columns whose each table is. One whose columns are nobody's is left out.
[[nodiscard]] std::vector<ForeignTable> parse_foreign_tables(const ports::Rows& rows);

/// @return Terminal `AdoptionMismatch` if there is none, or several; `PermissionDenied` with the GRANT
[[nodiscard]] Result<ForeignTable> choose_foreign_table(std::vector<ForeignTable> tables,
                                                        const AdoptionRequest& request);

[[nodiscard]] std::string read_foreign_sql(const ports::Database& database, const ForeignTable& table);

/// Reads what read_foreign_sql() returned.
[[nodiscard]] ForeignHistory parse_foreign_history(const ForeignTable& table, const ports::Rows& rows);

/// Whether it is the one that Athanor uses itself.
[[nodiscard]] bool is_version_table(const ForeignTable& table, const ports::Database& database,
                                    const Places& places);

/// The tables that are there. Goes by the settings of the transaction that is open.
[[nodiscard]] Result<std::vector<ForeignTable>> find_foreign_tables(ports::Database& database,
                                                                    const AdoptionRequest& request);

/// The whole way, past our own version table; as choose_foreign_table(), and as the database.
[[nodiscard]] Result<ForeignHistory> read_foreign_history(ports::Database& database, const Places& places,
                                                          const AdoptionRequest& request);

}  // namespace athanor::engine
