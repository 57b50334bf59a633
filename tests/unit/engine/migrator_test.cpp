// The order of the protocol's messages, and what is made of every answer, on a scripted database.
#include "engine/migrator.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/retry_policy.hpp"
#include "unit/engine/running.hpp"

namespace athanor::engine {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(Running, AStepIsBeginStatementsConcludeCommit) {
  const auto outcome = run();
  ASSERT_FALSE(outcome.failure) << outcome.failure->message;
  EXPECT_THAT(script->calls,
              ElementsAre("begin", "execute SELECT 1", "execute SELECT 2", "conclude", "commit"));
  EXPECT_THAT(outcome.rows, ElementsAre("r2"));
  EXPECT_EQ(outcome.applied.at(0).at, "2026-11-22T20:14:00.000Z");
  EXPECT_EQ(outcome.ownership, Ownership::Ours);
}

TEST_F(Running, AStepLastsUntilItsCommitIsThrough) {
  std::string recorded;
  script->on_execute = [this](const Statement&) -> Result<void> {
    clock.advance(milliseconds(100));
    return {};
  };
  script->on_conclude = [&, answer = script->on_conclude](std::string_view sql) {
    recorded = sql;
    return answer(sql);
  };
  script->on_commit = [this]() -> Result<void> {
    clock.advance(milliseconds(7000));
    return {};
  };
  const auto outcome = run();
  ASSERT_FALSE(outcome.failure) << outcome.failure->message;
  EXPECT_EQ(outcome.applied.at(0).duration, milliseconds(7200));
  EXPECT_EQ(outcome.applied.at(0).recorded, milliseconds(200));
  EXPECT_THAT(recorded, HasSubstr(", 200, ")) << "the ledger's row is in the COMMIT itself";
}

TEST_F(Running, AHeldLockIsWaitedForOutsideOfATransactionAndToldOnce) {
  locked_for = 4;
  const auto outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_THAT(script->calls, ElementsAre("begin", "rollback", "lock holder", "begin", "rollback", "begin",
                                         "rollback", "begin", "rollback", "begin", "execute SELECT 1",
                                         "execute SELECT 2", "conclude", "commit"));
  EXPECT_THAT(progress.order, ElementsAre("waiting", "granted"));
  EXPECT_EQ(progress.holder, LockHolder{});
  EXPECT_EQ(clock.sleeps().size(), 4U);
  EXPECT_EQ(script->sessions, 1);
  EXPECT_EQ(outcome.lock_timeouts, 0U);
}

TEST_F(Running, WhoHoldsTheLockIsOfNoWeight) {
  locked_for = 2;
  script->on_lock_holder = []() -> Result<LockHolder> {
    return fail(ErrorKind::Transient, "DatabaseUnreachable", "down");
  };
  const auto outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(progress.waits, 1);
  EXPECT_EQ(script->sessions, 2) << "a session that failed is not gone on with";
}

TEST_F(Running, ALockThatIsHeldTooLongIsGivenUp) {
  locked_for = 1'000'000;
  script->on_lock_holder = [] { return LockHolder{.application = "athanor upgrade (bob@desk)", .pid = 7}; };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "LockHeld");
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
  EXPECT_THAT(outcome.failure->message, HasSubstr("longer than 10 s"));
  EXPECT_THAT(outcome.failure->message, HasSubstr("athanor upgrade (bob@desk) (server process 7)"));
  EXPECT_EQ(progress.holder.pid, 7);
  EXPECT_EQ(outcome.lock_timeouts, 1U);
  EXPECT_THAT(outcome.rows, ElementsAre("r1"));
}

TEST_F(Running, AStopEndsTheWaiting) {
  locked_for = 1'000'000;
  std::stop_source stop;
  struct Stopping : Told {
    std::stop_source* source = nullptr;
    void waiting_for_lock(const LockHolder&) override { source->request_stop(); }
  } stopping;
  stopping.source = &stop;
  Migrator migrator(
      [this](const std::stop_token&) -> Result<std::unique_ptr<ports::Database>> {
        return std::make_unique<fakes::ScriptedDatabase>(script);
      },
      settings, clock, randomness);
  const auto outcome = migrator.run(graph, upgrade_plan(), stopping, stop.get_token(), {});
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "Stopped");
}

TEST_F(Running, OtherRowsThanPlannedAreAConflictBeforeAnyStatement) {
  rows = "r9";
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "VersionMoved");
  EXPECT_THAT(script->calls, ElementsAre("begin", "rollback"));
}

TEST_F(Running, AnotherOwnerUnderTheLockStopsIt) {
  owner = "production";
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "DatabaseOwnedElsewhere");
  EXPECT_THAT(script->calls, ElementsAre("begin", "rollback"));
}

TEST_F(Running, AFailedStatementIsRolledBackAndNothingIsRecorded) {
  script->on_execute = [&](const Statement& statement) -> Result<void> {
    if (statement.text == "SELECT 2") return fail(error(ErrorKind::Terminal, "SqlError", "42P01"));
    return {};
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->site.revision, "r2");
  EXPECT_EQ(outcome.failure->site.line, testing::kUpgradeLine);
  EXPECT_THAT(outcome.failure->message,
              HasSubstr("The revision was rolled back; the next run begins with it."));
  EXPECT_THAT(script->calls, ElementsAre("begin", "execute SELECT 1", "execute SELECT 2", "rollback"));
}

TEST_F(Running, AWriteThatDidNotFindItsRowsIsBlamedOnWhoeverTheyBelongTo) {
  const auto answer = script->on_conclude;
  const auto collides = [&](std::string_view) -> Result<ports::Rows> {
    return fail(error(ErrorKind::Terminal, "SqlError", "23505"));
  };
  const auto touches_none = [&](std::string_view sql) {
    touched = "{0}";
    return answer(sql);
  };
  const std::function<Result<ports::Rows>(std::string_view)> findings[] = {collides, touches_none};
  for (const auto& finding : findings) {
    for (const bool moved_by_others : {true, false}) {
      rows = "r1";
      script->on_conclude = [&](std::string_view sql) {
        if (moved_by_others) rows = "r9";
        return finding(sql);
      };
      const auto outcome = run();
      ASSERT_TRUE(outcome.failure);
      EXPECT_EQ(outcome.failure->kind, moved_by_others ? ErrorKind::Conflict : ErrorKind::Terminal);
      EXPECT_EQ(outcome.failure->reason, moved_by_others ? "VersionMoved" : "VersionTableTouched");
      EXPECT_THAT(script->calls, Not(Contains("commit")));
    }
  }
}

TEST_F(Running, ARevisionThatWroteToTheVersionTableIsRolledBack) {
  seen = "r1\nsmuggled";
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "VersionTableTouched");
  EXPECT_THAT(script->calls, Not(Contains("commit")));
}

TEST_F(Running, ALockTimeoutIsTriedAgainInANewSessionAndCounted) {
  int tries = 0;
  script->on_execute = [&](const Statement&) -> Result<void> {
    if (++tries <= 2) return fail(error(ErrorKind::Transient, "LockTimeout", "55P03"));
    return {};
  };
  const auto outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(outcome.lock_timeouts, 2U);
  EXPECT_EQ(script->sessions, 3);
  EXPECT_THAT(clock.sleeps(), ElementsAre(milliseconds(500), milliseconds(1000)));
  EXPECT_THAT(progress.order, ElementsAre("LockTimeout 500", "LockTimeout 1000"));
}

TEST_F(Running, LockTimeoutsEndTheRunAfterAFewTries) {
  script->on_execute = [&](const Statement&) -> Result<void> {
    return fail(error(ErrorKind::Transient, "LockTimeout", "55P03"));
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "LockTimeout");
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
  EXPECT_THAT(outcome.failure->message, HasSubstr("is tried again"));
  EXPECT_EQ(outcome.lock_timeouts, RetryPolicy::kLockTimeouts);
}

TEST_F(Running, OnlyTheOperatorPromisesAnotherTryOnceItHasGivenUp) {
  script->on_execute = [&](const Statement&) -> Result<void> {
    return fail(error(ErrorKind::Transient, "DatabaseUnreachable", "57P01"));
  };
  settings.audience = Audience::Operator;
  EXPECT_THAT(run().failure.value().message, HasSubstr("is tried again"));
  settings.audience = Audience::CommandLine;
  EXPECT_THAT(run().failure.value().message, HasSubstr("the next run begins with it"));
  settings.lock_patience = milliseconds(0);
  locked_for = 1'000'000;
  settings.audience = Audience::Operator;
  EXPECT_THAT(run().failure.value().message, HasSubstr("It is tried again"));
  settings.audience = Audience::CommandLine;
  EXPECT_THAT(run().failure.value().message, HasSubstr("Run the same again"));
}

TEST_F(Running, AFileThatIsLockedAgainstReadersIsWaitedFor) {
  int refusals = 3;
  const auto refuses = [&](const std::stop_token&) -> Result<std::unique_ptr<ports::Database>> {
    if (refusals-- > 0) return fail(error(ErrorKind::Transient, kLockHeld));
    return std::make_unique<fakes::ScriptedDatabase>(script);
  };
  Migrator migrator(refuses, settings, clock, randomness);
  EXPECT_TRUE(migrator.read_state(progress, milliseconds(60'000)));
  EXPECT_THAT(progress.order, ElementsAre("waiting", "granted"));
  EXPECT_EQ(progress.holder, (LockHolder{.of_file = true}));

  refusals = 1'000'000;
  Migrator looking(refuses, settings, clock, randomness);
  const auto state = looking.read_state();
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().reason, kLockHeld);
  EXPECT_THAT(state.error().message, HasSubstr("longer than 5 s")) << "as long as a statement may wait";
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(looking.read_state(progress, milliseconds(60'000), stop.get_token()).error().reason, "Stopped");
}

TEST_F(Running, ALostConnectionIsLeftToTheNextRun) {
  script->on_execute = [&](const Statement&) -> Result<void> {
    return fail(error(ErrorKind::Transient, "DatabaseUnreachable", "57P01"));
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
  EXPECT_THAT(clock.sleeps(), IsEmpty());
}

TEST_F(Running, ACommitInDoubtThatIsInCountsAsApplied) {
  script->on_commit = [&]() -> Result<void> {
    rows = "r2";
    last_revision = "r2";
    return fail(error(ErrorKind::InDoubt, "CommitInDoubt"));
  };
  const auto outcome = run();
  ASSERT_FALSE(outcome.failure) << outcome.failure->message;
  ASSERT_EQ(outcome.applied.size(), 1U);
  EXPECT_EQ(outcome.applied[0].at, "2026-11-22T20:14:01.000Z") << "as the ledger has it";
  EXPECT_EQ(script->sessions, 2);
}

TEST_F(Running, ACommitInDoubtThatIsNotInIsTriedAgain) {
  int commits = 0;
  script->on_commit = [&]() -> Result<void> {
    if (++commits == 1) return fail(error(ErrorKind::InDoubt, "CommitInDoubt"));
    return {};
  };
  const auto outcome = run();
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(commits, 2);
}

TEST_F(Running, ACommitInDoubtThatNobodyCanTellOfStaysInDoubt) {
  script->on_commit = [&]() -> Result<void> {
    refuse = error(ErrorKind::Transient, "DatabaseUnreachable");
    return fail(error(ErrorKind::InDoubt, "CommitInDoubt"));
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::InDoubt);
  EXPECT_THAT(outcome.applied, IsEmpty());
}

TEST_F(Running, ACancelReachesTheRunningStatementAndReadsAsStopped) {
  std::stop_source cancel;
  script->on_execute = [&](const Statement&) -> Result<void> {
    cancel.request_stop();
    return fail(error(ErrorKind::Transient, "Cancelled", "57014"));
  };
  const auto outcome = run({}, cancel.get_token());
  EXPECT_EQ(script->cancels, 1);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "Stopped");
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Transient);
}

TEST_F(Running, WhatIsStoppedBeforeItBeganDoesNothing) {
  std::stop_source stop;
  stop.request_stop();
  const auto outcome = run(stop.get_token());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "Stopped");
  EXPECT_THAT(script->calls, IsEmpty());
}

TEST_F(Running, AnUnreachableDatabaseIsSaidAsTheConnectorSaysIt) {
  refuse = error(ErrorKind::Transient, "AuthenticationFailed", "28P01");
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "AuthenticationFailed");
}

TEST_F(Running, TablesThatVanishedAreObservedAgain) {
  const auto answer = script->on_begin;
  script->on_begin = [&, answer](const auto& options,
                                 std::string_view sql) -> Result<std::optional<ports::Rows>> {
    if (!options.lock_key.empty()) return fail(error(ErrorKind::Terminal, "SqlError", "42P01"));
    return answer(options, sql);
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Conflict);
}

TEST_F(Running, WithoutATransactionASessionLockIsHeldAndGivenBack) {
  graph = testing::graph_of(
      {testing::revision("r1", "", ""), testing::off(testing::revision("r2", "r1", "VACUUM"))});
  script->on_session_lock = [](const auto&) { return false; };
  settings.lock_patience = milliseconds(0);
  auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "LockHeld");
  EXPECT_THAT(script->calls, ElementsAre("session lock")) << "a lock that was not got is not given back";

  script->on_session_lock = [](const auto&) { return true; };
  script->on_conclude = [](std::string_view) -> Result<ports::Rows> {
    return fail(ErrorKind::Terminal, "SqlError", "no");
  };
  outcome = run();
  EXPECT_THAT(script->calls,
              ElementsAre("session lock", "begin", "conclude", "rollback", "end session lock"));
}

}  // namespace
}  // namespace athanor::engine
