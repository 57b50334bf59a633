#include "runtime/work_queue.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "fakes/fake_metrics_sink.hpp"
#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;
using fakes::FakeClock;

class WorkQueueTest : public testing::Test {
 protected:
  FakeClock clock_{FakeClock::Sleep::Blocks};
  fakes::FakeMetricsSink metrics_;
  WorkQueue queue_{"environments", clock_, metrics_};
  const ports::Labels labels_{{"name", "environments"}};
};

TEST_F(WorkQueueTest, WakesAWorkerThatWaitsForAKey) {
  Notes notes;
  std::jthread worker([&] {
    const auto got = queue_.get();
    notes.add(got ? got->name : "nothing");
  });
  queue_.add(key("a"));
  EXPECT_TRUE(notes.wait_for("a"));
}

TEST_F(WorkQueueTest, GivesADelayedKeyOutOnceTheClockSaysSo) {
  queue_.add_after(key("a"), 5min);
  clock_.wait_for_sleepers(1);
  clock_.advance(5min - 1ms);
  EXPECT_EQ(queue_.depth(), 0U);
  clock_.wait_for_sleepers(1);
  clock_.advance(1ms);
  const auto got = queue_.get();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->name, "a");
}

TEST_F(WorkQueueTest, ComesForwardWhenAnEarlierKeyIsAddedBehindALaterOne) {
  queue_.add_after(key("late"), 1h);
  clock_.wait_for_sleepers(1);
  queue_.add_after(key("early"), 1s);
  ASSERT_TRUE(eventually([&] { return clock_.sleeps().back() == 1s; }));
  clock_.advance(1s);
  const auto got = queue_.get();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->name, "early");
}

TEST_F(WorkQueueTest, AddsAtOnceWithoutADelay) {
  queue_.add_after(key("a"), 0ms);
  EXPECT_EQ(queue_.depth(), 1U);
}

TEST_F(WorkQueueTest, TakesADelayBeyondAllMeasureForALongOne) {
  queue_.add_after(key("a"), ports::Millis::max());
  clock_.wait_for_sleepers(1);
  clock_.advance(24h);
  EXPECT_EQ(queue_.depth(), 0U);
  EXPECT_EQ(clock_.sleeps().front(), 365 * 24h);
}

TEST_F(WorkQueueTest, GivesNothingOutAfterShutdownHoweverMuchWaits) {
  queue_.add(key("a"));
  queue_.shut_down();
  EXPECT_EQ(queue_.get(), std::nullopt);
  queue_.add(key("b"));
  queue_.add_after(key("c"), 0ms);
  EXPECT_EQ(queue_.get(), std::nullopt);
}

TEST_F(WorkQueueTest, LetsGoOfWaitingWorkersAtShutdown) {
  Notes notes;
  std::jthread worker([&] { notes.add(queue_.get() ? "a key" : "nothing"); });
  queue_.shut_down();
  EXPECT_TRUE(notes.wait_for("nothing"));
}

TEST_F(WorkQueueTest, ExportsItsDepth) {
  queue_.add(key("a"));
  queue_.add(key("b"));
  EXPECT_EQ(metrics_.value("workqueue_depth", labels_), 2);
  (void)queue_.get();
  EXPECT_EQ(metrics_.value("workqueue_depth", labels_), 1);
  queue_.add(key("a"));
  EXPECT_EQ(metrics_.value("workqueue_depth", labels_), 1) << "being worked on isn't waiting";
  queue_.done(key("a"));
  EXPECT_EQ(metrics_.value("workqueue_depth", labels_), 2);
}

TEST_F(WorkQueueTest, ExportsHowLongAKeyHasWaitedInSeconds) {
  queue_.add(key("a"));
  clock_.advance(1500ms);
  (void)queue_.get();
  EXPECT_EQ(metrics_.observations("workqueue_queue_duration_seconds", labels_), std::vector<double>{1.5});
}

}  // namespace
}  // namespace athanor::runtime
