// The cases that hold on every database.
#include <gtest/gtest.h>

#include "contract/database/backend.hpp"

namespace athanor::testing {
namespace {

class DatabaseContract : public ::testing::TestWithParam<Backend*> {
 protected:
  void SetUp() override {
    spec_ = backend().fresh_database();
    database_ = connect();
    options_.lock_key = "contract";
    value_of(database_->query("CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)"));
  }

  Backend& backend() { return *GetParam(); }
  std::unique_ptr<ports::Database> connect() { return open(backend().connector(), spec_); }
  ports::Rows begin(std::string_view first_query = "SELECT 1") {
    auto rows = value_of(database_->begin(options_, first_query));
    if (!rows) throw std::runtime_error("the lock is held");
    return *rows;
  }
  Result<void> execute(std::string_view sql) { return database_->execute(statement(*database_, sql)); }
  /// What another session sees.
  std::string seen(std::string_view sql) { return text_of(value_of(connect()->query(sql))); }

  ports::ConnectionSpec spec_;
  ports::TransactionOptions options_;
  std::unique_ptr<ports::Database> database_;
};

TEST_P(DatabaseContract, CommitMakesStatementsAndBookkeepingVisibleTogether) {
  EXPECT_EQ(text_of(begin("SELECT count(*) FROM t")), "0");
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  EXPECT_EQ(
      text_of(value_of(database_->conclude("INSERT INTO t VALUES (2, 'two'); SELECT id FROM t ORDER BY id"))),
      "1;2");
  EXPECT_EQ(seen("SELECT count(*) FROM t"), "0");
  value_of(database_->commit());
  EXPECT_EQ(seen("SELECT id, note FROM t ORDER BY id"), "1|one;2|two");
}

TEST_P(DatabaseContract, RollbackLeavesNothing) {
  begin();
  value_of(execute("CREATE TABLE made (id INTEGER)"));
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  database_->rollback();
  EXPECT_EQ(seen("SELECT count(*) FROM t"), "0");
  EXPECT_FALSE(connect()->query("SELECT * FROM made"));
}

TEST_P(DatabaseContract, TheLockExcludesAnotherSessionUntilCommit) {
  options_.lock_timeout = std::chrono::milliseconds(50);
  begin();
  auto other = connect();
  EXPECT_FALSE(value_of(other->begin(options_, "SELECT 1")));
  value_of(database_->conclude("INSERT INTO t VALUES (1, 'one')"));
  value_of(database_->commit());
  const auto rows = value_of(other->begin(options_, "SELECT count(*) FROM t"));
  ASSERT_TRUE(rows);
  EXPECT_EQ(text_of(*rows), "1");
}

INSTANTIATE_TEST_SUITE_P(Every, DatabaseContract, ::testing::ValuesIn(backends()),
                         [](const auto& each) { return each.param->name(); });

}  // namespace
}  // namespace athanor::testing
