// A database for a case, gone with it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "adapters/sqlite/sqlite_connector.hpp"
#include "engine/inspect/sqlite_reader.hpp"

namespace athanor::testing {

inline std::unique_ptr<ports::Database> connect_sqlite(const std::string& url) {
  sqlite::SqliteConnector connector;
  ports::ConnectionSpec spec;
  spec.url = url;
  spec.operator_rules = false;
  spec.allow_sqlite = true;
  auto database = connector.connect(spec);
  if (!database) throw std::runtime_error(database.error().message);
  return std::move(*database);
}

class SqliteScratch {
 public:
  explicit SqliteScratch(const std::string& sql = "") { query(sql); }

  ports::Rows query(const std::string& sql) { return given(database_->query(sql)); }

  /// As a revision is applied: statement by statement, in one transaction.
  void apply(const std::string& script) {
    given(database_->begin({}, "SELECT 1"));
    for (const Statement& statement : given(database_->split(script, 1))) {
      if (auto ran = database_->execute(statement); !ran)
        throw std::runtime_error(ran.error().message + ": " + statement.text);
    }
    given(database_->conclude("SELECT 1"));
    if (auto committed = database_->commit(); !committed) throw std::runtime_error(committed.error().message);
  }

  [[nodiscard]] ports::Database& database() { return *database_; }

  [[nodiscard]] schema::Catalog read(const engine::InspectScope& scope = {}) {
    return given(engine::read_sqlite_schema(*database_, scope));
  }

 private:
  template <class Value>
  static Value given(Result<Value> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }

  std::unique_ptr<ports::Database> database_ = connect_sqlite("sqlite://");
};

}  // namespace athanor::testing
