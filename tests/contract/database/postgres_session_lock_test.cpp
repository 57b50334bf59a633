// `transaction: off` on PostgreSQL: a revision that has the session to itself, from end to end.
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "contract/database/postgres_session.hpp"

namespace athanor::testing {
namespace {

using std::chrono::milliseconds;

/// A session whose lock is held.
class PostgresSessionLock : public PostgresSession {
 protected:
  void SetUp() override {
    PostgresSession::SetUp();
    options_.search_path = "public";
    sql("CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.t (id INTEGER PRIMARY KEY, note TEXT)");
  }
  void lock() { ASSERT_TRUE(value_of(database_->try_session_lock(options_))); }
  /// A statement that can run in a transaction, as the engine runs it.
  void run(std::string_view text) {
    begin();
    value_of(execute(text));
    commit_revision();
  }
};

TEST_F(PostgresSessionLock, ConcurrentIndexBuildsAndPollingSessionsDoNotDeadlock) {
  sql("INSERT INTO t SELECT i, 'row' FROM generate_series(1, 20000) i");
  auto other = connect();
  ASSERT_TRUE(value_of(database_->try_session_lock(options_)));
  auto building =
      std::async(std::launch::async, [&] { return execute("CREATE INDEX CONCURRENTLY t_note ON t (note)"); });
  int refused = 0;
  while (building.wait_for(milliseconds(1)) != std::future_status::ready) {
    if (!value_of(other->begin(options_, "SELECT count(*) FROM t"))) ++refused;
  }
  value_of(building.get());
  EXPECT_GT(refused, 0);
  EXPECT_EQ(sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_note'::regclass"), "t");
  database_->end_session_lock();
  EXPECT_TRUE(value_of(other->begin(options_, "SELECT 1")));
}

TEST_F(PostgresSessionLock, WhoHoldsItIsToldEvenToARoleThatMaySeeLittle) {
  sql("CREATE ROLE onlooker LOGIN");
  lock();
  const auto other = open_postgres(server().url(name_, "onlooker"));
  ASSERT_FALSE(value_of(other->begin(options_, "SELECT 1")));
  const LockHolder holder = value_of(other->lock_holder(options_.lock_key));
  EXPECT_EQ(holder.application, "athanor");
  EXPECT_EQ(holder.user, "postgres");
  EXPECT_EQ(holder.pid, backend());
  EXPECT_EQ(holder.since, "") << "that is for the session's own role";
}

TEST_F(PostgresSessionLock, ATransactionOffRevisionKeepsItsSettingsUntilItsEnd) {
  ASSERT_TRUE(value_of(database_->try_session_lock(options_)));
  begin();
  value_of(execute("SET maintenance_work_mem = '33MB'"));
  commit_revision();
  EXPECT_EQ(shown(*database_, "maintenance_work_mem"), "33MB");
  EXPECT_EQ(shown(*database_, "lock_timeout"), "200ms");
  database_->end_session_lock();
  EXPECT_EQ(shown(*database_, "maintenance_work_mem"), "64MB");
  EXPECT_EQ(shown(*database_, "lock_timeout"), "0");
}

TEST_F(PostgresSessionLock, TemporaryTablesOfEarlierRevisionsAreGone) {
  begin();
  value_of(execute("CREATE TEMPORARY TABLE t AS SELECT 7 AS id, 'of the first' AS note"));
  commit_revision();
  lock();
  run("INSERT INTO t VALUES (1, 'meant for the real one')");
  run("CREATE TEMPORARY TABLE u (id INTEGER)");
  database_->end_session_lock();
  EXPECT_EQ(sql("SELECT id FROM public.t"), "1");
  EXPECT_EQ(text_of(value_of(database_->query("SELECT to_regclass('u')"))), "null");
}

TEST_F(PostgresSessionLock, NamesOfEarlierRevisionsAreFreeAndItsOwnHoldUntilItsEnd) {
  begin();
  value_of(execute("PREPARE p AS SELECT 1"));
  value_of(execute("DECLARE c CURSOR WITH HOLD FOR SELECT 1"));
  commit_revision();
  lock();
  run("PREPARE p AS INSERT INTO t VALUES ($1)");
  run("DECLARE c CURSOR WITH HOLD FOR SELECT 1");
  run("EXECUTE p(7)");
  run("FETCH c");
  database_->end_session_lock();
  EXPECT_EQ(sql("SELECT id FROM t"), "7");
  EXPECT_EQ(text_of(value_of(database_->query("SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT "
                                              "count(*) FROM pg_cursors)"))),
            "0|0");
}

TEST_F(PostgresSessionLock, WhatTheRevisionSetsHoldsForItsStatementsAndNotForTheBookkeeping) {
  sql("CREATE ROLE worker; GRANT CREATE ON SCHEMA public, elsewhere TO worker");
  struct Case {
    std::string set, asked, own, ours;
  };
  const std::vector<Case> cases = {
      {"SET search_path = elsewhere", "current_schema()", "elsewhere", "public"},
      {"SET ROLE worker", "current_user", "worker", "postgres"},
      {"SET SESSION AUTHORIZATION worker", "session_user", "worker", "postgres"},
      {"SET lock_timeout = 4321", "current_setting('lock_timeout')", "4321ms", "200ms"},
      {"SET statement_timeout = 54321", "current_setting('statement_timeout')", "54321ms", "0"}};
  for (const Case& each : cases) {
    lock();
    run(each.set);
    const auto first = value_of(database_->begin(options_, "SELECT " + each.asked));
    ASSERT_TRUE(first) << each.set;
    EXPECT_EQ(text_of(*first), each.ours) << each.set;
    value_of(execute("DO $$ BEGIN ASSERT " + each.asked + " = '" + each.own + "'; END $$"));
    EXPECT_EQ(text_of(value_of(database_->conclude("SELECT " + each.asked))), each.ours) << each.set;
    value_of(database_->commit());
    EXPECT_EQ(text_of(value_of(database_->query("SELECT " + each.asked))), each.own) << each.set;
    database_->end_session_lock();
    EXPECT_NE(text_of(value_of(database_->query("SELECT " + each.asked))), each.own) << each.set;
  }
}

TEST_F(PostgresSessionLock, UnqualifiedNamesAreThoseOfTheRevisionsSearchPath) {
  lock();
  run("SET search_path = elsewhere");
  run("INSERT INTO t VALUES (1, 'there')");
  value_of(execute("CREATE INDEX CONCURRENTLY by_note ON t (note)"));
  EXPECT_EQ(sql("SELECT (SELECT count(*) FROM public.t) || ' ' || (SELECT count(*) FROM elsewhere.t)"),
            "0 1");
  EXPECT_EQ(sql("SELECT schemaname FROM pg_indexes WHERE indexname = 'by_note'"), "elsewhere");
}

TEST_F(PostgresSessionLock, ATransactionHasALockOfItsOwn) {
  lock();
  begin();
  value_of(execute("SELECT pg_advisory_unlock_all()"));
  auto other = connect();
  EXPECT_FALSE(value_of(other->begin(options_, "SELECT 1")));
  database_->rollback();
  EXPECT_TRUE(value_of(other->begin(options_, "SELECT 1")));
}

TEST_F(PostgresSessionLock, AConcurrentBuildWaitsLongerForOldTransactionsThanTheLockTimeout) {
  auto old = connect();
  value_of(old->query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t"));
  lock();
  auto building =
      std::async(std::launch::async, [&] { return execute("CREATE INDEX CONCURRENTLY t_note ON t (note)"); });
  EXPECT_EQ(building.wait_for(options_.lock_timeout * 3), std::future_status::timeout);
  value_of(old->query("COMMIT"));
  value_of(building.get());
  EXPECT_EQ(sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_note'::regclass"), "t");
  EXPECT_EQ(shown(*database_, "lock_timeout"), "200ms") << "for the statements after it";
}

TEST_F(PostgresSessionLock, ALockTimeoutThatTheRevisionSetsHoldsForItsConcurrentBuilds) {
  auto old = connect();
  value_of(old->query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t"));
  lock();
  run("SET lock_timeout = 100");
  const auto built = execute("CREATE INDEX CONCURRENTLY t_note ON t (note)");
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().reason, "LockTimeout");
  EXPECT_TRUE(built.error().answered);
  EXPECT_EQ(shown(*database_, "lock_timeout"), "100ms");
}

TEST_F(PostgresSessionLock, WhatIsNotConcurrentKeepsTheLockTimeout) {
  auto other = connect();
  value_of(other->query("BEGIN; LOCK TABLE t"));
  lock();
  const auto ran = execute("VACUUM FULL t");
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().reason, "LockTimeout");
}

TEST_F(PostgresSessionLock, ADetachedPartitionKeepsTheLockTimeoutSinceQueriesWaitBehindIt) {
  sql("CREATE TABLE whole (id INTEGER) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF whole FOR "
      "VALUES IN (1)");
  auto application = connect();
  value_of(application->query("BEGIN; SELECT count(*) FROM part"));
  lock();
  auto detaching = std::async(
      std::launch::async, [&] { return execute("ALTER TABLE whole DETACH PARTITION part CONCURRENTLY"); });
  EXPECT_EQ(detaching.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  value_of(application->query("COMMIT"));
  const auto detached = detaching.get();
  ASSERT_FALSE(detached);
  const bool server_knows_it = server().major_version() >= 14;
  EXPECT_EQ(detached.error().reason, server_knows_it ? "LockTimeout" : "SqlError");
}

TEST_F(PostgresSessionLock, AnotherServerThatIsAwayIsNotALostConnection) {
  lock();
  const auto ran =
      execute("CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1 password=canary' PUBLICATION p");
  ASSERT_FALSE(ran);
  // Old versions call it an internal error.
  if (server().major_version() >= 15) {
    EXPECT_EQ(ran.error().site.sqlstate, "08006");
    EXPECT_EQ(ran.error().kind, ErrorKind::Transient);
  }
  EXPECT_EQ(ran.error().reason, "SqlError");
  EXPECT_TRUE(ran.error().answered);
  EXPECT_EQ(text_of(value_of(database_->query("SELECT 1"))), "1");
}

}  // namespace
}  // namespace athanor::testing
