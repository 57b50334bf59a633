#include "contract/database/backend.hpp"

#include <stdexcept>

#include "adapters/postgres/postgres_connector.hpp"
#include "adapters/sqlite/sqlite_connector.hpp"
#include "support/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {
namespace {

class PostgresBackend final : public Backend {
 public:
  [[nodiscard]] std::string name() const override { return "PostgreSql"; }
  [[nodiscard]] ports::Dialect dialect() const override { return ports::Dialect::PostgreSql; }
  [[nodiscard]] ports::DatabaseConnector& connector() override { return connector_; }
  [[nodiscard]] ports::ConnectionSpec fresh_database() override {
    PostgresServer& server = PostgresServer::shared();
    return postgres_spec(server.url(server.create_database()));
  }

 private:
  postgres::PostgresConnector connector_;
};

class SqliteBackend final : public Backend {
 public:
  [[nodiscard]] std::string name() const override { return "Sqlite"; }
  [[nodiscard]] ports::Dialect dialect() const override { return ports::Dialect::Sqlite; }
  [[nodiscard]] ports::DatabaseConnector& connector() override { return connector_; }
  [[nodiscard]] ports::ConnectionSpec fresh_database() override {
    return sqlite_spec(folder_.path() / ("test_" + std::to_string(++made_) + ".db"));
  }

 private:
  TempFolder folder_;
  int made_ = 0;
  sqlite::SqliteConnector connector_;
};

}  // namespace

const std::vector<Backend*>& backends() {
  static PostgresBackend postgres;
  static SqliteBackend sqlite;
  static const std::vector<Backend*> all{&postgres, &sqlite};
  return all;
}

std::unique_ptr<ports::Database> open(ports::DatabaseConnector& connector,
                                      const ports::ConnectionSpec& spec) {
  return value_of(connector.connect(spec));
}

ports::ConnectionSpec postgres_spec(const std::string& url) {
  ports::ConnectionSpec spec;
  spec.url = url;
  return spec;
}

ports::ConnectionSpec sqlite_spec(const std::filesystem::path& file) {
  ports::ConnectionSpec spec;
  spec.url = "sqlite:///" + file.string();
  spec.allow_sqlite = true;
  return spec;
}

std::unique_ptr<ports::Database> open_postgres(const std::string& url) {
  postgres::PostgresConnector connector;
  return open(connector, postgres_spec(url));
}

Statement statement(const ports::Database& database, std::string_view sql) {
  const std::vector<Statement> all = value_of(database.split(sql, 1));
  if (all.size() != 1) throw std::runtime_error("not one statement");
  return all.front();
}

std::string text_of(const ports::Rows& rows) {
  std::string text;
  for (const ports::Row& row : rows) {
    if (&row != &rows.front()) text += ';';
    for (const ports::Cell& cell : row) {
      if (&cell != &row.front()) text += '|';
      text += cell.value_or("null");
    }
  }
  return text;
}

}  // namespace athanor::testing
