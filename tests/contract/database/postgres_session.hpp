// A session with a database of its own on the shared PostgreSQL.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "contract/database/backend.hpp"
#include "support/postgres_server.hpp"

namespace athanor::testing {

class PostgresSession : public ::testing::Test {
 protected:
  void SetUp() override {
    name_ = server().create_database();
    database_ = connect();
    options_.lock_key = "contract";
    options_.lock_timeout = std::chrono::milliseconds(200);
    sql("CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)");
  }

  static PostgresServer& server() { return PostgresServer::shared(); }
  std::unique_ptr<ports::Database> connect() { return open_postgres(server().url(name_)); }
  std::string sql(const std::string& text) { return server().scalar(name_, text); }
  ports::Rows begin(std::string_view first_query = "SELECT 1") {
    auto rows = value_of(database_->begin(options_, first_query));
    if (!rows) throw std::runtime_error("the lock is held");
    return *rows;
  }
  Result<void> execute(std::string_view text) { return database_->execute(statement(*database_, text)); }
  /// As if the classifier had not seen what it is.
  Result<void> execute_as_plain(std::string text) {
    return database_->execute(
        {.text = std::move(text), .line = 1, .kind = StatementClass::Plain, .index_name = {}});
  }
  void commit_revision() {
    value_of(database_->conclude("SELECT 1"));
    value_of(database_->commit());
  }
  std::string shown(ports::Database& database, const std::string& setting) {
    return text_of(value_of(database.query("SHOW " + setting)));
  }
  int backend() { return std::stoi(text_of(value_of(database_->query("SELECT pg_backend_pid()")))); }
  /// Until the backend is in the midst of a pg_sleep().
  void await_sleep(int pid) {
    while (sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " +
               std::to_string(pid)) == "0") {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void terminate(int pid) {
    sql("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
    while (sql("SELECT count(*) FROM pg_stat_activity WHERE pid = " + std::to_string(pid)) != "0") {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  std::string name_;
  ports::TransactionOptions options_;
  std::unique_ptr<ports::Database> database_;
};

}  // namespace athanor::testing
