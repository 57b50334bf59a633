#include "engine/survey.hpp"

#include <charconv>

#include <fmt/format.h>

namespace athanor::engine {

namespace {

constexpr std::size_t kColumns = 22;

// PostgreSQL cuts longer identifiers, and two could become one.
constexpr int kLongestName = 63;

std::string table_rights(std::string_view alias, bool rows_are_deleted) {
  return fmt::format(
      "{0}.oid IS NOT NULL, pg_catalog.has_table_privilege({0}.oid, 'SELECT'), "
      "pg_catalog.has_table_privilege({0}.oid, 'INSERT') AND "
      "pg_catalog.has_table_privilege({0}.oid, 'UPDATE'){1}",
      alias,
      rows_are_deleted ? fmt::format(" AND pg_catalog.has_table_privilege({}.oid, 'DELETE')", alias) : "");
}

std::string schema_rights(std::string_view oid) {
  return fmt::format(
      "{0} IS NOT NULL, pg_catalog.has_schema_privilege({0}, 'USAGE'), "
      "pg_catalog.has_schema_privilege({0}, 'CREATE')",
      oid);
}

// The ledger in the schema `athanor` is named after the version table, `schema.table`, so that each has a
// ledger of its own with rights of its own. A hash stands in where that would be too long or ambiguous.
std::string keyed_name_sql() {
  return fmt::format(
      "CASE WHEN octet_length(schema_name || table_name) < {0} AND "
      "position('.' in schema_name || table_name) = 0 THEN schema_name || '.' || table_name "
      "ELSE 'ledger_' || left(encode(sha256(convert_to(quote_ident(schema_name) || '.' || "
      "quote_ident(table_name), 'UTF8')), 'hex'), 32) END",
      kLongestName);
}

std::string beside_name_sql() {
  return fmt::format(
      "CASE WHEN table_name = 'alembic_version' THEN 'athanor_ledger' "
      "WHEN octet_length(table_name) <= {} THEN 'athanor_ledger_' || table_name "
      "ELSE 'athanor_ledger_' || left(encode(sha256(convert_to(table_name, 'UTF8')), 'hex'), 32) END",
      kLongestName - 15);
}

std::string postgres_survey(const ports::Database& database, const VersionTable& version_table) {
  // The joins go to the catalog rather than through to_regclass('schema.table'), which is refused where the
  // role may not even look into the schema.
  return fmt::format(
      "WITH names AS (SELECT coalesce(nullif({schema}, ''), (SELECT n.nspname::text FROM "
      "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = "
      "pg_catalog.to_regclass({quoted_name}) AND c.relkind IN ('r', 'p')), "
      "pg_catalog.current_schema()::text) AS schema_name, {name}::text AS table_name), "
      "places AS (SELECT schema_name, table_name, {keyed} AS keyed, {beside} AS beside, "
      "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = schema_name) AS schema_oid, "
      "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'athanor') AS ledger_schema_oid FROM names) "
      "SELECT schema_name, {schema_rights}, {version_rights}, "
      "CASE WHEN a.atttypid = 'pg_catalog.varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 END, "
      "{ledger_schema_rights}, pg_catalog.has_database_privilege(current_database(), 'CREATE'), "
      "keyed, {keyed_rights}, beside, {beside_rights}, current_user::text, current_database()::text "
      "FROM places "
      "LEFT JOIN pg_catalog.pg_class v ON v.relnamespace = schema_oid AND v.relname = table_name::name "
      "AND v.relkind IN ('r', 'p') "
      "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = v.oid AND a.attname = 'version_num' "
      "LEFT JOIN pg_catalog.pg_class k ON k.relnamespace = ledger_schema_oid AND k.relname = keyed::name "
      "AND k.relkind IN ('r', 'p') "
      "LEFT JOIN pg_catalog.pg_class b ON b.relnamespace = schema_oid AND b.relname = beside::name "
      "AND b.relkind IN ('r', 'p')",
      fmt::arg("schema", database.quote(version_table.schema)),
      fmt::arg("quoted_name", database.quote(database.quote_name(version_table.name))),
      fmt::arg("name", database.quote(version_table.name)), fmt::arg("keyed", keyed_name_sql()),
      fmt::arg("beside", beside_name_sql()), fmt::arg("schema_rights", schema_rights("schema_oid")),
      fmt::arg("version_rights", table_rights("v", true)),
      fmt::arg("ledger_schema_rights", schema_rights("ledger_schema_oid")),
      fmt::arg("keyed_rights", table_rights("k", false)),
      fmt::arg("beside_rights", table_rights("b", false)));
}

// The same columns. SQLite has neither rights nor a schema of ours, and does not enforce a column's width.
std::string sqlite_survey(const ports::Database& database, const VersionTable& version_table) {
  const std::string beside =
      version_table.name == "alembic_version" ? "athanor_ledger" : "athanor_ledger_" + version_table.name;
  const auto exists = [&](const std::string& table) {
    return fmt::format(
        "EXISTS (SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = {} COLLATE NOCASE)",
        database.quote(table));
  };
  return fmt::format(
      "SELECT '', 1, 1, 1, {version}, 1, 1, NULL, 0, 0, 0, 0, '', 0, 0, 0, {beside}, {ledger}, 1, 1, '', ''",
      fmt::arg("version", exists(version_table.name)), fmt::arg("beside", database.quote(beside)),
      fmt::arg("ledger", exists(beside)));
}

/// Takes cells from left to right.
class Cells {
 public:
  explicit Cells(const ports::Row& row) : row_(row) {}

  std::string text() { return row_[next_++].value_or(""); }
  bool flag() {
    const auto& cell = row_[next_++];
    return cell && (*cell == "t" || *cell == "1");
  }
  std::optional<std::size_t> count() {
    const auto& cell = row_[next_++];
    std::size_t value = 0;
    if (!cell || std::from_chars(cell->data(), cell->data() + cell->size(), value).ec != std::errc{})
      return {};
    return value;
  }
  TableFacts table() {
    TableFacts facts;
    facts.exists = flag();
    facts.readable = flag();
    facts.writable = flag();
    return facts;
  }
  SchemaFacts schema() {
    SchemaFacts facts;
    facts.exists = flag();
    facts.usable = flag();
    facts.creates = flag();
    return facts;
  }

 private:
  const ports::Row& row_;
  std::size_t next_ = 0;
};

}  // namespace

std::string survey_sql(const ports::Database& database, const VersionTable& version_table) {
  return database.dialect() == ports::Dialect::Sqlite ? sqlite_survey(database, version_table)
                                                      : postgres_survey(database, version_table);
}

Result<Survey> parse_survey(const ports::Rows& rows) {
  if (rows.size() != 1 || rows.front().size() != kColumns) {
    return fail(ErrorKind::Transient, "UnexpectedReply",
                "the database answered the question where its version table is with something else");
  }
  Cells cells(rows.front());
  Survey survey;
  survey.schema = cells.text();
  survey.schema_facts = cells.schema();
  survey.version_table = cells.table();
  survey.version_width = cells.count();
  survey.ledger_schema = cells.schema();
  survey.may_create_schema = cells.flag();
  survey.keyed_name = cells.text();
  survey.keyed_ledger = cells.table();
  survey.beside_name = cells.text();
  survey.beside_ledger = cells.table();
  survey.user = cells.text();
  survey.database = cells.text();
  return survey;
}

}  // namespace athanor::engine
