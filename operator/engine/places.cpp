#include "engine/places.hpp"

#include <fmt/format.h>

#include "core/id_width.hpp"

namespace athanor::engine {

namespace {

std::string qualified(const ports::Database& database, std::string_view schema, std::string_view name) {
  return fmt::format("{}.{}", database.quote_name(schema), database.quote_name(name));
}

tl::unexpected<Error> denied(std::string_view what, std::string_view grant) {
  return fail(ErrorKind::Terminal, "PermissionDenied",
              fmt::format("{}. Have the owner of it run: {};", what, grant));
}

Result<Places> places_on_sqlite(const Survey& survey, const ports::Database& database,
                                const VersionTable& version_table) {
  if (!version_table.schema.empty() && version_table.schema != "main") {
    return fail(
        ErrorKind::Terminal, "InvalidVersionTable",
        fmt::format("the version table is wanted in the schema \"{}\", and a SQLite database has no schemas. "
                    "Leave the schema out.",
                    version_table.schema));
  }
  Places places;
  places.dialect = ports::Dialect::Sqlite;
  // A temporary table of the same name stands in front of one that is not qualified.
  places.version_table = qualified(database, "main", version_table.name);
  places.ledger = qualified(database, "main", survey.beside_name);
  places.ledger_exists = survey.beside_ledger.exists;
  return places;
}

enum class LedgerPlace { OwnSchema, Beside };

// Whoever comes later, with more rights or fewer, must find the ledger that is there already: what exists
// decides before what could be created.
LedgerPlace choose_ledger_place(const Survey& survey) {
  if (survey.keyed_ledger.exists) return LedgerPlace::OwnSchema;
  if (survey.beside_ledger.exists) return LedgerPlace::Beside;
  const auto& own = survey.ledger_schema;
  const bool may_use_own = own.exists ? own.usable && own.creates : survey.may_create_schema;
  return may_use_own ? LedgerPlace::OwnSchema : LedgerPlace::Beside;
}

Result<Places> places_on_postgres(const Survey& survey, const ports::Database& database,
                                  const VersionTable& version_table) {
  if (survey.schema.empty()) {
    return fail(ErrorKind::Terminal, "InvalidVersionTable",
                "the search path of this role names no schema that exists, so there is no place for the "
                "version table. Name a schema for the database or for the version table.");
  }
  if (!survey.schema_facts.exists) {
    return fail(
        ErrorKind::Terminal, "InvalidVersionTable",
        fmt::format("the schema {0} for the version table does not exist. Create it (CREATE SCHEMA {0};) "
                    "or name another.",
                    database.quote_name(survey.schema)));
  }
  Places places;
  places.version_table = qualified(database, survey.schema, version_table.name);
  if (choose_ledger_place(survey) == LedgerPlace::OwnSchema) {
    places.ledger = qualified(database, "athanor", survey.keyed_name);
    places.ledger_exists = survey.keyed_ledger.exists;
    places.ledger_schema_wanted = !survey.ledger_schema.exists;
  } else {
    places.ledger = qualified(database, survey.schema, survey.beside_name);
    places.ledger_exists = survey.beside_ledger.exists;
  }
  return places;
}

Result<void> check_readable(const Survey& survey, const Places& places) {
  if (!survey.schema_facts.usable) {
    return denied(
        fmt::format("the role {} may not use the schema {} of the version table", survey.user, survey.schema),
        fmt::format("GRANT USAGE ON SCHEMA \"{}\" TO \"{}\"", survey.schema, survey.user));
  }
  if (survey.version_table.exists && !survey.version_table.readable) {
    return denied(
        fmt::format("the role {} may not read the version table {}", survey.user, places.version_table),
        fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO \"{}\"", places.version_table,
                    survey.user));
  }
  // To go on without a ledger that is there would be to overlook whose database it is.
  if (survey.keyed_ledger.exists && !(survey.ledger_schema.usable && survey.keyed_ledger.readable)) {
    return denied(fmt::format("the role {} may not read the ledger {}", survey.user, places.ledger),
                  fmt::format("GRANT USAGE ON SCHEMA athanor TO \"{1}\"; GRANT SELECT, INSERT, UPDATE ON {0} "
                              "TO \"{1}\"",
                              places.ledger, survey.user));
  }
  if (survey.beside_ledger.exists && !survey.keyed_ledger.exists && !survey.beside_ledger.readable) {
    return denied(fmt::format("the role {} may not read the ledger {}", survey.user, places.ledger),
                  fmt::format("GRANT SELECT, INSERT, UPDATE ON {} TO \"{}\"", places.ledger, survey.user));
  }
  return {};
}

}  // namespace

Result<Places> choose_places(const Survey& survey, const ports::Database& database,
                             const VersionTable& version_table) {
  auto places = database.dialect() == ports::Dialect::Sqlite
                    ? places_on_sqlite(survey, database, version_table)
                    : places_on_postgres(survey, database, version_table);
  if (!places) return places;
  places->version_key_name = database.quote_name(version_table.name + "_pkc");
  places->version_table_exists = survey.version_table.exists;
  places->version_width = survey.version_table.exists ? survey.version_width : kVersionColumnWidth;
  if (places->dialect == ports::Dialect::Sqlite) places->version_width.reset();
  places->lock_key = "athanor version table " + places->version_table;
  if (auto readable = check_readable(survey, *places); !readable) return fail(readable.error());
  return places;
}

Result<void> check_version_table_writable(const Survey& survey, const Places& places) {
  if (survey.version_table.exists && !survey.version_table.writable) {
    return denied(
        fmt::format("the role {} may not write to the version table {}", survey.user, places.version_table),
        fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO \"{}\"", places.version_table,
                    survey.user));
  }
  if (!survey.version_table.exists && !survey.schema_facts.creates) {
    return denied(
        fmt::format("the role {} may not create the version table {}", survey.user, places.version_table),
        fmt::format("GRANT CREATE ON SCHEMA \"{}\" TO \"{}\"", survey.schema, survey.user));
  }
  return {};
}

Result<void> check_ledger_writable(const Survey& survey, const Places& places) {
  const TableFacts& ledger = survey.keyed_ledger.exists ? survey.keyed_ledger : survey.beside_ledger;
  if (ledger.exists && !ledger.writable) {
    return denied(fmt::format("the role {} may not write to the ledger {}", survey.user, places.ledger),
                  fmt::format("GRANT SELECT, INSERT, UPDATE ON {} TO \"{}\"", places.ledger, survey.user));
  }
  const auto& own = survey.ledger_schema;
  const bool own_schema = own.exists ? own.usable && own.creates : survey.may_create_schema;
  if (!ledger.exists && !own_schema && !survey.schema_facts.creates) {
    return denied(fmt::format("the role {} may create the ledger neither in a schema of its own nor beside "
                              "the version table",
                              survey.user),
                  fmt::format("GRANT CREATE ON SCHEMA \"{}\" TO \"{}\"", survey.schema, survey.user));
  }
  return {};
}

}  // namespace athanor::engine
