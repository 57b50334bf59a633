// What one query tells of where a database keeps (or could keep) its version table and its ledger.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "engine/settings.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

struct TableFacts {
  bool exists = false;
  bool readable = false;
  bool writable = false;  ///< everything that the protocol does to it
};

struct SchemaFacts {
  bool exists = false;
  bool usable = false;   ///< USAGE
  bool creates = false;  ///< CREATE: tables may be made in it
};

struct Survey {
  std::string schema;  ///< the version table's; empty on SQLite, and where the search path names none
  SchemaFacts schema_facts;
  TableFacts version_table;
  std::optional<std::size_t> version_width;  ///< characters that a version row may have; nullopt: any number

  SchemaFacts ledger_schema;       ///< the schema `athanor`
  bool may_create_schema = false;  ///< CREATE on the database
  std::string keyed_name;          ///< the ledger's name in the schema `athanor`
  TableFacts keyed_ledger;
  std::string beside_name;  ///< its name beside the version table
  TableFacts beside_ledger;

  std::string user;      ///< the effective role, for GRANT hints
  std::string database;  ///< for GRANT hints
};

/// A single SELECT of one row; it needs no right but to read the catalog. For an empty
/// `version_table.schema` it finds the table as Alembic would: through the search path, else in the path's
/// first schema.
[[nodiscard]] std::string survey_sql(const ports::Database& database, const VersionTable& version_table);

/// Reads what survey_sql() returned.
[[nodiscard]] Result<Survey> parse_survey(const ports::Rows& rows);

}  // namespace athanor::engine
