// next_conditions(): kstatus meanings of every verdict.
#include "core/condition_rules.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace athanor {
namespace {

constexpr std::string_view kThen = "2026-11-22T20:00:00Z";
constexpr std::string_view kNow = "2026-11-22T20:10:00Z";

Drift in_sync() {
  return {ConditionStatus::False, "InSync", "as it should be", {}};
}

Verdict up_to_date() {
  Verdict verdict;
  verdict.summary = "at r3";
  verdict.drift = in_sync();
  return verdict;
}

Verdict failing(ErrorKind kind) {
  Verdict verdict = up_to_date();
  verdict.failure = Error{kind, "SomeReason", "some message", {}};
  return verdict;
}

std::string told(const std::vector<Condition>& conditions) {
  std::string text;
  for (const auto& condition : conditions) {
    text += condition.type + "=" + std::string(to_string(condition.status)) + "(" + condition.reason + ") ";
  }
  return text;
}

std::vector<Condition> ready_before() {
  return next_conditions({}, up_to_date(), 1, kThen);
}

TEST(ConditionRules, AVerifiedEnvironmentIsReady) {
  EXPECT_EQ(
      told(ready_before()),
      "Ready=True(UpToDate) Reconciling=False(Settled) Stalled=False(NotStalled) Drifted=False(InSync) ");
}

TEST(ConditionRules, ARunningPlanIsReconcilingAndNotReady) {
  Verdict verdict = up_to_date();
  verdict.phase = Phase::Running;
  EXPECT_EQ(
      told(next_conditions(ready_before(), verdict, 2, kNow)),
      "Ready=False(Migrating) Reconciling=True(Migrating) Stalled=False(NotStalled) Drifted=False(InSync) ");
}

TEST(ConditionRules, ATransientFailureIsReconciling) {
  EXPECT_EQ(told(next_conditions(ready_before(), failing(ErrorKind::Transient), 1, kNow)),
            "Ready=False(SomeReason) Reconciling=True(SomeReason) Stalled=False(NotStalled) "
            "Drifted=False(InSync) ");
}

TEST(ConditionRules, ATerminalFailureIsStalled) {
  EXPECT_EQ(
      told(next_conditions(ready_before(), failing(ErrorKind::Terminal), 1, kNow)),
      "Ready=False(SomeReason) Reconciling=False(Settled) Stalled=True(SomeReason) Drifted=False(InSync) ");
}

TEST(ConditionRules, AGateIsNoFailure) {
  EXPECT_EQ(
      told(next_conditions(ready_before(), failing(ErrorKind::Blocked), 1, kNow)),
      "Ready=False(SomeReason) Reconciling=False(Settled) Stalled=False(NotStalled) Drifted=False(InSync) ");
}

/// A check that could not reach the database, the n-th in a row.
Verdict outage(std::uint32_t failed_checks, bool pending) {
  Verdict verdict = failing(ErrorKind::Transient);
  verdict.database_unreachable = true;
  verdict.failed_checks = failed_checks;
  verdict.pending = pending;
  verdict.drift = Drift{};
  return verdict;
}

TEST(ConditionRules, AnOutageMakesDriftUnknownAtOnceAndReadyFalseAtTheThirdCheck) {
  auto conditions = ready_before();
  conditions = next_conditions(conditions, outage(1, false), 1, kNow);
  EXPECT_EQ(told(conditions),
            "Ready=True(UpToDate) Reconciling=True(SomeReason) Stalled=False(NotStalled) "
            "Drifted=Unknown(CheckFailed) ");
  conditions = next_conditions(conditions, outage(2, false), 1, kNow);
  EXPECT_EQ(find_condition(conditions, "Ready")->status, ConditionStatus::True);
  conditions = next_conditions(conditions, outage(3, false), 1, kNow);
  EXPECT_EQ(told(conditions),
            "Ready=False(SomeReason) Reconciling=True(SomeReason) Stalled=False(NotStalled) "
            "Drifted=Unknown(CheckFailed) ");
}

TEST(ConditionRules, AnOutageIsNotForgivenOnceSomethingIsPending) {
  EXPECT_EQ(find_condition(next_conditions(ready_before(), outage(1, true), 1, kNow), "Ready")->status,
            ConditionStatus::False);
}

TEST(ConditionRules, AnOutageIsNotForgivenForAnotherGeneration) {
  EXPECT_EQ(find_condition(next_conditions(ready_before(), outage(1, false), 2, kNow), "Ready")->status,
            ConditionStatus::False);
}

TEST(ConditionRules, AnOutageDoesNotMakeReadyWhatWasNot) {
  const auto stalled = next_conditions({}, failing(ErrorKind::Terminal), 1, kThen);
  EXPECT_EQ(find_condition(next_conditions(stalled, outage(1, false), 1, kNow), "Ready")->status,
            ConditionStatus::False);
}

TEST(ConditionRules, TheTransitionTimeMovesWithTheStatusOnly) {
  const auto before = ready_before();
  const auto again = next_conditions(before, up_to_date(), 1, kNow);
  EXPECT_EQ(again, before);
  const auto stalled = next_conditions(before, failing(ErrorKind::Terminal), 1, kNow);
  EXPECT_EQ(find_condition(stalled, "Ready")->last_transition_time, kNow);
  EXPECT_EQ(find_condition(stalled, "Reconciling")->last_transition_time, kThen);
}

}  // namespace
}  // namespace athanor
