// Where one database keeps its version table and its ledger, decided once from a survey.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "engine/settings.hpp"
#include "engine/survey.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

/// Names are quoted and qualified: a revision that moves the search path, or makes temporary tables, changes
/// nothing.
struct Places {
  ports::Dialect dialect = ports::Dialect::PostgreSql;
  std::string version_table;
  std::string version_key_name;  ///< of its primary key, as Alembic names it
  bool version_table_exists = false;
  std::optional<std::size_t> version_width;  ///< characters; nullopt: any number

  std::string ledger;
  bool ledger_exists = false;
  bool ledger_schema_wanted = false;  ///< the schema `athanor` has to be made first

  /// What the advisory lock protects: this version table, whoever asks and by whatever search path.
  std::string lock_key;

  /// Nothing has to be created any more.
  [[nodiscard]] bool complete() const { return version_table_exists && ledger_exists; }
};

/// The ledger stays where it is found; a new one goes into the schema `athanor` if the role may create one
/// (or tables in it), else beside the version table. Asks for no right but to read.
/// @return Terminal `InvalidVersionTable` (no schema to put it in; a schema on SQLite), `PermissionDenied`
/// with the GRANT if a table that exists may not be read
[[nodiscard]] Result<Places> choose_places(const Survey& survey, const ports::Database& database,
                                           const VersionTable& version_table);

/// May this role write version rows, and create their table if there is none?
/// @return Terminal `PermissionDenied` with the GRANT
[[nodiscard]] Result<void> check_version_table_writable(const Survey& survey, const Places& places);

/// The same for the ledger.
/// @return Terminal `PermissionDenied` with the GRANT
[[nodiscard]] Result<void> check_ledger_writable(const Survey& survey, const Places& places);

}  // namespace athanor::engine
