// What is made of a live PostgreSQL's errors: whose fault, what is advised, and what is not told.
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "contract/database/postgres_session.hpp"

namespace athanor::testing {
namespace {

using PostgresVerdict = PostgresSession;

TEST_F(PostgresVerdict, AMissingPrivilegePrintsTheGrant) {
  sql("CREATE ROLE guest LOGIN; CREATE SCHEMA closed; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  database_ = open_postgres(server().url(name_, "guest"));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"CREATE TABLE public.mine (id INTEGER)", "GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"guest\";"},
      {"CREATE TABLE closed.mine (id INTEGER)", "GRANT USAGE, CREATE ON SCHEMA \"closed\" TO \"guest\";"},
      {"CREATE SCHEMA mine", "ON DATABASE \"" + name_ + "\" TO \"guest\";"},
      {"INSERT INTO public.t VALUES (1, 'one')",
       "GRANT SELECT, INSERT, UPDATE, DELETE ON \"t\" TO \"guest\";"},
      {"DROP TABLE public.t", "spec.database.role"}};
  for (const auto& [text, grant] : cases) {
    begin();
    const auto ran = execute(text);
    ASSERT_FALSE(ran) << text;
    EXPECT_EQ(ran.error().kind, ErrorKind::Terminal) << text;
    EXPECT_EQ(ran.error().reason, "PermissionDenied") << text;
    EXPECT_NE(ran.error().message.find(grant), std::string::npos) << ran.error().message;
    database_->rollback();
  }
}

TEST_F(PostgresVerdict, ARoleThatTheLoginMayNotTakeIsGrantedToTheLogin) {
  sql("CREATE ROLE stranger; CREATE ROLE deploy LOGIN");
  database_ = open_postgres(server().url(name_, "deploy"));
  options_.role = "stranger";
  const auto begun = database_->begin(options_, "SELECT 1");
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(begun.error().reason, "PermissionDenied");
  EXPECT_NE(begun.error().message.find("GRANT \"stranger\" TO \"deploy\";"), std::string::npos)
      << begun.error().message;
}

TEST_F(PostgresVerdict, AnErrorInADoBlockNamesItsLine) {
  begin();
  const auto ran = execute("DO $$\nBEGIN\n  RAISE EXCEPTION 'stop here';\nEND $$");
  ASSERT_FALSE(ran);
  EXPECT_NE(ran.error().message.find("stop here"), std::string::npos);
  EXPECT_NE(ran.error().message.find("line 3"), std::string::npos) << ran.error().message;
  EXPECT_EQ(ran.error().site.sqlstate, "P0001");
}

TEST_F(PostgresVerdict, ATransactionThatSatIdleForTooLongIsTriedAgain) {
  begin();
  value_of(execute("SET idle_in_transaction_session_timeout = 50"));
  const int pid = backend();
  while (sql("SELECT count(*) FROM pg_stat_activity WHERE pid = " + std::to_string(pid)) != "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto ran = execute("SELECT 1");
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Transient) << ran.error().message;
  EXPECT_FALSE(ran.error().answered);
}

TEST_F(PostgresVerdict, ARevisionThatMakesItselfReadOnlyIsToldSo) {
  for (const bool with_session_lock : {false, true}) {
    if (with_session_lock && !value_of(database_->try_session_lock(options_))) FAIL() << "the lock is held";
    begin();
    value_of(execute("SET transaction_read_only = on"));
    const auto ran = execute("INSERT INTO t VALUES (1, 'one')");
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().kind, ErrorKind::Terminal) << ran.error().message;
    EXPECT_EQ(ran.error().reason, "TransactionControl");
    begin();
    value_of(execute("SET transaction_read_only = on"));
    const auto concluded = database_->conclude("INSERT INTO t VALUES (9, 'bookkeeping')");
    ASSERT_FALSE(concluded);
    EXPECT_EQ(concluded.error().reason, "TransactionControl");
    database_->rollback();
    database_->end_session_lock();
  }
}

TEST_F(PostgresVerdict, BookkeepingThatMeetsTheStatementTimeoutIsTriedAgain) {
  options_.lock_timeout = std::chrono::seconds(60);
  options_.statement_timeout = std::chrono::milliseconds(200);
  auto alembic = connect();
  value_of(alembic->query("BEGIN; LOCK TABLE t"));
  const auto expect_transient = [](const auto& result, const char* what) {
    ASSERT_FALSE(result) << what;
    EXPECT_EQ(result.error().kind, ErrorKind::Transient) << what << ": " << result.error().message;
    EXPECT_EQ(result.error().reason, "LockTimeout") << what;
    EXPECT_EQ(result.error().site.sqlstate, "57014") << what;
  };
  for (const bool with_session_lock : {false, true}) {
    if (with_session_lock && !value_of(database_->try_session_lock(options_))) FAIL() << "the lock is held";
    expect_transient(database_->begin(options_, "SELECT count(*) FROM t"), "the first query");
    begin();
    expect_transient(database_->query("SELECT count(*) FROM t"), "a query");
    database_->rollback();
    begin();
    expect_transient(database_->query_and_rollback("SELECT count(*) FROM t"), "a query before ROLLBACK");
    begin();
    value_of(execute("SELECT 1"));
    expect_transient(database_->conclude("UPDATE t SET note = 'recorded'"), "the recording");
    database_->rollback();
    begin();
    const auto ran = execute("SELECT pg_sleep(600)");
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().reason, "StatementTimeout") << "of a revision's own statement";
    database_->rollback();
  }
}

TEST_F(PostgresVerdict, AnErrorQuotesNoPassword) {
  const std::string canary = "s3cr3t-canary";
  sql("CREATE TABLE numbers (n INTEGER, at DATE)");
  for (const std::string& text :
       {"CREATE ROLE app PASSWORD \"" + canary + "\"", "CREATE ROLE app LOGIN \"" + canary + "\"",
        "ALTER ROLE app PASSWORD $$x$$ \"" + canary + "\"",
        "CREATE SUBSCRIPTION s CONNECTION '" + canary + "' PUBLICATION p WITH (connect = false)",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h " + canary + "=x' PUBLICATION p WITH (connect = false)",
        "INSERT INTO numbers (n) VALUES ('" + canary + "')",
        "INSERT INTO numbers (at) VALUES ('" + canary + "')", "SELECT '\"" + canary + "'::jsonb",
        "SELECT 'a\"" + canary + "\"b'::int", "SET TIME ZONE '" + canary + "'",
        "SELECT now() AT TIME ZONE '" + canary + "'",
        "SELECT regexp_replace('a', 'a', 'b', '" + canary + "')"}) {
    begin();
    const auto ran = execute(text);
    ASSERT_FALSE(ran) << text;
    EXPECT_EQ(ran.error().message.find(canary), std::string::npos) << ran.error().message;
    EXPECT_GT(ran.error().message.size(), std::string(" (SQLSTATE 42601)").size()) << text;
    database_->rollback();
  }
}

TEST_F(PostgresVerdict, AnErrorQuotesNoNumber) {
  const std::string card = "4111111111111111";
  for (const std::string& text : {"SELECT '" + card + "'::int", "SELECT '" + card + card + "'::bigint",
                                  "SELECT '" + card + "'::date", "SELECT '1" + card + "e999'::float8"}) {
    begin();
    const auto ran = execute(text);
    ASSERT_FALSE(ran) << text;
    EXPECT_EQ(ran.error().message.find(card), std::string::npos) << ran.error().message;
    database_->rollback();
  }
}

}  // namespace
}  // namespace athanor::testing
