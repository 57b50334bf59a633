// Revisions with `transaction: off`: what follows an answer, on a scripted database.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/retry_policy.hpp"
#include "unit/engine/running.hpp"

namespace athanor::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Statementwise : public Running {
 protected:
  Statementwise() {
    graph = testing::graph_of({testing::revision("r1", "", ""),
                               testing::off(testing::revision("r2", "r1", "SELECT 1; SELECT 2;"))});
    script->on_conclude = [this](std::string_view sql) -> Result<ports::Rows> {
      for (const std::string count : {"1", "2"}) {
        if (sql.find("statements_done = " + count + ", done") != std::string_view::npos) done = count;
      }
      state = sql.find("SET state = 'started'") != std::string_view::npos ? "started" : "running";
      begun = true;
      return ports::Rows{{"2026-11-22T20:14:00.000Z", seen, "2", std::nullopt, "{}"}};
    };
    script->on_begin = [this](const auto&, std::string_view sql) -> Result<std::optional<ports::Rows>> {
      if (sql.starts_with("WITH names")) return ports::Rows{survey()};
      if (!begun) return ports::Rows{view()};
      return ports::Rows{{rows, entry_cell({"2", "1", "upgrade", "r2", state, checksum, done, "", "", owner,
                                            "shop", "", "", "2026-11-22T20:14:01.000Z", took_ms})}};
    };
  }
  bool begun = false;
  std::string done = "0", state, took_ms = "0", checksum;
};

TEST_F(Statementwise, AStatementThatEndedItsTransactionIsNotNotedAsUndone) {
  script->on_execute = [](const Statement&) -> Result<void> {
    return fail(error(ErrorKind::Terminal, "TransactionEnded"));
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "TransactionEnded");
  EXPECT_THAT(outcome.failure->message, HasSubstr("If the statement is in, run: UPDATE"));
  EXPECT_THAT(script->calls, ElementsAre("session lock", "begin", "conclude", "commit", "begin",
                                         "execute SELECT 1", "rollback", "end session lock"));
}

TEST_F(Statementwise, ARunThatWasInterruptedCountsWhatItTookBefore) {
  begun = true;
  done = "1";
  state = "running";
  took_ms = "9000";
  checksum = graph.at(*graph.find("r2")).upgrade.checksum;
  script->on_execute = [this](const Statement&) -> Result<void> {
    clock.advance(std::chrono::milliseconds(500));
    return {};
  };
  script->on_commit = [this]() -> Result<void> {
    clock.advance(std::chrono::milliseconds(20));
    return {};
  };
  std::vector<std::string> recorded;
  script->on_conclude = [&, answer = script->on_conclude](std::string_view sql) {
    const std::size_t at = sql.find("duration_ms = ");
    if (at != std::string_view::npos) recorded.emplace_back(sql.substr(at, 18));
    return answer(sql);
  };
  const auto outcome = run();
  ASSERT_FALSE(outcome.failure) << outcome.failure->message;
  EXPECT_THAT(recorded, ElementsAre("duration_ms = 9520", "duration_ms = 9540"));
  EXPECT_EQ(outcome.applied.at(0).recorded, std::chrono::milliseconds(9540));
  EXPECT_EQ(outcome.applied.at(0).duration, std::chrono::milliseconds(560)) << "of this run alone";
}

TEST_F(Running, ATransactionThatEndedEarlyIsNotCalledRolledBack) {
  script->on_execute = [](const Statement&) -> Result<void> {
    return fail(error(ErrorKind::Terminal, "TransactionEnded"));
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_THAT(outcome.failure->message, Not(HasSubstr("was rolled back")));
  EXPECT_THAT(outcome.failure->message, HasSubstr("look at the database"));
}

TEST_F(Statementwise, ALockTimeoutIsWaitedOutInTheSameSession) {
  int tries = 0;
  script->on_execute = [&](const Statement& statement) -> Result<void> {
    if (statement.text == "SELECT 1" && ++tries <= 2) {
      return fail(error(ErrorKind::Transient, kLockTimeout, "55P03"));
    }
    return {};
  };
  const auto outcome = run();
  EXPECT_FALSE(outcome.failure) << outcome.failure->message;
  EXPECT_EQ(script->sessions, 1);
  EXPECT_EQ(outcome.lock_timeouts, 2U);
  EXPECT_EQ(clock.sleeps().size(), 2U);
}

TEST_F(Statementwise, LockTimeoutsEndTheRunAfterAFewTries) {
  script->on_execute = [](const Statement&) -> Result<void> {
    return fail(error(ErrorKind::Transient, kLockTimeout, "55P03"));
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, kLockTimeout);
  EXPECT_EQ(outcome.lock_timeouts, RetryPolicy::kLockTimeouts);
  EXPECT_EQ(clock.sleeps().size(), RetryPolicy::kLockTimeouts - 1);
}

struct Refusal {
  std::string name;
  bool answered;
};

class RefusedForNow : public Statementwise, public ::testing::WithParamInterface<Refusal> {};

INSTANTIATE_TEST_SUITE_P(By, RefusedForNow,
                         ::testing::Values(Refusal{"TheServer", true}, Refusal{"ALostSession", false}),
                         [](const auto& named) { return named.param.name; });

// Else whoever mends the text in place of waiting is told that it was changed in the middle.
TEST_P(RefusedForNow, IsNotedAsUndoneWhereThatIsCertain) {
  script->on_execute = [](const Statement&) -> Result<void> {
    Error refused = error(ErrorKind::Transient, kLockTimeout, "55P03");
    refused.answered = GetParam().answered;
    return fail(std::move(refused));
  };
  bool noted = false;
  script->on_conclude = [&, answer = script->on_conclude](std::string_view sql) {
    noted = noted || sql.find("SET state = 'failed'") != std::string_view::npos;
    return answer(sql);
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, kLockTimeout);
  EXPECT_EQ(noted, GetParam().answered);
}

TEST_F(Statementwise, WhatTheServerRefusesInATransactionIsRunOutsideOne) {
  script->on_execute = [&](const Statement& statement) -> Result<void> {
    const bool in_transaction = script->calls.at(script->calls.size() - 2) == "begin";
    if (statement.text == "SELECT 2" && in_transaction) {
      return fail(error(ErrorKind::Terminal, "SqlError", "25001"));
    }
    return {};
  };
  const auto outcome = run();
  EXPECT_FALSE(outcome.failure) << outcome.failure->message;
}

struct WayOut {
  std::string name;
  std::string sqlstate;
  bool off;
  std::string reason;
  std::string says;
};

class OnlyTheServerKnew : public Statementwise, public ::testing::WithParamInterface<WayOut> {};

INSTANTIATE_TEST_SUITE_P(That, OnlyTheServerKnew,
                         ::testing::Values(WayOut{"ItNeedsNoTransaction", "25001", false,
                                                  "NeedsTransactionOff", "`-- transaction: off` in its head"},
                                           WayOut{"AProcedureCommits", "2D000", false, "TransactionControl",
                                                  "or call it by hand"},
                                           WayOut{"AProcedureCommitsWithoutTransaction", "2D000", true,
                                                  "TransactionControl", "or call it by hand"}),
                         [](const auto& named) { return named.param.name; });

TEST_P(OnlyTheServerKnew, SaysTheWayOut) {
  if (!GetParam().off) {
    graph = testing::graph_of({testing::revision("r1", "", ""), testing::revision("r2", "r1", "SELECT 1")});
  }
  script->on_execute = [](const Statement&) -> Result<void> {
    return fail(error(ErrorKind::Terminal, "SqlError", GetParam().sqlstate));
  };
  const auto outcome = run();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
  EXPECT_EQ(outcome.failure->reason, GetParam().reason);
  EXPECT_THAT(outcome.failure->message, HasSubstr("it failed. "));
  EXPECT_THAT(outcome.failure->message, HasSubstr(GetParam().says));
}

}  // namespace
}  // namespace athanor::engine
