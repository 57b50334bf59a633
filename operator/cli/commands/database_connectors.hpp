// Which adapter opens which URL.
#pragma once

#include <memory>
#include <stop_token>
#include <utility>

#include "adapters/postgres/postgres_connector.hpp"
#include "adapters/sqlite/sqlite_connector.hpp"
#include "api/database_url.hpp"
#include "ports/database.hpp"

namespace athanor::cli {

/// sqlite URLs go to SQLite, all else to PostgreSQL.
class DatabaseConnectors final : public ports::DatabaseConnector {
 public:
  [[nodiscard]] Result<std::unique_ptr<ports::Database>> connect(const ports::ConnectionSpec& spec,
                                                                 std::stop_token cancel = {}) override {
    if (api::database_scheme(spec.url) == api::DatabaseScheme::Sqlite)
      return sqlite_.connect(spec, std::move(cancel));
    return postgres_.connect(spec, std::move(cancel));
  }

 private:
  postgres::PostgresConnector postgres_;
  sqlite::SqliteConnector sqlite_;
};

}  // namespace athanor::cli
