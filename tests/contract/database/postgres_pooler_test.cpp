// PostgreSQL behind PgBouncer in transaction mode: revisions in transactions work, nothing leaks, and what
// needs a session of its own is refused.
#include <gtest/gtest.h>

#include "contract/database/backend.hpp"
#include "support/pg_bouncer.hpp"
#include "support/postgres_server.hpp"

namespace athanor::testing {
namespace {

class PostgresPooler : public ::testing::Test {
 protected:
  void SetUp() override {
    name_ = server().create_database();
    options_.lock_key = "pooled";
    server().sql(name_, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  }
  static PostgresServer& server() { return PostgresServer::shared(); }
  std::unique_ptr<ports::Database> connect() { return open_postgres(bouncer_.url(name_)); }

  PgBouncer bouncer_{server()};
  std::string name_;
  ports::TransactionOptions options_;
};

TEST_F(PostgresPooler, IsNoticed) {
  EXPECT_TRUE(connect()->facts().pooled);
}

TEST_F(PostgresPooler, RevisionsInTransactionsWork) {
  auto database = connect();
  ASSERT_TRUE(value_of(database->begin(options_, "SELECT 1")));
  value_of(database->execute(statement(*database, "INSERT INTO t VALUES (1)")));
  value_of(database->conclude("SELECT count(*) FROM t"));
  value_of(database->commit());
  EXPECT_EQ(server().scalar(name_, "SELECT count(*) FROM t"), "1");
}

TEST_F(PostgresPooler, WhatNeedsASessionIsRefused) {
  const auto locked = connect()->try_session_lock(options_);
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(locked.error().reason, "PoolerDetected");
}

TEST_F(PostgresPooler, SettingsDoNotLeakToAnotherClient) {
  auto first = connect();
  auto second = connect();
  ASSERT_TRUE(value_of(first->begin(options_, "SELECT 1")));
  for (const std::string sql :
       {"SELECT set_config('search_path', '', false)", "SET lock_timeout = 7", "SET row_security = off"}) {
    value_of(first->execute(statement(*first, sql)));
  }
  value_of(first->conclude("SELECT 1"));
  value_of(first->commit());
  EXPECT_EQ(text_of(value_of(
                second->query("SELECT current_setting('search_path'), current_setting('lock_timeout'), "
                              "current_setting('row_security')"))),
            "\"$user\", public|0|on");
}

TEST_F(PostgresPooler, NeitherRoleNorTemporaryTablesOfARevisionReachTheApplication) {
  server().sql(
      name_,
      "CREATE ROLE keeper; CREATE ROLE pooled_user; GRANT CREATE ON SCHEMA public TO keeper, pooled_user");
  for (const std::string set : {"SET ROLE pooled_user", "SET SESSION AUTHORIZATION pooled_user"}) {
    for (const std::string role : {"", "keeper"}) {
      auto first = connect();
      auto application = connect();
      options_.role = role;
      ASSERT_TRUE(value_of(first->begin(options_, "SELECT 1")));
      for (const std::string& sql :
           {std::string("CREATE TEMPORARY TABLE leftover (id INTEGER)"),
            std::string("DECLARE c CURSOR WITH HOLD FOR SELECT id FROM leftover"), set}) {
        value_of(first->execute(statement(*first, sql)));
      }
      const auto concluded = value_of(first->conclude("SELECT current_user"));
      EXPECT_EQ(text_of(concluded), role.empty() ? "postgres" : role) << set;
      value_of(first->commit());
      EXPECT_EQ(text_of(value_of(application->query(
                    "SELECT current_user, session_user, to_regclass('leftover'), (SELECT count(*) FROM "
                    "pg_cursors)"))),
                "postgres|postgres|null|0")
          << set << " with the role " << role;
    }
  }
}

TEST_F(PostgresPooler, NeitherLocksNorListeningOfARevisionReachTheApplication) {
  const std::string kept =
      "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM "
      "pg_database WHERE datname = current_database())), (SELECT count(*) FROM pg_listening_channels())";
  auto revision = connect();
  auto application = connect();
  const auto begin = [&] {
    ASSERT_TRUE(value_of(revision->begin(options_, "SELECT 1")));
    for (const std::string sql : {"SELECT pg_advisory_lock(7)", "LISTEN news"}) {
      value_of(revision->execute(statement(*revision, sql)));
    }
  };
  begin();
  value_of(revision->conclude("SELECT 1"));
  EXPECT_FALSE(value_of(open_postgres(server().url(name_))->begin(options_, "SELECT 1")))
      << "the migration lock is held until COMMIT";
  value_of(revision->commit());
  EXPECT_EQ(text_of(value_of(application->query(kept))), "0|0") << "behind COMMIT";
  begin();
  EXPECT_FALSE(revision->execute(statement(*revision, "SELECT 1 / 0")));
  revision->rollback();
  EXPECT_EQ(text_of(value_of(application->query(kept))), "0|0") << "behind a failure";
  begin();
  EXPECT_FALSE(revision->conclude("SELECT 1 / 0"));
  revision->rollback();
  EXPECT_EQ(text_of(value_of(application->query(kept))), "0|0") << "behind a failure to record";
  begin();
  EXPECT_EQ(text_of(value_of(revision->query_and_rollback("SELECT 'seen'"))), "seen");
  EXPECT_EQ(text_of(value_of(application->query(kept))), "0|0") << "behind what was only tried";
}

TEST_F(PostgresPooler, PreparedStatementsAreTheApplicationsAlone) {
  auto application = connect();
  value_of(application->query("PREPARE theirs AS SELECT 1"));
  auto revision = connect();
  ASSERT_TRUE(value_of(revision->begin(options_, "SELECT 1")));
  const auto refused = revision->execute(statement(*revision, "PREPARE ours AS SELECT 1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(refused.error().reason, "PoolerDetected");
  value_of(revision->execute(statement(*revision, "INSERT INTO t VALUES (1)")));
  value_of(revision->conclude("SELECT 1"));
  value_of(revision->commit());
  EXPECT_EQ(text_of(value_of(application->query("SELECT name FROM pg_prepared_statements"))), "theirs");
}

TEST_F(PostgresPooler, WhatAnotherClientSetDoesNotReachARevision) {
  auto other = connect();
  value_of(other->query(
      "SET search_path = ''; SET statement_timeout = 5000; SET standard_conforming_strings = off"));
  auto database = connect();
  const auto rows = value_of(database->begin(
      options_, "SELECT current_setting('search_path'), current_setting('statement_timeout')"));
  ASSERT_TRUE(rows);
  EXPECT_EQ(text_of(*rows), "\"$user\", public|0");
}

}  // namespace
}  // namespace athanor::testing
