#include "support_schema/scratch_database.hpp"

#include <stdexcept>
#include <utility>

#include "adapters/postgres/postgres_connector.hpp"
#include "engine/inspect/postgres_reader.hpp"
#include "schema/postgres/postgres_rules.hpp"
#include "schema/postgres/render.hpp"
#include "support_schema/second_opinion.hpp"

namespace athanor::testing {

ScratchDatabase::ScratchDatabase(const std::string& sql) : name_(server().create_database()) {
  if (!sql.empty()) server().sql(name_, sql);
}

ScratchDatabase::~ScratchDatabase() {
  server().drop_database(name_);
}

PostgresServer& ScratchDatabase::server() {
  static const bool prepared = [] {
    PostgresServer::shared().sql("postgres", "CREATE ROLE reader; CREATE ROLE \"Odd role\"");
    return true;
  }();
  (void)prepared;
  return PostgresServer::shared();
}

schema::Catalog ScratchDatabase::read() const {
  postgres::PostgresConnector connector;
  ports::ConnectionSpec spec;
  spec.url = server().url(name_);
  auto database = connector.connect(spec);
  if (!database) throw std::runtime_error(database.error().message);
  auto catalog = engine::read_postgres_schema(**database, {});
  if (!catalog) throw std::runtime_error(catalog.error().message);
  return std::move(*catalog);
}

void ScratchDatabase::apply(const std::string& script) const {
  if (!script.empty()) server().sql(name_, "BEGIN; " + script + " COMMIT");
}

std::string ScratchDatabase::second_opinion() const {
  const std::string dump = sorted_dump(server(), name_);
  return dump.empty() ? sorted_information_schema(server(), name_) : dump;
}

std::string script(const schema::Catalog& from, const schema::Catalog& to) {
  return schema::render_postgres_script(schema::plan_changes(from, to, schema::PostgresRules()), from, to);
}

}  // namespace athanor::testing
