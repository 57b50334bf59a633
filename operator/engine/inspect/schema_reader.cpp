#include "engine/inspect/schema_reader.hpp"

#include "engine/inspect/postgres_reader.hpp"
#include "engine/inspect/sqlite_reader.hpp"
#include "schema/postgres/postgres_rules.hpp"
#include "schema/postgres/render.hpp"
#include "schema/sqlite/render.hpp"

namespace athanor::engine {

Result<schema::Catalog> read_schema(ports::Database& database, const InspectScope& scope) {
  return database.dialect() == ports::Dialect::Sqlite ? read_sqlite_schema(database, scope)
                                                      : read_postgres_schema(database, scope);
}

std::string change_script(ports::Dialect dialect, const schema::Catalog& before,
                          const schema::Catalog& after) {
  if (dialect == ports::Dialect::Sqlite) return schema::render_sqlite_script(before, after);
  const auto plan = schema::plan_changes(before, after, schema::PostgresRules());
  return schema::render_postgres_script(plan, before, after);
}

}  // namespace athanor::engine
