#include "engine/foreign_history.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/adoption.hpp"
#include "core/text.hpp"

namespace athanor::engine {

namespace {

/// Atlas puts its table into a schema of its own, where there are schemas.
constexpr std::string_view kAtlasTable = "atlas_schema_revisions";

constexpr std::array<std::string_view, 5> kDefaultNames{
    "alembic_version", "schema_migrations", "goose_db_version", "flyway_schema_history", kAtlasTable};

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorKind::Terminal, kAdoptionMismatch, std::move(message));
}

/// `schema.table` in two; no schema: the first is empty.
std::pair<std::string_view, std::string_view> split_name(std::string_view name) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return {{}, name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

std::string find_on_postgres(const ports::Database& database, const AdoptionRequest& request) {
  const auto by_path = [&](std::string_view name) {
    return fmt::format("c.oid = pg_catalog.to_regclass({})", database.quote(database.quote_name(name)));
  };
  const auto by_schema = [&](std::string_view schema, std::string_view name) {
    return fmt::format("n.nspname = {} AND c.relname = {}", database.quote(schema), database.quote(name));
  };
  std::vector<std::string> places;
  if (const auto [schema, name] = split_name(request.table); !request.table.empty()) {
    places.push_back(schema.empty() ? by_path(name) : by_schema(schema, name));
  } else {
    for (const auto each : kDefaultNames) places.push_back(by_path(each));
    places.push_back(by_schema(kAtlasTable, kAtlasTable));
  }
  return fmt::format(
      "SELECT n.nspname, c.relname, (SELECT pg_catalog.string_agg(attname, ',' ORDER BY attnum) FROM "
      "pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), "
      "pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.relkind IN ('r', 'p') AND (({})) ORDER BY 1, 2",
      fmt::join(places, ") OR ("));
}

std::string find_on_sqlite(const ports::Database& database, const AdoptionRequest& request) {
  std::vector<std::string> names;
  if (const auto [schema, name] = split_name(request.table); !request.table.empty()) {
    names.push_back(database.quote(schema == "main" ? name : std::string_view(request.table)));
  } else {
    for (const auto each : kDefaultNames) names.push_back(database.quote(each));
  }
  return fmt::format(
      "SELECT '', m.name, (SELECT group_concat(name) FROM pragma_table_info(m.name)), 1 FROM "
      "main.sqlite_master m WHERE m.type = 'table' AND m.name IN ({}) ORDER BY 2",
      fmt::join(names, ", "));
}

std::optional<MigrationTool> tool_with(std::string_view columns) {
  const std::string listed = fmt::format(",{},", to_lower(columns));
  const auto has = [&](std::initializer_list<std::string_view> wanted) {
    return std::ranges::all_of(wanted, [&](std::string_view each) {
      return listed.find(fmt::format(",{},", each)) != std::string::npos;
    });
  };
  if (has({"version_num"})) return MigrationTool::Alembic;
  if (has({"version_id", "is_applied", "id"})) return MigrationTool::Goose;
  if (has({"installed_rank", "version", "success", "type", "script"})) return MigrationTool::Flyway;
  if (has({"version", "applied", "total", "error", "type"})) return MigrationTool::Atlas;
  if (has({"version", "dirty"})) return MigrationTool::GolangMigrate;
  if (listed == ",version,") return MigrationTool::Dbmate;
  return std::nullopt;
}

std::string listed(const std::vector<ForeignTable>& tables) {
  std::string text;
  for (const ForeignTable& table : tables) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", table.for_a_person(), to_string(table.tool));
  }
  return text;
}

/// What says it, of a MigrationEnvironment or of `athanor adopt`.
std::string option_named(std::string_view name, Audience audience) {
  return fmt::format("{}{}", audience == Audience::Operator ? "spec.adopt." : "--", name);
}

std::string nothing_found(const AdoptionRequest& request) {
  const std::string whose = request.from ? fmt::format("of {}", to_string(*request.from))
                                         : fmt::format("of a tool that Athanor knows ({})",
                                                       fmt::join(migration_tool_names(), ", "));
  if (!request.table.empty())
    return fmt::format("There is no table {} {} in this database.", request.table, whose);
  return fmt::format(
      "There is no table {} in this database, as far as the search path and the rights of this role go. Name "
      "it with {} if it has another name or stands in another schema. A new database has nothing to adopt: "
      "upgrade it.",
      whose, option_named("table", request.audience));
}

bool is_true(const ports::Cell& cell) {
  return cell && (*cell == "t" || *cell == "1" || to_lower(*cell) == "true");
}

/// The last word on each version counts.
class LastWord {
 public:
  void say(ForeignVersion version) {
    drop(version.version);
    versions_.push_back(std::move(version));
  }
  void drop(const std::string& version) {
    std::erase_if(versions_, [&](const ForeignVersion& each) { return each.version == version; });
  }
  std::vector<ForeignVersion> take() { return std::move(versions_); }

 private:
  std::vector<ForeignVersion> versions_;
};

// Every up and every down appends a row, in older versions of goose; version 0 is its mark that the table is
// made.
void read_goose(const ports::Row& row, LastWord& said) {
  const std::string version = row.at(0).value_or("");
  if (version == "0") return;
  if (is_true(row.at(1))) {
    said.say({version});
  } else {
    said.drop(version);
  }
}

// Rows without a version: repeatable migrations, and the making of schemas.
void read_flyway(const ports::Row& row, LastWord& said) {
  const std::string type = row.at(2).value_or("");
  const bool succeeded = is_true(row.at(1));
  if (!row.at(0)) {
    if (!succeeded) said.say({row.at(3).value_or(""), true});
    return;
  }
  ForeignVersion version{*row.at(0)};
  version.failed = !succeeded;
  version.up_to = type.find("BASELINE") != std::string::npos;
  const bool undone = type.starts_with("UNDO") || type == "DELETE";
  if (undone && succeeded) {
    said.drop(version.version);
  } else {
    said.say(std::move(version));
  }
}

// A row whose version begins with a dot is no migration but Atlas's own note.
void read_atlas(const ports::Row& row, LastWord& said) {
  constexpr std::string_view kBaseline = "1";
  constexpr std::array<std::string_view, 2> kResolved{"4", "6"};  // by a person, whatever became of it
  ForeignVersion version{row.at(0).value_or("")};
  if (version.version.starts_with('.')) return;
  const std::string type = row.at(4).value_or("");
  const bool resolved = std::ranges::find(kResolved, type) != kResolved.end();
  version.up_to = type == kBaseline;
  version.failed = (row.at(1) != row.at(2) || !row.at(3).value_or("").empty()) && !resolved;
  if (version.failed) {
    version.detail =
        fmt::format("{} of its {} statements are in", row.at(1).value_or("0"), row.at(2).value_or("?"));
  }
  said.say(std::move(version));
}

void read_row(MigrationTool tool, const ports::Row& row, LastWord& said) {
  switch (tool) {
    case MigrationTool::Alembic:
      said.say({row.at(0).value_or(""), false, true});
      break;
    case MigrationTool::GolangMigrate:
      said.say({row.at(0).value_or(""), is_true(row.at(1)), true});
      break;
    case MigrationTool::Dbmate:
      said.say({row.at(0).value_or("")});
      break;
    case MigrationTool::Goose:
      read_goose(row, said);
      break;
    case MigrationTool::Flyway:
      read_flyway(row, said);
      break;
    case MigrationTool::Atlas:
      read_atlas(row, said);
      break;
  }
}

}  // namespace

std::string find_foreign_sql(const ports::Database& database, const AdoptionRequest& request) {
  return database.dialect() == ports::Dialect::Sqlite ? find_on_sqlite(database, request)
                                                      : find_on_postgres(database, request);
}

std::vector<ForeignTable> parse_foreign_tables(const ports::Rows& rows) {
  std::vector<ForeignTable> tables;
  for (const ports::Row& row : rows) {
    const auto tool = tool_with(row.at(2).value_or(""));
    if (tool) tables.push_back({*tool, row.at(0).value_or(""), row.at(1).value_or(""), is_true(row.at(3))});
  }
  return tables;
}

Result<ForeignTable> choose_foreign_table(std::vector<ForeignTable> tables, const AdoptionRequest& request) {
  const auto all = tables;
  if (request.from) std::erase_if(tables, [&](const auto& each) { return each.tool != *request.from; });
  if (tables.empty()) {
    return refused(nothing_found(request) +
                   (all.empty() ? "" : fmt::format(" What there is: {}.", listed(all))));
  }
  if (tables.size() > 1) {
    const bool same_tool = std::ranges::all_of(
        tables, [&](const ForeignTable& each) { return each.tool == tables.front().tool; });
    return refused(
        fmt::format("Several migration tools have left a table in this database: {}. Say which of "
                    "them knows where it stands, with {}.",
                    listed(tables), option_named(same_tool ? "table" : "from", request.audience)));
  }
  ForeignTable& table = tables.front();
  if (!table.readable) {
    return fail(ErrorKind::Terminal, "PermissionDenied",
                fmt::format("this role may not read the table {0}. Have the owner of it run: GRANT USAGE ON "
                            "SCHEMA \"{1}\" and GRANT SELECT ON \"{1}\".\"{2}\" to it.",
                            table.for_a_person(), table.schema, table.name));
  }
  return std::move(table);
}

std::string read_foreign_sql(const ports::Database& database, const ForeignTable& table) {
  const std::string from =
      fmt::format("{}.{}", database.quote_name(table.schema.empty() ? "main" : table.schema),
                  database.quote_name(table.name));
  switch (table.tool) {
    case MigrationTool::Alembic:
      return fmt::format("SELECT version_num FROM {} ORDER BY 1", from);
    case MigrationTool::GolangMigrate:
      return fmt::format("SELECT version, dirty FROM {} ORDER BY 1", from);
    case MigrationTool::Dbmate:
      return fmt::format("SELECT version FROM {} ORDER BY 1", from);
    case MigrationTool::Goose:
      return fmt::format("SELECT version_id, is_applied FROM {} ORDER BY id", from);
    case MigrationTool::Flyway:
      return fmt::format("SELECT version, success, type, script FROM {} ORDER BY installed_rank", from);
    case MigrationTool::Atlas:
      return fmt::format("SELECT version, applied, total, error, type FROM {} ORDER BY version", from);
  }
  return {};
}

ForeignHistory parse_foreign_history(const ForeignTable& table, const ports::Rows& rows) {
  LastWord said;
  for (const ports::Row& row : rows) read_row(table.tool, row, said);
  return {table.tool, table.for_a_person(), said.take()};
}

bool is_version_table(const ForeignTable& table, const ports::Database& database, const Places& places) {
  const std::string schema = table.schema.empty() ? "main" : table.schema;
  return places.version_table == database.quote_name(schema) + "." + database.quote_name(table.name);
}

Result<std::vector<ForeignTable>> find_foreign_tables(ports::Database& database,
                                                      const AdoptionRequest& request) {
  const auto rows = database.query(find_foreign_sql(database, request));
  if (!rows) return fail(rows.error());
  return parse_foreign_tables(*rows);
}

Result<ForeignHistory> read_foreign_history(ports::Database& database, const Places& places,
                                            const AdoptionRequest& request) {
  auto tables = find_foreign_tables(database, request);
  if (!tables) return fail(std::move(tables.error()));
  std::erase_if(*tables, [&](const ForeignTable& each) { return is_version_table(each, database, places); });
  const auto table = choose_foreign_table(std::move(*tables), request);
  if (!table) return fail(table.error());
  const auto rows = database.query(read_foreign_sql(database, *table));
  if (!rows) return fail(rows.error());
  return parse_foreign_history(*table, *rows);
}

}  // namespace athanor::engine
