// RunReporter: log and metrics at once, status only for runs that take long.
#include "controller/run_reporter.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"
#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"

namespace athanor::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Reporter : public testing::Test {
 protected:
  /// Moves the clock while the teller sleeps, and waits until it sleeps again: it has told by then.
  void pass_time(ports::Millis time) {
    clock_.wait_for_sleepers(1);
    const auto sleeps = clock_.sleeps().size();
    clock_.advance(time);
    while (clock_.sleeps().size() == sleeps) std::this_thread::yield();
    clock_.wait_for_sleepers(1);
  }
  [[nodiscard]] std::vector<std::string> told() {
    const std::scoped_lock lock(mutex_);
    return told_;
  }
  [[nodiscard]] engine::Outcome told_last() {
    const std::scoped_lock lock(mutex_);
    return so_far_;
  }
  RunReporter::Report report() {
    return [this](const std::string& running, const engine::Outcome& so_far) {
      const std::scoped_lock lock(mutex_);
      told_.push_back(running);
      so_far_ = so_far;
    };
  }

  const ports::ObjectKey key_{"shop", "staging"};
  fakes::FakeClock clock_{fakes::FakeClock::Sleep::Blocks};
  fakes::FakeLog log_;
  fakes::FakeMetricsSink metrics_;
  std::mutex mutex_;
  std::vector<std::string> told_;
  engine::Outcome so_far_;
};

const std::vector<std::string> kRows{"r2"};
const PlanStep kUp{"r3", Direction::Upgrade, {RowChange{RowChange::Kind::Update, "r2", "r3"}}};
const PlanStep kDown{"r2", Direction::Downgrade, {}};

TEST_F(Reporter, writes_no_status_for_a_run_that_is_over_soon) {
  {
    RunReporter reporter(key_, kRows, clock_, log_, metrics_, report());
    clock_.wait_for_sleepers(1);
    reporter.step_started(kUp, 0, 2);
    clock_.advance(kFirstReportAfter - ports::Millis{1});
  }
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Reporter, tells_what_is_being_applied_once_a_run_takes_long) {
  RunReporter reporter(key_, kRows, clock_, log_, metrics_, report());
  reporter.step_started(kUp, 0, 2);
  pass_time(kFirstReportAfter);
  EXPECT_THAT(told(), ElementsAre("Applying r3 (1 of 2)"));
}

TEST_F(Reporter, tells_again_for_as_long_as_it_takes) {
  RunReporter reporter(key_, kRows, clock_, log_, metrics_, report());
  reporter.step_started(kUp, 0, 2);
  pass_time(kFirstReportAfter);
  pass_time(kReportEvery);
  pass_time(kReportEvery);
  reporter.step_started(kDown, 1, 2);
  pass_time(kReportEvery);
  EXPECT_THAT(told(), ElementsAre("Applying r3 (1 of 2)", "Applying r3 (1 of 2)", "Applying r3 (1 of 2)",
                                  "Undoing r2 (2 of 2)"));
}

TEST_F(Reporter, tells_which_steps_are_in_and_where_the_database_stands) {
  RunReporter reporter(key_, kRows, clock_, log_, metrics_, report());
  reporter.step_started(kUp, 0, 2);
  pass_time(kFirstReportAfter);
  EXPECT_THAT(told_last().rows, ElementsAre("r2"));
  EXPECT_THAT(told_last().applied, IsEmpty());
  reporter.step_finished({"r3", Direction::Upgrade, ports::Millis{250}, ""}, 0, 2);
  pass_time(kReportEvery);
  EXPECT_THAT(told_last().rows, ElementsAre("r3"));
  ASSERT_EQ(told_last().applied.size(), 1U);
  EXPECT_EQ(told_last().applied[0].revision, "r3");
}

TEST_F(Reporter, tells_that_it_waits_for_the_lock) {
  RunReporter reporter(key_, kRows, clock_, log_, metrics_, report());
  reporter.waiting_for_lock({.application = "athanor upgrade (alice@laptop)", .user = "shop", .pid = 4711});
  pass_time(kFirstReportAfter);
  EXPECT_THAT(told(), ElementsAre("Waiting for the database lock, held by athanor upgrade (alice@laptop) as "
                                  "shop (server process 4711)"));
  EXPECT_EQ(log_.lines_with("waiting for the database lock").size(), 1U);
}

TEST_F(Reporter, never_tells_after_its_end) {
  {
    RunReporter reporter(key_, kRows, clock_, log_, metrics_, report());
    clock_.wait_for_sleepers(1);
  }
  clock_.advance(ports::Millis{60'000});
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Reporter, counts_and_logs_each_step_at_once) {
  RunReporter reporter(key_, kRows, clock_, log_, metrics_, report());
  reporter.step_finished({"r3", Direction::Upgrade, ports::Millis{250}, ""}, 0, 2);
  reporter.step_finished({"r2", Direction::Downgrade, ports::Millis{1500}, ""}, 1, 2);
  const ports::Labels up{
      {"namespace", "shop"}, {"name", "staging"}, {"direction", "upgrade"}, {"result", "success"}};
  const ports::Labels down{
      {"namespace", "shop"}, {"name", "staging"}, {"direction", "downgrade"}, {"result", "success"}};
  EXPECT_EQ(metrics_.value("athanor_revisions_applied_total", up), 1);
  EXPECT_EQ(metrics_.value("athanor_revisions_applied_total", down), 1);
  EXPECT_THAT(metrics_.observations("athanor_revision_duration_seconds",
                                    {{"namespace", "shop"}, {"name", "staging"}}),
              ElementsAre(0.25, 1.5));
  const auto lines = log_.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].field("revision"), "r3");
  EXPECT_EQ(lines[0].field("direction"), "upgrade");
  EXPECT_EQ(lines[0].field("step"), "1/2");
  EXPECT_EQ(lines[0].field("duration_ms"), "250");
  EXPECT_EQ(lines[0].field("namespace"), "shop");
  EXPECT_EQ(lines[0].field("name"), "staging");
  EXPECT_EQ(lines[1].field("direction"), "downgrade");
}

}  // namespace
}  // namespace athanor::controller
