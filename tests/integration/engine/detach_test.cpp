// ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY, which commits its first half and then waits.
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/engine/statementwise_fixture.hpp"

namespace athanor::testing {
namespace {

using ::testing::HasSubstr;

class Detaching : public StatementByStatement {
 protected:
  void SetUp() override {
    ASSERT_EQ(told(environment.upgrade(graph_with("SELECT 1"), "r1")), "ok");
    sql("CREATE TABLE app.whole (id integer) PARTITION BY LIST (id); CREATE TABLE app.part PARTITION OF "
        "app.whole FOR VALUES IN (1)");
  }
  [[nodiscard]] static bool server_knows_it() { return PostgresServer::shared().major_version() >= 14; }
  /// A server that does not know the statement has done nothing of it, and the revision may be mended.
  void expect_refusal() {
    const auto outcome = environment.upgrade(graph);
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->reason, "SqlError");
    EXPECT_EQ(outcome.failure->site.sqlstate, "42601");
    expect_done(environment.upgrade(
        graph_with("SET lock_timeout = '50ms'; ALTER TABLE app.whole DETACH PARTITION app.part")));
    EXPECT_EQ(environment.scalar("SELECT count(*) FROM pg_inherits WHERE inhrelid = 'app.part'::regclass"),
              "0");
  }
  /// "attached", "pending" or "detached".
  [[nodiscard]] std::string part() const {
    return environment.scalar(
        "SELECT coalesce((SELECT CASE WHEN inhdetachpending THEN 'pending' ELSE 'attached' END FROM "
        "pg_inherits "
        "WHERE inhrelid = 'app.part'::regclass), 'detached')");
  }
  /// Runs the SQL that a message has between two other texts.
  void run_from(const std::string& message, const std::string& before, const std::string& after) const {
    const auto begin = message.find(before);
    ASSERT_NE(begin, std::string::npos) << message;
    const auto text = message.substr(begin + before.size());
    sql(text.substr(0, text.find(after)));
  }
  /// Does by hand what the message says, and lets the run go on.
  void follow(const std::string& message) {
    run_from(message, "for app.part, run ", ", and the statement is in");
    run_from(message, "If the statement is in, run: ", ";");
    EXPECT_EQ(part(), "detached");
    expect_done(environment.upgrade(graph));
    EXPECT_EQ(environment.scalar("SELECT string_agg(what, '') FROM mark"), "b");
  }

  const RevisionGraph graph = graph_with(
      "SET lock_timeout = '50ms'; ALTER TABLE app.whole DETACH PARTITION app.part CONCURRENTLY; "
      "INSERT INTO mark VALUES ('b')");
};

TEST_F(Detaching, ThatFailsBetweenItsHalvesIsLeftToAPerson) {
  if (!server_knows_it()) return expect_refusal();
  std::string message;
  {
    std::jthread reader([name = environment.database] {
      (void)PostgresServer::shared().sql(
          name, "BEGIN; SELECT count(*) FROM app.whole; SELECT pg_sleep(1.5); COMMIT");
    });
    while (environment.scalar("SELECT count(*) FROM pg_locks WHERE relation = 'app.whole'::regclass") ==
           "0") {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    const auto outcome = environment.upgrade(graph);
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
    EXPECT_EQ(outcome.failure->reason, "InterruptedStatement");
    EXPECT_EQ(outcome.failure->site.sqlstate, "55P03");
    message = outcome.failure->message;
    EXPECT_THAT(message, HasSubstr("may have left its partition half detached. If pg_inherits."));
    EXPECT_EQ(part(), "pending");
  }
  // Nothing runs it again by itself.
  const auto again = environment.upgrade(graph);
  ASSERT_TRUE(again.failure);
  EXPECT_EQ(again.failure->reason, "InterruptedStatement");
  EXPECT_THAT(again.failure->message, HasSubstr("was interrupted, and the catalog can't tell"));
  EXPECT_THAT(again.failure->message, HasSubstr("DETACH PARTITION app.part FINALIZE"));
  follow(message);
}

TEST_F(Detaching, ThatWasRefusedBeforeItsFirstHalfMayBeMended) {
  if (!server_knows_it()) return expect_refusal();
  const auto outcome = environment.upgrade(graph_with(
      "SET lock_timeout = '50ms'; ALTER TABLE app.whole DETACH PARTITION app.absent CONCURRENTLY"));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "SqlError");
  EXPECT_EQ(part(), "attached");
  expect_done(environment.upgrade(graph));
  EXPECT_EQ(part(), "detached");
}

}  // namespace
}  // namespace athanor::testing
