// The cases that hold on every database.
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "contract/database/backend.hpp"
#include "support/memory.hpp"

namespace athanor::testing {
namespace {

using std::chrono::milliseconds;

class DatabaseContract : public ::testing::TestWithParam<Backend*> {
 protected:
  void SetUp() override {
    spec_ = backend().fresh_database();
    database_ = connect();
    options_.lock_key = "contract";
    options_.lock_timeout = milliseconds(100);
    value_of(database_->query("CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)"));
  }

  Backend& backend() { return *GetParam(); }
  bool postgres() { return backend().dialect() == ports::Dialect::PostgreSql; }
  std::unique_ptr<ports::Database> connect() { return open(backend().connector(), spec_); }
  ports::Rows begin(std::string_view first_query = "SELECT 1") {
    auto rows = value_of(database_->begin(options_, first_query));
    if (!rows) throw std::runtime_error("the lock is held");
    return *rows;
  }
  Result<void> execute(std::string_view sql) { return database_->execute(statement(*database_, sql)); }
  /// What another session sees.
  std::string seen(std::string_view sql) { return text_of(value_of(connect()->query(sql))); }
  /// A statement that runs for minutes, without reading a table.
  std::string endless() {
    return postgres()
               ? "SELECT pg_sleep(600)"
               : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  }

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

TEST_P(DatabaseContract, AReadingThatEndsItsTransactionLeavesNothingOfItWhateverItsOutcome) {
  const auto other = connect();
  for (const bool fails : {false, true}) {
    SCOPED_TRACE(fails);
    begin();
    value_of(execute("INSERT INTO t VALUES (1, 'one')"));
    const auto read =
        database_->query_and_rollback(fails ? "SELECT * FROM nowhere" : "SELECT count(*) FROM t");
    ASSERT_EQ(read.has_value(), !fails);
    if (read) {
      EXPECT_EQ(text_of(*read), "1");
    }
    EXPECT_EQ(text_of(value_of(database_->query("SELECT count(*) FROM t"))), "0");
    EXPECT_TRUE(value_of(other->begin(options_, "SELECT 1"))) << "the lock is free";
    other->rollback();
  }
}

TEST_P(DatabaseContract, ASnapshotSeesOneMomentWhateverIsWrittenMeanwhile) {
  if (!postgres()) value_of(database_->query("PRAGMA journal_mode = WAL"));  // or the writer would wait
  options_.snapshot = true;
  EXPECT_EQ(text_of(begin("SELECT count(*) FROM t")), "0");
  value_of(connect()->query("INSERT INTO t VALUES (1, 'one')"));
  EXPECT_EQ(seen("SELECT count(*) FROM t"), "1");
  EXPECT_EQ(text_of(value_of(database_->query("SELECT count(*) FROM t"))), "0");
  database_->rollback();
  EXPECT_EQ(text_of(begin("SELECT count(*) FROM t")), "1");
  database_->rollback();
  options_.snapshot = false;
  begin();
  value_of(execute("INSERT INTO t VALUES (2, 'two')"));
}

TEST_P(DatabaseContract, ASessionThatVanishesLeavesNothingAndFreesTheLock) {
  begin();
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  database_.reset();
  database_ = connect();
  options_.lock_timeout = milliseconds(5000);
  // The server notices on its own time.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (const auto rows = value_of(database_->begin(options_, "SELECT count(*) FROM t"))) {
      EXPECT_EQ(text_of(*rows), "0");
      return;
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
  FAIL() << "the lock was never freed";
}

TEST_P(DatabaseContract, WhoWaitsForTheLockIsToldWhoHasIt) {
  begin();
  auto other = connect();
  ASSERT_FALSE(value_of(other->begin(options_, "SELECT 1")));
  const LockHolder holder = value_of(other->lock_holder(options_.lock_key));
  if (!postgres()) {
    EXPECT_EQ(holder.describe(), "another process");
    return;
  }
  EXPECT_EQ(holder.application, "athanor");
  EXPECT_EQ(holder.user, "postgres");
  EXPECT_EQ(std::to_string(holder.pid), text_of(value_of(database_->query("SELECT pg_backend_pid()"))));
  EXPECT_FALSE(holder.since.empty());
  database_->rollback();
  EXPECT_EQ(value_of(other->lock_holder(options_.lock_key)), LockHolder{}) << "nobody";
  EXPECT_EQ(value_of(other->lock_holder("another lock")), LockHolder{});
}

TEST_P(DatabaseContract, TheLockExcludesAnotherSessionUntilCommit) {
  begin();
  auto other = connect();
  EXPECT_FALSE(value_of(other->begin(options_, "SELECT 1")));
  value_of(database_->conclude("INSERT INTO t VALUES (1, 'one')"));
  value_of(database_->commit());
  const auto rows = value_of(other->begin(options_, "SELECT count(*) FROM t"));
  ASSERT_TRUE(rows);
  EXPECT_EQ(text_of(*rows), "1");
}

TEST_P(DatabaseContract, TheLockIsFreeAfterRollback) {
  begin();
  database_->rollback();
  EXPECT_TRUE(value_of(connect()->begin(options_, "SELECT 1")));
}

TEST_P(DatabaseContract, ASessionThatDidNotGetTheLockIsStillGood) {
  begin();
  auto other = connect();
  EXPECT_FALSE(value_of(other->begin(options_, "SELECT 1")));
  EXPECT_EQ(text_of(value_of(other->query("SELECT count(*) FROM t"))), "0");
  database_->rollback();
  EXPECT_TRUE(value_of(other->begin(options_, "SELECT 1")));
}

TEST_P(DatabaseContract, AFailedFirstQueryLeavesNoTransaction) {
  const auto begun = database_->begin(options_, "SELECT * FROM nowhere");
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().reason, "SqlError");
  EXPECT_TRUE(value_of(connect()->begin(options_, "SELECT 1")));
}

TEST_P(DatabaseContract, TransactionControlIsRefused) {
  for (const std::string sql : {"COMMIT", "ROLLBACK", "BEGIN", "SAVEPOINT a"}) {
    begin();
    const auto ran = execute(sql);
    ASSERT_FALSE(ran) << sql;
    EXPECT_EQ(ran.error().kind, ErrorKind::Terminal) << sql;
    EXPECT_EQ(ran.error().reason, "TransactionControl") << sql;
    database_->rollback();
  }
}

TEST_P(DatabaseContract, ACommitThatPassedTheClassifierIsCaughtBeforeTheBookkeeping) {
  begin();
  Statement hidden{.text = "COMMIT", .line = 1, .kind = StatementClass::Plain, .index_name = {}};
  const auto ran = database_->execute(hidden);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Terminal);
  if (postgres()) {
    EXPECT_EQ(ran.error().reason, "TransactionEnded");
  }
  const auto concluded = database_->conclude("INSERT INTO t VALUES (9, 'bookkeeping')");
  EXPECT_FALSE(concluded);
  EXPECT_FALSE(database_->commit());
  database_->rollback();
  EXPECT_EQ(seen("SELECT count(*) FROM t WHERE id = 9"), "0");
}

TEST_P(DatabaseContract, AFailedStatementCanNotBeConcludedOrCommitted) {
  begin();
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  ASSERT_FALSE(execute("INSERT INTO nowhere VALUES (1)"));
  EXPECT_FALSE(database_->conclude("SELECT 1"));
  EXPECT_FALSE(database_->commit());
  EXPECT_EQ(seen("SELECT count(*) FROM t"), "0");
}

TEST_P(DatabaseContract, AnErrorNamesTheLineWithinTheStatement) {
  begin();
  const auto ran = execute("SELECT 1,\n  'ünïcödé',\n  nowhere\nFROM t");
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(ran.error().reason, "SqlError");
  EXPECT_EQ(ran.error().site.line, 3U);
  EXPECT_NE(ran.error().message.find("nowhere"), std::string::npos);
  EXPECT_EQ(ran.error().site.sqlstate, postgres() ? "42703" : "");
}

TEST_P(DatabaseContract, AnErrorQuotesNeitherTheStatementNorRows) {
  begin();
  value_of(execute("INSERT INTO t VALUES (1, 'canary-of-a-row')"));
  value_of(execute("CREATE UNIQUE INDEX t_note ON t (note)"));
  const auto ran = execute("INSERT INTO t VALUES (2, 'canary-of-a-row')");
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().message.find("canary-of-a-row"), std::string::npos) << ran.error().message;
  EXPECT_EQ(ran.error().message.find("INSERT"), std::string::npos) << ran.error().message;
}

TEST_P(DatabaseContract, QuotingHoldsWhateverTheTextIs) {
  const std::vector<std::string> texts = {"plain",      "it's",      "back\\slash", "\\'; DROP TABLE t; --",
                                          "\"double\"", "new\nline", "ünï",         "$$",
                                          "%s",         "''",        "\\"};
  for (const std::string& text : texts) {
    const auto rows = value_of(database_->query("SELECT " + database_->quote(text)));
    EXPECT_EQ(rows.at(0).at(0), text);
  }
  for (const std::string& name : texts) {
    value_of(database_->query("CREATE TABLE " + database_->quote_name(name) + " (id INTEGER)"));
    value_of(database_->query("INSERT INTO " + database_->quote_name(name) + " VALUES (1)"));
  }
  EXPECT_EQ(text_of(value_of(database_->query("SELECT count(*) FROM t"))), "0");
}

TEST_P(DatabaseContract, RowsOfARevisionsSelectAreDroppedAsTheyCome) {
  begin();
  const std::string series =
      postgres()
          ? "SELECT i, repeat('x', 100) FROM generate_series(1, 500000) AS i"
          : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT i, "
            "printf('%100d', i) FROM n";
  const std::size_t before = peak_resident_bytes();
  value_of(execute(series));
  EXPECT_LT(peak_resident_bytes(), before + 16U * 1024 * 1024);
}

TEST_P(DatabaseContract, CancelFromAnotherThreadEndsTheStatementSoon) {
  begin();
  auto running = std::async(std::launch::async, [&] { return execute(endless()); });
  // A cancel that comes before the statement has begun must not be lost either.
  database_->cancel();
  ASSERT_EQ(running.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  const auto ran = running.get();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Transient);
  EXPECT_EQ(ran.error().reason, "Cancelled");
}

TEST_P(DatabaseContract, CancelInTheMidstOfAStatementEndsIt) {
  begin();
  auto running = std::async(std::launch::async, [&] { return execute(endless()); });
  ASSERT_EQ(running.wait_for(milliseconds(300)), std::future_status::timeout);
  database_->cancel();
  ASSERT_EQ(running.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  const auto ran = running.get();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().reason, "Cancelled");
  database_->rollback();
  EXPECT_EQ(text_of(begin("SELECT count(*) FROM t")), "0");
}

TEST_P(DatabaseContract, TheStatementTimeoutEndsAStatement) {
  options_.statement_timeout = milliseconds(200);
  begin();
  const auto ran = execute(endless());
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(ran.error().reason, "StatementTimeout");
}

TEST_P(DatabaseContract, ALockOfAnotherSessionIsATransientError) {
  auto other = connect();
  value_of(other->begin({.search_path = {}, .role = {}, .lock_key = "other"}, "SELECT 1"));
  value_of(other->execute(statement(*other, "INSERT INTO t VALUES (1, 'one')")));
  if (postgres()) {
    value_of(other->execute(statement(*other, "LOCK TABLE t")));
    begin();
    const auto ran = execute("INSERT INTO t VALUES (2, 'two')");
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().kind, ErrorKind::Transient);
    EXPECT_EQ(ran.error().reason, "LockTimeout");
    EXPECT_EQ(ran.error().site.sqlstate, "55P03");
  } else {
    options_.lock_key.clear();
    const auto begun = database_->begin(options_, "SELECT 1");
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().kind, ErrorKind::Transient);
    EXPECT_EQ(begun.error().reason, "LockHeld");
  }
}

TEST_P(DatabaseContract, TheSessionLockCanBeTakenFreedAndTakenAgain) {
  ASSERT_TRUE(value_of(database_->try_session_lock(options_)));
  value_of(execute("VACUUM"));
  EXPECT_EQ(text_of(begin("SELECT count(*) FROM t")), "0");
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  value_of(database_->conclude("SELECT 1"));
  value_of(database_->commit());
  value_of(execute("VACUUM"));
  database_->end_session_lock();
  auto other = connect();
  EXPECT_TRUE(value_of(other->try_session_lock(options_)));
  EXPECT_EQ(text_of(value_of(other->query("SELECT id FROM t"))), "1");
}

TEST_P(DatabaseContract, TheSessionLockIsNotGivenWhileATransactionHasTheLock) {
  begin();
  auto other = connect();
  EXPECT_FALSE(value_of(other->try_session_lock(options_)));
}

TEST_P(DatabaseContract, QueryRunsSeveralStatementsAndGivesTheLastOnesRows) {
  EXPECT_EQ(text_of(value_of(database_->query("INSERT INTO t VALUES (1, NULL); SELECT id, note FROM t"))),
            "1|null");
  EXPECT_EQ(text_of(value_of(database_->query("SELECT id FROM t WHERE id = 7"))), "");
}

TEST_P(DatabaseContract, TemporaryTablesOfOneRevisionDoNotStandInTheWayOfTheNext) {
  for (int revision = 0; revision < 2; ++revision) {
    begin();
    value_of(execute("CREATE TEMPORARY TABLE work (id INTEGER)"));
    value_of(database_->conclude("SELECT 1"));
    value_of(database_->commit());
  }
}

TEST_P(DatabaseContract, TemporaryTablesLastAsLongAsTheSessionLock) {
  for (int revision = 0; revision < 2; ++revision) {
    ASSERT_TRUE(value_of(database_->try_session_lock(options_)));
    for (const auto* sql :
         {"CREATE TEMPORARY TABLE work (id INTEGER)", "INSERT INTO work VALUES (1)",
          "INSERT INTO t SELECT count(*) + (SELECT count(*) FROM t), 'from work' FROM work"}) {
      begin();
      value_of(execute(sql));
      value_of(database_->conclude("SELECT 1"));
      value_of(database_->commit());
    }
    database_->end_session_lock();
  }
  EXPECT_EQ(seen("SELECT id FROM t ORDER BY id"), "1;2");
}

TEST_P(DatabaseContract, CommitWithoutATransactionIsAnError) {
  const auto committed = database_->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, ErrorKind::Terminal);
  database_->rollback();
}

INSTANTIATE_TEST_SUITE_P(Every, DatabaseContract, ::testing::ValuesIn(backends()),
                         [](const auto& each) { return each.param->name(); });

}  // namespace
}  // namespace athanor::testing
