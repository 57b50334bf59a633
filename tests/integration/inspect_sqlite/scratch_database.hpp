// A database file for a case, gone with it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "adapters/sqlite/sqlite_connector.hpp"
#include "engine/inspect/sqlite_reader.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {

class ScratchDatabase {
 public:
  explicit ScratchDatabase(const std::string& sql = "") {
    sqlite::SqliteConnector connector;
    ports::ConnectionSpec spec;
    spec.url = "sqlite:///" + (folder_.path() / "scratch.db").string();
    spec.operator_rules = false;
    spec.allow_sqlite = true;
    database_ = given(connector.connect(spec));
    query(sql);
  }

  ports::Rows query(const std::string& sql) { return given(database_->query(sql)); }

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

  TempFolder folder_;
  std::unique_ptr<ports::Database> database_;
};

}  // namespace athanor::testing
