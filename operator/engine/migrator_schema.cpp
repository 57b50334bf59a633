// What a migrator reads of a database beside its history.
#include <string>
#include <utility>
#include <vector>

#include "engine/inspect/schema_reader.hpp"
#include "engine/migrator.hpp"
#include "schema/sqlite/names.hpp"

namespace athanor::engine {
namespace {

/// The parts of "schema"."table" without their quotes.
std::pair<std::string, std::string> parts_of(std::string_view qualified) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t at = 0; at < qualified.size(); ++at) {
    if (qualified[at] == '"' && quoted && at + 1 < qualified.size() && qualified[at + 1] == '"') {
      parts.back() += '"';
      ++at;
    } else if (qualified[at] == '"') {
      quoted = !quoted;
    } else if (qualified[at] == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += qualified[at];
    }
  }
  return {parts.front(), parts.back()};
}

/// A table of ours as identities name it.
Result<std::pair<std::string, std::string>> identity_of(ports::Database& database, std::string_view table) {
  auto [schema, name] = parts_of(table);
  if (database.dialect() == ports::Dialect::Sqlite)
    return std::pair(std::string(), schema::sqlite_identity(name));
  const auto rows = database.query("SELECT pg_catalog.quote_ident(" + database.quote(schema) +
                                   "), pg_catalog.quote_ident(" + database.quote(name) + ")");
  if (!rows) return fail(rows.error());
  return std::pair(rows->at(0).at(0).value_or(""), rows->at(0).at(1).value_or(""));
}

}  // namespace

Result<schema::Catalog> Migrator::read_schema(const std::stop_token& cancel) {
  const std::stop_callback on_cancel(cancel, [this] { database_.cancel(); });
  if (auto connected = connect(cancel); !connected) return fail(std::move(connected.error()));
  auto catalog = read_catalog();
  if (!catalog) forget_session();
  return catalog;
}

Result<schema::Catalog> Migrator::read_catalog() {
  auto located = locate();
  end_reading();
  if (!located) return fail(std::move(located.error()));
  InspectScope scope;
  for (const std::string& table : {places_->version_table, places_->ledger}) {
    auto identity = identity_of(*database_, table);
    if (!identity) return fail(std::move(identity.error()));
    scope.own_tables.push_back(std::move(*identity));
  }
  return engine::read_schema(*database_, scope);
}

}  // namespace athanor::engine
