// Lost connections and lost replies, and two at once.
#include <chrono>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/engine/environment.hpp"

namespace athanor::testing {
namespace {

using ::testing::ElementsAre;

/// Every statement leaves a mark, so that one that ran twice is seen.
RevisionGraph marking_graph() {
  return graph_of(
      {revision("r1", "", "CREATE TABLE mark (id serial, what text); INSERT INTO mark (what) VALUES ('1');"),
       revision("r2", "r1", "INSERT INTO mark (what) VALUES ('2');"),
       off(revision("r3", "r2",
                    "INSERT INTO mark (what) VALUES ('3a');\nCREATE INDEX CONCURRENTLY mark_what ON mark "
                    "(what);\nINSERT INTO mark (what) VALUES ('3b');")),
       revision("r4", "r3", "INSERT INTO mark (what) VALUES ('4');")});
}

void expect_all_in_once(const Environment& environment) {
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, ',' ORDER BY id) FROM mark"), "1,2,3a,3b,4");
  EXPECT_EQ(environment.scalar("SELECT string_agg(version_num, ',') FROM alembic_version"), "r4");
  EXPECT_EQ(environment.scalar("SELECT indisvalid FROM pg_index WHERE indexrelid = 'mark_what'::regclass"),
            "t");
  EXPECT_THAT(environment.ledger(),
              ElementsAre("upgrade r1 done", "upgrade r2 done", "upgrade r3 done", "upgrade r4 done"));
}

/// How many commits the plan takes.
constexpr int kCommits = 8;

struct Doubt {
  std::string name;
  int commit;     ///< which COMMIT
  bool was_done;  ///< whether the server did it
};

class CommitInDoubt : public ::testing::TestWithParam<Doubt> {};

std::vector<Doubt> doubts() {
  std::vector<Doubt> all;
  for (int commit = 1; commit <= kCommits; ++commit) {
    for (const bool done : {true, false}) {
      all.push_back({fmt::format("Commit{}{}", commit, done ? "Done" : "NotDone"), commit, done});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(At, CommitInDoubt, ::testing::ValuesIn(doubts()),
                         [](const auto& named) { return named.param.name; });

TEST_P(CommitInDoubt, IsReadFromTheDatabaseAndNeverAssumed) {
  Environment environment = Environment::on_postgres();
  int commits = 0;
  auto lose_reply = [&](fakes::Call call, std::string_view) -> std::optional<Error> {
    if (call != fakes::Call::Commit || ++commits != GetParam().commit) return std::nullopt;
    return Error{ErrorKind::InDoubt, "CommitInDoubt", "lost", {}};
  };
  (GetParam().was_done ? environment.interceptor->after : environment.interceptor->before) = lose_reply;
  const auto outcome = environment.upgrade(marking_graph());
  EXPECT_EQ(told(outcome), "ok");
  EXPECT_THAT(applied(outcome), ElementsAre("r1", "r2", "r3", "r4"));
  for (const auto& step : outcome.applied) EXPECT_FALSE(step.at.empty());
  expect_all_in_once(environment);
}

/// Ends every session with the database, and waits until they are gone (servers before 14 don't offer to).
void terminate_sessions(const std::string& database) {
  const auto& server = PostgresServer::shared();
  const std::string theirs = " FROM pg_stat_activity WHERE datname = '" + database + "'";
  (void)server.sql("postgres", "SELECT pg_terminate_backend(pid)" + theirs);
  while (server.scalar("postgres", "SELECT count(*)" + theirs) != "0")
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(LostConnection, AtAnyCommitLosesAndDoublesNothing) {
  for (int nth = 1; nth <= kCommits; ++nth) {
    SCOPED_TRACE(nth);
    Environment environment = Environment::on_postgres();
    int commits = 0;
    environment.interceptor->before = [&](fakes::Call call, std::string_view) -> std::optional<Error> {
      if (call == fakes::Call::Commit && ++commits == nth) {
        terminate_sessions(environment.database);
      }
      return std::nullopt;
    };
    const auto cut = environment.upgrade(marking_graph());
    if (cut.failure) {
      EXPECT_EQ(cut.failure->kind, ErrorKind::Transient) << told(cut);
      EXPECT_EQ(told(environment.upgrade(marking_graph())), "ok");
    }
    expect_all_in_once(environment);
  }
}

TEST(LostConnection, WhileTheDatabaseCanNotBeAskedTheDoubtIsHandedOn) {
  Environment environment = Environment::on_postgres();
  environment.interceptor->after = [&](fakes::Call call, std::string_view) -> std::optional<Error> {
    if (call != fakes::Call::Commit) return std::nullopt;
    environment.interceptor->on_connect = [] {
      return Error{ErrorKind::Transient, "DatabaseUnreachable", "gone", {}};
    };
    return Error{ErrorKind::InDoubt, "CommitInDoubt", "lost", {}};
  };
  const auto outcome = environment.upgrade(marking_graph());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::InDoubt);
  EXPECT_TRUE(outcome.applied.empty());
  *environment.interceptor = {};
  EXPECT_EQ(told(environment.upgrade(marking_graph())), "ok");
  expect_all_in_once(environment);
}

TEST(Racing, TwoMigratorsApplyEachRevisionOnce) {
  Environment environment = Environment::on_postgres();
  std::vector<Revision> revisions{revision("r0", "", "CREATE TABLE mark (id serial, what text);")};
  for (int i = 1; i <= 30; ++i) {
    revisions.push_back(revision(fmt::format("r{}", i), fmt::format("r{}", i - 1),
                                 fmt::format("INSERT INTO mark (what) VALUES ('{}');", i)));
  }
  revisions[15].transaction = TransactionMode::Off;
  const auto graph = graph_of(std::move(revisions));

  std::vector<std::string> troubles;
  std::mutex mutex;
  const auto race = [&](Environment racer) {
    for (int round = 0; round < 100; ++round) {
      const auto outcome = racer.upgrade(graph);
      if (!outcome.failure) return;
      const auto& error = *outcome.failure;
      if (error.kind == ErrorKind::Conflict || error.reason == "LockHeld") continue;
      const std::lock_guard lock(mutex);
      troubles.push_back(told(outcome));
      return;
    }
  };
  // Not copies of one: each has its own interceptor, which isn't thread-safe.
  std::thread one([&] { race(Environment::on_postgres(environment.database, "postgres")); });
  std::thread two([&] { race(Environment::on_postgres(environment.database, "postgres")); });
  one.join();
  two.join();
  EXPECT_THAT(troubles, ElementsAre());
  EXPECT_EQ(environment.scalar("SELECT count(*) || ' ' || count(DISTINCT what) FROM mark"), "30 30");
  EXPECT_EQ(environment.scalar("SELECT version_num FROM alembic_version"), "r30");
  EXPECT_EQ(environment.scalar("SELECT count(*) FROM " + environment.ledger_table + " WHERE state = 'done'"),
            "31");
}

TEST(Racing, ALockThatIsHeldIsWaitedForAndThenToldAbout) {
  Environment environment = Environment::on_postgres();
  const auto graph = marking_graph();
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  // Another operator, in the midst of a long revision.
  std::jthread other([name = environment.database] {
    Environment holder = Environment::on_postgres(name, "postgres");
    (void)holder.upgrade(
        graph_of({revision("r1", "", "SELECT 1;"), revision("r2", "r1", "SELECT pg_sleep(1.5);")}));
  });
  while (environment.scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted") == "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  struct Counting : engine::Progress {
    int waits = 0;
    LockHolder holder;
    void waiting_for_lock(const LockHolder& who) override {
      ++waits;
      holder = who;
    }
  } progress;
  environment.settings.lock_patience = std::chrono::milliseconds(300);
  auto outcome = environment.migrator().run(graph, upgrade_plan(graph, {"r1"}, "r2"), progress, {}, {});
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "LockHeld");
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
  EXPECT_EQ(outcome.lock_timeouts, 1U);
  EXPECT_EQ(progress.waits, 1);
  EXPECT_EQ(progress.holder.application, "athanor");
  EXPECT_NE(progress.holder.pid, 0);
  EXPECT_NE(outcome.failure->message.find(progress.holder.describe()), std::string::npos);

  environment.settings.lock_patience = std::chrono::seconds(30);
  outcome = environment.migrator().run(graph, upgrade_plan(graph, {"r1"}, "r2"), progress, {}, {});
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "VersionMoved") << "the other one applied it meanwhile";
}

/// Somebody without Athanor's lock (alembic) moves the version row, just before the bookkeeping or during it.
engine::Outcome upgrade_against_alembic(Environment& environment, bool still_uncommitted) {
  EXPECT_EQ(told(environment.upgrade(marking_graph(), "r1")), "ok");
  std::jthread alembic;
  environment.interceptor->before = [&](fakes::Call call, std::string_view) -> std::optional<Error> {
    if (call != fakes::Call::Conclude) return std::nullopt;
    const std::string update = "UPDATE alembic_version SET version_num = 'r2'";
    if (!still_uncommitted) {
      (void)PostgresServer::shared().sql(environment.database, update);
      return std::nullopt;
    }
    alembic = std::jthread([name = environment.database, update] {
      (void)PostgresServer::shared().sql(name, "BEGIN; " + update + "; SELECT pg_sleep(0.5); COMMIT");
    });
    while (
        environment.scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = "
                           "current_database()") == "0") {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return std::nullopt;
  };
  auto outcome = environment.upgrade(marking_graph(), "r2");
  environment.interceptor->before = nullptr;
  return outcome;
}

TEST(Racing, AVersionRowThatAlembicMovedDuringTheRevisionRollsItBack) {
  Environment environment = Environment::on_postgres();
  const auto outcome = upgrade_against_alembic(environment, false);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Conflict) << told(outcome);
  EXPECT_EQ(outcome.failure->reason, "VersionMoved");
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, ',') FROM mark"), "1");
  EXPECT_EQ(environment.scalar("SELECT version_num FROM alembic_version"), "r2");
}

TEST(Racing, AVersionRowThatAlembicMovesAtTheSameMomentIsAConflict) {
  Environment environment = Environment::on_postgres();
  const auto outcome = upgrade_against_alembic(environment, true);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Conflict) << told(outcome);
  EXPECT_EQ(environment.scalar("SELECT string_agg(what, ',') FROM mark"), "1");
  EXPECT_EQ(environment.scalar("SELECT version_num FROM alembic_version"), "r2");
}

TEST(Racing, ACancelledStatementIsRolledBackWithItsRevision) {
  Environment environment = Environment::on_postgres();
  const auto graph = graph_of({revision("r1", "", "CREATE TABLE a (id integer); SELECT pg_sleep(60);")});
  std::stop_source cancel;
  std::jthread canceller([&] {
    while (environment.scalar(
               "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = "
               "'active' AND datname = current_database() AND pid <> pg_backend_pid()") == "0") {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    cancel.request_stop();
  });
  engine::Progress progress;
  const auto outcome =
      environment.migrator().run(graph, upgrade_plan(graph, {}), progress, {}, cancel.get_token());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "Stopped");
  EXPECT_EQ(environment.scalar("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'alembic_version')"),
            "0");
}

TEST(Racing, ALockTimeoutIsTriedAgainAndCounted) {
  Environment environment = Environment::on_postgres();
  ASSERT_EQ(told(environment.upgrade(graph_of({revision("r1", "", "CREATE TABLE a (id integer);")}))), "ok");
  environment.settings.transaction.lock_timeout = std::chrono::milliseconds(50);
  // The application holds the table for about a second.
  std::jthread application([name = environment.database] {
    (void)PostgresServer::shared().sql(name, "BEGIN; LOCK TABLE a; SELECT pg_sleep(1); COMMIT");
  });
  while (environment.scalar(
             "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = "
             "'a'::regclass") == "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto outcome =
      environment.upgrade(graph_of({revision("r1", "", "CREATE TABLE a (id integer);"),
                                    revision("r2", "r1", "ALTER TABLE a ADD COLUMN x integer;")}));
  EXPECT_EQ(told(outcome), "ok");
  EXPECT_GE(outcome.lock_timeouts, 1U);
}

}  // namespace
}  // namespace athanor::testing
