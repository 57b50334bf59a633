// next_status(): what people read of an environment, and that it stays put where nothing has changed.
#include "controller/status_builder.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/outcomes.hpp"

namespace athanor::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFirst = "2026-11-22T20:00:00Z";
constexpr const char* kLater = "2026-11-22T20:05:00Z";
constexpr const char* kMuchLater = "2026-11-22T21:00:00Z";

PlanStep step(std::string revision, Direction direction = Direction::Upgrade) {
  return {std::move(revision), direction, {}};
}

engine::AppliedStep applied(std::string revision, Direction direction = Direction::Upgrade,
                            std::int64_t ms = 12) {
  // Its COMMIT took a second, which the ledger can't know, and the next look neither.
  const std::chrono::milliseconds recorded{ms};
  return {std::move(revision), direction, recorded + std::chrono::seconds{1}, "2026-11-22T19:59:59Z",
          recorded};
}

/// At r2 as asked, verified.
Report all_is_well() {
  Report report;
  report.generation = 3;
  report.now = kFirst;
  report.digest = "sha256:aa";
  report.decision.action = Action::None;
  report.decision.plan_known = true;
  report.decision.current = {"r2"};
  report.decision.targets = {"r2"};
  report.decision.drift = {ConditionStatus::False, "InSync", "The database's history is the set's.", {}};
  return report;
}

/// r3 and r4 are pending and have not been run.
Report two_pending() {
  Report report = all_is_well();
  report.decision.action = Action::Migrate;
  report.decision.plan.rows_before = {"r2"};
  report.decision.plan.steps = {step("r3"), step("r4")};
  report.decision.targets = {"r4"};
  return report;
}

Report failed_with(Error error) {
  Report report = two_pending();
  report.failure = std::move(error);
  return report;
}

const Condition& condition(const api::Status& status, std::string_view type) {
  const Condition* found = find_condition(status.conditions, type);
  if (found == nullptr) throw std::logic_error("no condition " + std::string(type));
  return *found;
}

TEST(Status, is_equal_to_the_letter_where_nothing_has_changed) {
  const api::Status once = next_status({}, all_is_well());
  Report later = all_is_well();
  later.now = kLater;
  EXPECT_EQ(next_status(once, later), once);
}

TEST(Status, is_equal_to_the_letter_while_the_same_failure_goes_on) {
  const Error error{ErrorKind::Terminal, "SqlError", "Revision r3 failed.", {"r3", "3.sql", 7, "42601"}};
  const api::Status once = next_status({}, failed_with(error));
  Report later = failed_with(error);
  later.now = kLater;
  EXPECT_EQ(next_status(once, later), once);
}

TEST(Status, says_where_the_database_is_and_where_it_should_be) {
  const api::Status status = next_status({}, two_pending());
  EXPECT_EQ(status.observed_generation, 3);
  EXPECT_EQ(status.observed_digest, "sha256:aa");
  EXPECT_THAT(status.current_revisions, ElementsAre("r2"));
  EXPECT_THAT(status.target_revisions, ElementsAre("r4"));
  EXPECT_THAT(status.pending_revisions, ElementsAre("r3", "r4"));
  EXPECT_EQ(status.pending_count, 2);
}

TEST(Status, keeps_digest_and_target_of_the_set_that_could_be_read_last) {
  const api::Status before = next_status({}, all_is_well());
  Report unread = all_is_well();
  unread.digest.clear();
  unread.decision.targets.clear();
  unread.decision.plan_known = false;
  unread.failure = Error{ErrorKind::Transient, "ConfigMapMissing", "ConfigMap shop/a does not exist.", {}};
  const api::Status status = next_status(before, unread);
  EXPECT_EQ(status.observed_digest, "sha256:aa");
  EXPECT_THAT(status.target_revisions, ElementsAre("r2"));
  EXPECT_EQ(status.pending_count, std::nullopt) << "nobody can tell what is pending";
  EXPECT_EQ(condition(status, "Ready").status, ConditionStatus::False);
}

TEST(Status, lists_as_pending_what_a_partial_run_left) {
  Report report = failed_with({ErrorKind::Terminal, "SqlError", "Revision r4 failed.", {"r4", "", 0, ""}});
  report.outcome = outcome_of({applied("r3")}, {"r3"}, report.failure);
  const api::Status status = next_status({}, report);
  EXPECT_THAT(status.current_revisions, ElementsAre("r3"));
  EXPECT_THAT(status.pending_revisions, ElementsAre("r4"));
  EXPECT_EQ(status.pending_count, 1);
  EXPECT_EQ(condition(status, "Ready").reason, "SqlError");
  EXPECT_EQ(condition(status, "Stalled").status, ConditionStatus::True);
}

TEST(Status, counts_the_destructive_statements_that_are_still_to_come) {
  Report report = two_pending();
  report.destructive_by_step = {2, 3};
  EXPECT_EQ(next_status({}, report).pending_destructive_statements, 5);
  report.outcome = engine::Outcome{};
  report.outcome->applied = {applied("r3")};
  EXPECT_EQ(next_status({}, report).pending_destructive_statements, 3);
  report.outcome->applied = {applied("r3"), applied("r4")};
  EXPECT_EQ(next_status({}, report).pending_destructive_statements, std::nullopt) << "nothing is pending";
}

TEST(Status, has_nothing_pending_after_a_whole_run) {
  Report report = two_pending();
  report.outcome = outcome_of({applied("r3"), applied("r4")}, {"r4"});
  const api::Status status = next_status({}, report);
  EXPECT_THAT(status.current_revisions, ElementsAre("r4"));
  EXPECT_THAT(status.pending_revisions, IsEmpty());
  EXPECT_EQ(status.pending_count, 0);
  EXPECT_EQ(condition(status, "Ready").status, ConditionStatus::True);
  EXPECT_THAT(condition(status, "Ready").message, HasSubstr("r4"));
}

TEST(Status, counts_more_pending_revisions_than_it_lists) {
  Report report = two_pending();
  report.decision.plan.steps.clear();
  for (int i = 0; i < 50; ++i) report.decision.plan.steps.push_back(step("r" + std::to_string(i)));
  const api::Status status = next_status({}, report);
  EXPECT_EQ(status.pending_count, 50);
  ASSERT_EQ(status.pending_revisions.size(), api::kMaxPendingListed);
  EXPECT_EQ(status.pending_revisions.front(), "r0");
}

TEST(Status, keeps_the_newest_acts_first_and_only_the_last_twenty) {
  api::Status status;
  for (int run = 0; run < 5; ++run) {
    Report report = all_is_well();
    engine::Outcome outcome;
    for (int i = 0; i < 6; ++i) outcome.applied.push_back(applied("r" + std::to_string(run * 6 + i)));
    outcome.rows = {"r" + std::to_string(run * 6 + 5)};
    report.outcome = outcome;
    status = next_status(status, report);
  }
  ASSERT_EQ(status.history.size(), api::kMaxHistory);
  EXPECT_EQ(status.history.front().revision, "r29");
  EXPECT_EQ(status.history.back().revision, "r10");
  ASSERT_TRUE(status.last_applied.has_value());
  EXPECT_EQ(*status.last_applied, status.history.front());
}

TEST(Status, tells_direction_time_and_duration_of_an_act) {
  Report report = all_is_well();
  report.outcome = outcome_of({applied("r2", Direction::Downgrade, 1500)}, {"r1"});
  const api::Status status = next_status({}, report);
  ASSERT_EQ(status.history.size(), 1U);
  EXPECT_EQ(status.history[0], (api::AppliedStatus{"r2", "downgrade", "2026-11-22T19:59:59Z", 1500}));
  EXPECT_THAT(status.current_revisions, ElementsAre("r1"));
}

TEST(Status, keeps_history_where_nothing_was_run) {
  Report ran = all_is_well();
  ran.outcome = outcome_of({applied("r2")}, {"r2"});
  const api::Status before = next_status({}, ran);
  const api::Status after = next_status(before, all_is_well());
  EXPECT_EQ(after.history, before.history);
  EXPECT_EQ(after.last_applied, before.last_applied);
}

TEST(Status, forgets_the_history_of_another_database) {
  Report ran = all_is_well();
  ran.outcome = outcome_of({applied("r2")}, {"r2"});
  const api::Status before = next_status({}, ran);
  Report other = two_pending();
  other.another_database = true;
  EXPECT_THAT(next_status(before, other).history, IsEmpty());
  EXPECT_EQ(next_status(before, other).last_applied, std::nullopt);
  other.outcome = outcome_of({applied("r3")}, {"r3"});
  EXPECT_EQ(next_status(before, other).history.size(), 1U);
}

TEST(Status, says_base_where_no_version_row_is) {
  Report report = all_is_well();
  report.decision.current.clear();
  EXPECT_THAT(condition(next_status({}, report), "Ready").message, HasSubstr("base"));
}

TEST(DriftOfStatus, moves_its_time_only_with_the_finding) {
  const api::Status before = next_status({}, all_is_well());
  ASSERT_TRUE(before.drift.has_value());
  EXPECT_EQ(before.drift->last_check, kFirst);
  EXPECT_EQ(before.drift->reason, "InSync");
  Report later = all_is_well();
  later.now = kLater;
  EXPECT_EQ(next_status(before, later).drift->last_check, kFirst);

  Report found = later;
  found.decision.drift = {ConditionStatus::True, "HistoryEdited", "r1 was edited.", {"r1"}};
  const api::Status drifted = next_status(before, found);
  EXPECT_EQ(drifted.drift->last_check, kLater);
  EXPECT_EQ(drifted.drift->count, 1);
  EXPECT_THAT(drifted.drift->revisions, ElementsAre("r1"));

  Report more = found;
  more.now = kMuchLater;
  more.decision.drift.revisions = {"r1", "r2"};
  EXPECT_EQ(next_status(drifted, more).drift->last_check, kMuchLater) << "another finding";
}

TEST(DriftOfStatus, lists_the_first_few_and_counts_all) {
  Report report = all_is_well();
  for (int i = 0; i < 100; ++i) report.decision.drift.revisions.push_back("r" + std::to_string(i));
  const api::Status status = next_status({}, report);
  EXPECT_EQ(status.drift->count, 100);
  EXPECT_EQ(status.drift->revisions.size(), api::kMaxRevisionsListed);
}

TEST(FailureOfStatus, tells_all_that_is_known) {
  Report report = failed_with({ErrorKind::Terminal,
                               "SqlError",
                               "Revision r3 failed.",
                               {"r3", "ConfigMap shop/a key 3.sql", 7, "42601"}});
  report.inputs_hash = "run:abc";
  const api::Status status = next_status({}, report);
  ASSERT_TRUE(status.failure.has_value());
  const api::FailureStatus& failure = *status.failure;
  EXPECT_EQ(failure.reason, "SqlError");
  EXPECT_EQ(failure.message, "Revision r3 failed.");
  EXPECT_EQ(failure.revision, "r3");
  EXPECT_EQ(failure.file, "ConfigMap shop/a key 3.sql");
  EXPECT_EQ(failure.line, 7);
  EXPECT_EQ(failure.sqlstate, "42601");
  EXPECT_EQ(failure.inputs_hash, "run:abc");
  EXPECT_EQ(failure.first_time, kFirst);
}

TEST(FailureOfStatus, keeps_its_first_time_while_the_reason_is_the_same) {
  const Error down{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  const api::Status first = next_status({}, failed_with(down));
  Report again = failed_with({ErrorKind::Transient, "DatabaseUnreachable", "No route to host.", {}});
  again.now = kLater;
  const api::Status second = next_status(first, again);
  EXPECT_EQ(second.failure->first_time, kFirst);
  EXPECT_EQ(second.failure->message, "No route to host.");
  Report other = failed_with({ErrorKind::Transient, "AuthenticationFailed", "Wrong password.", {}});
  other.now = kMuchLater;
  EXPECT_EQ(next_status(second, other).failure->first_time, kMuchLater);
}

TEST(FailureOfStatus, is_gone_once_all_is_well) {
  const api::Status failed =
      next_status({}, failed_with({ErrorKind::Terminal, "SqlError", "Revision r3 failed.", {}}));
  const api::Status well = next_status(failed, all_is_well());
  EXPECT_EQ(well.failure, std::nullopt);
  EXPECT_EQ(condition(well, "Stalled").status, ConditionStatus::False);
}

TEST(StatusWhileRunning, tells_what_is_being_applied_and_is_not_ready) {
  const api::Status before = next_status({}, all_is_well());
  Report report = two_pending();
  report.phase = Phase::Running;
  report.running = "Applying r3 (1 of 2)";
  const api::Status status = next_status(before, report);
  EXPECT_EQ(condition(status, "Ready").status, ConditionStatus::False);
  EXPECT_EQ(condition(status, "Reconciling").status, ConditionStatus::True);
  EXPECT_THAT(condition(status, "Reconciling").message, HasSubstr("Applying r3 (1 of 2)"));
  EXPECT_EQ(status.pending_count, 2);
}

TEST(StatusOfAnOutage, is_forgiven_until_the_third_failed_check) {
  api::Status status = next_status({}, all_is_well());
  Report outage = all_is_well();
  outage.decision.action = Action::Hold;
  outage.decision.drift = Drift{};
  outage.failure = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  outage.database_unreachable = true;
  for (std::uint32_t check = 1; check <= 3; ++check) {
    outage.failed_checks = check;
    status = next_status(status, outage);
    EXPECT_EQ(condition(status, "Drifted").status, ConditionStatus::Unknown);
    EXPECT_EQ(condition(status, "Ready").status, check < 3 ? ConditionStatus::True : ConditionStatus::False)
        << check;
  }
}

TEST(StatusOfAnOutage, is_not_forgiven_for_a_set_that_the_database_was_never_held_against) {
  const api::Status ready = next_status({}, all_is_well());
  Report outage = all_is_well();
  outage.decision.action = Action::Hold;
  outage.digest = "sha256:bb";
  outage.failure = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  outage.database_unreachable = true;
  outage.failed_checks = 1;
  const api::Status status = next_status(ready, outage);
  EXPECT_EQ(condition(status, "Ready").status, ConditionStatus::False);
  EXPECT_EQ(status.observed_digest, "sha256:aa");
}

TEST(StatusOfAFailedRun, outlives_an_outage_and_ends_with_the_next_run) {
  Report failed = failed_with({ErrorKind::Terminal, "SqlError", "Revision r3 failed.", {"r3", "", 0, ""}});
  failed.outcome = engine::Outcome{};
  failed.inputs_hash = "run:1";
  const api::Status stalled = next_status({}, failed);
  ASSERT_TRUE(stalled.failed_run.has_value());
  EXPECT_EQ(stalled.failed_run->inputs_hash, "run:1");
  const api::Status away = next_status(
      stalled, failed_with({ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}}));
  EXPECT_EQ(away.failure->reason, "DatabaseUnreachable");
  EXPECT_EQ(away.failed_run, stalled.failed_run);
  Report mended = all_is_well();
  mended.outcome = engine::Outcome{};
  EXPECT_EQ(next_status(away, mended).failed_run, std::nullopt);
  EXPECT_EQ(next_status(away, all_is_well()).failed_run, std::nullopt);
}

TEST(StatusOfAnOutage, is_not_forgiven_where_something_is_pending) {
  const api::Status ready = next_status({}, all_is_well());
  Report outage = two_pending();
  outage.decision.action = Action::Hold;
  outage.failure = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  outage.database_unreachable = true;
  outage.failed_checks = 1;
  EXPECT_EQ(condition(next_status(ready, outage), "Ready").status, ConditionStatus::False);
}

TEST(StatusOfAnAnnotation, is_remembered_once_acted_on) {
  Report report = all_is_well();
  report.reconcile_at = "2026-11-22T20:00:00Z";
  EXPECT_EQ(next_status({}, report).last_handled_reconcile_at, "2026-11-22T20:00:00Z");
}

}  // namespace
}  // namespace athanor::controller
