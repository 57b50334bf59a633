#include "runtime/worker_pool.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;
using fakes::FakeClock;

class WorkerPoolTest : public testing::Test {
 protected:
  ~WorkerPoolTest() override { end(); }

  void start(ReconcileFn reconcile, WorkerCensus::Limits limits = {}) {
    pool_ = std::make_unique<WorkerPool>(WorkerPool::Options{"environments", limits}, queue_, limiter_,
                                         std::move(reconcile), clock_, metrics_, log_);
    pool_->start();
  }
  void end() {
    gate_.open();
    pool_.reset();
  }
  double reconciles(const std::string& result) {
    return metrics_.value("controller_runtime_reconcile_total",
                          {{"controller", "environments"}, {"result", result}});
  }
  // Keys whose name begins with "slow" wait at the gate.
  ReconcileResult reconcile(const ports::ObjectKey& reconciled) {
    notes_.add("begin " + reconciled.name);
    if (reconciled.name.starts_with("slow")) gate_.pass();
    notes_.add("end " + reconciled.name);
    return {};
  }
  ReconcileFn slow_and_quick() {
    return [this](const ports::ObjectKey& each, const std::stop_token&, const std::stop_token&) {
      return reconcile(each);
    };
  }

  FakeClock clock_{FakeClock::Sleep::Blocks};
  fakes::FakeMetricsSink metrics_;
  fakes::FakeLog log_;
  WorkQueue queue_{"environments", clock_, metrics_};
  RateLimiter limiter_;
  Notes notes_;
  Gate gate_;
  std::unique_ptr<WorkerPool> pool_;
};

struct Ending {
  std::string name;
  ReconcileResult result;
  std::string label;
  ports::Millis next_after;  ///< 0: not again
  std::uint32_t failures;
};
class ReconcileEnds : public WorkerPoolTest, public testing::WithParamInterface<Ending> {};

TEST_P(ReconcileEnds, AndIsCountedAndQueuedAgainAsItsResultSays) {
  const Ending& ending = GetParam();
  (void)limiter_.next(key("a"));  // it failed once before
  start([&](const ports::ObjectKey&, const std::stop_token&, const std::stop_token&) {
    notes_.add("reconciled");
    return ending.result;
  });
  queue_.add(key("a"));
  ASSERT_TRUE(notes_.wait_for("reconciled"));
  ASSERT_TRUE(eventually([&] { return reconciles(ending.label) == 1; }));
  ASSERT_TRUE(eventually([&] { return limiter_.failures(key("a")) == ending.failures; }));
  if (ending.next_after == 0ms) return;
  const ports::MonoTime before = clock_.now();
  ASSERT_TRUE(advance_until(clock_, ending.next_after, [&] { return notes_.count("reconciled") > 1; }));
  EXPECT_GE(clock_.now() - before, ending.next_after);
}

INSTANTIATE_TEST_SUITE_P(
    WorkerPool, ReconcileEnds,
    testing::Values(Ending{"well_with_nothing_to_come", {}, "success", 0ms, 0},
                    Ending{"well_until_the_next_look", {.requeue_after = 300s}, "requeue_after", 300s, 0},
                    Ending{"in_failure", {.failed = true}, "error", 10ms, 2},
                    Ending{"in_a_conflict", {.again = true}, "requeue", 10ms, 2},
                    Ending{"in_failure_that_says_itself_when_to_try_again",
                           {.requeue_after = 300s, .failed = true},
                           "error",
                           300s,
                           1}),
    [](const auto& param) { return param.param.name; });

TEST_F(WorkerPoolTest, CatchesLogsAndRetriesAnException) {
  start([&](const ports::ObjectKey&, const std::stop_token&, const std::stop_token&) -> ReconcileResult {
    notes_.add("reconciled");
    if (notes_.count("reconciled") == 1) throw std::runtime_error("out of furnace");
    return {};
  });
  queue_.add(key("a"));
  ASSERT_TRUE(advance_until(clock_, 1ms, [&] { return reconciles("success") == 1; }));
  EXPECT_EQ(reconciles("error"), 1);
  const auto lines = log_.lines_with("exception");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].field("error"), "out of furnace");
  EXPECT_EQ(lines[0].field("name"), "a");
  EXPECT_EQ(lines[0].level, ports::LogLevel::Error);
}

TEST_F(WorkerPoolTest, CatchesWhatIsNoStandardException) {
  start([&](const ports::ObjectKey&, const std::stop_token&, const std::stop_token&) -> ReconcileResult {
    throw 42;
  });
  queue_.add(key("a"));
  EXPECT_TRUE(eventually([&] { return reconciles("error") == 1; }));
}

TEST_F(WorkerPoolTest, NeverWorksOnOneKeyTwiceAtOnce) {
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  start([&](const ports::ObjectKey&, const std::stop_token&, const std::stop_token&) {
    const int now = ++at_once;
    most = std::max(most.load(), now);
    std::this_thread::yield();
    --at_once;
    notes_.add("done");
    return ReconcileResult{};
  });
  for (int i = 0; i < 500; ++i) {
    queue_.add(key("a"));
    std::this_thread::yield();
  }
  ASSERT_TRUE(eventually([&] { return queue_.depth() == 0; }));
  end();
  EXPECT_GE(notes_.count("done"), 1U);
  EXPECT_EQ(most, 1);
}

TEST_F(WorkerPoolTest, WorksOnNoMoreShortReconcilesAtOnceThanItHasSlots) {
  start(slow_and_quick(), {.slots = 4});
  for (int i = 0; i < 4; ++i) queue_.add(key("slow-" + std::to_string(i)));
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(notes_.wait_for("begin slow-" + std::to_string(i)));
  queue_.add(key("quick"));
  clock_.wait_for_sleepers(1);
  clock_.advance(999ms);
  EXPECT_EQ(pool_->size(), 4U);
  EXPECT_EQ(notes_.count("begin quick"), 0U);
}

TEST_F(WorkerPoolTest, DoesNotLetFiftySlowReconcilesDelayAnother) {
  start(slow_and_quick(), {.slots = 4});
  for (int i = 0; i < 50; ++i) queue_.add(key("slow-" + std::to_string(i)));
  queue_.add(key("quick"));
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("end quick") == 1; }));
  // The last ones were taken before it, and may say so after it.
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(notes_.wait_for("begin slow-" + std::to_string(i)));
  EXPECT_EQ(notes_.count("end slow-0"), 0U);

  // And with all fifty still at it, the next one doesn't even wait for a second.
  const ports::MonoTime before = clock_.now();
  queue_.add(key("quick-again"));
  EXPECT_TRUE(notes_.wait_for("end quick-again"));
  EXPECT_EQ(clock_.now(), before);
}

TEST_F(WorkerPoolTest, LetsExtraWorkersGoOnceTheyHaveBeenIdleForAWhile) {
  start(slow_and_quick(), {.slots = 2, .spare_lifetime = 60s});
  for (int i = 0; i < 10; ++i) queue_.add(key("slow-" + std::to_string(i)));
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return pool_->size() == 12; }));
  gate_.open();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(notes_.wait_for("end slow-" + std::to_string(i)));
  EXPECT_TRUE(advance_until(clock_, 1s, [&] { return pool_->size() == 2; }));
  queue_.add(key("quick"));
  EXPECT_TRUE(notes_.wait_for("end quick"));
}

TEST_F(WorkerPoolTest, StartsNoMoreThreadsThanTheHardLimit) {
  start(slow_and_quick(), {.slots = 2, .most_workers = 3});
  for (int i = 0; i < 5; ++i) queue_.add(key("slow-" + std::to_string(i)));
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("begin slow-2") == 1; }));
  for (int i = 0; i < 50; ++i) clock_.advance(1s);
  EXPECT_EQ(pool_->size(), 3U);
  EXPECT_EQ(notes_.count("begin slow-3"), 0U);
  gate_.open();
  EXPECT_TRUE(notes_.wait_for("end slow-4"));
}

TEST_F(WorkerPoolTest, MeasuresReconcilesInSeconds) {
  start(slow_and_quick());
  queue_.add(key("slow"));
  ASSERT_TRUE(notes_.wait_for("begin slow"));
  clock_.advance(2500ms);
  gate_.open();
  const ports::Labels labels{{"controller", "environments"}};
  const auto measured = [&] {
    return metrics_.observations("controller_runtime_reconcile_time_seconds", labels);
  };
  ASSERT_TRUE(eventually([&] { return measured().size() == 1; }));
  EXPECT_EQ(measured()[0], 2.5);
}

// A reconcile that tells what it is asked to do, and obeys.
class WorkerPoolShutdown : public WorkerPoolTest {
 protected:
  ReconcileFn obedient(bool ends_on_stop) {
    return [this, ends_on_stop](const ports::ObjectKey& each, const std::stop_token& stop,
                                const std::stop_token& cancel) {
      notes_.add("begin " + each.name);
      const std::stop_callback on_stop(stop, [&] { notes_.add("stop"); });
      const std::stop_callback on_cancel(cancel, [&] { notes_.add("cancel"); });
      if (!ends_on_stop) (void)notes_.wait_for("cancel");
      if (ends_on_stop) (void)notes_.wait_for("stop");
      notes_.add("end");
      return ReconcileResult{};
    };
  }

  // Not whether "end" came last: the thread that tells of the stop may be later than the one that tells of
  // the cancel, and so than the end.
  bool ended() const { return notes_.count("end") == 1; }
};

TEST_F(WorkerPoolShutdown, LetsWhatIsUnderWayEndWithinTheGraceTime) {
  start(obedient(true));
  queue_.add(key("a"));
  ASSERT_TRUE(notes_.wait_for("begin a"));
  pool_->begin_shutdown(20s);
  EXPECT_TRUE(pool_->wait_ended().empty());
  EXPECT_EQ(notes_.all(), (std::vector<std::string>{"begin a", "stop", "end"}));
  EXPECT_EQ(pool_->size(), 0U);
}

TEST_F(WorkerPoolShutdown, CancelsWhatIsUnderWayWhenTheGraceTimeIsOver) {
  start(obedient(false));
  queue_.add(key("a"));
  ASSERT_TRUE(notes_.wait_for("begin a"));
  pool_->begin_shutdown(20s);
  clock_.wait_for_sleepers(1);
  clock_.advance(19'999ms);
  clock_.wait_for_sleepers(1);
  EXPECT_EQ(notes_.count("cancel"), 0U);
  clock_.advance(1ms);
  ASSERT_TRUE(notes_.wait_for("cancel"));
  EXPECT_TRUE(pool_->wait_ended().empty());
  EXPECT_TRUE(ended());
}

TEST_F(WorkerPoolShutdown, LetsTheEarlierEndOfGraceCountWhenItIsToldTwice) {
  start(obedient(false));
  queue_.add(key("a"));
  ASSERT_TRUE(notes_.wait_for("begin a"));
  pool_->begin_shutdown(1h);
  pool_->begin_shutdown(5s);
  pool_->begin_shutdown(1h);
  clock_.wait_for_sleepers(1);
  clock_.advance(5s);
  EXPECT_TRUE(notes_.wait_for("cancel"));
  EXPECT_TRUE(pool_->wait_ended().empty());
}

TEST_F(WorkerPoolShutdown, TakesNoWorkThatStillWaits) {
  start(obedient(true), {.slots = 1});
  queue_.add(key("a"));
  ASSERT_TRUE(notes_.wait_for("begin a"));
  queue_.add(key("b"));
  pool_->begin_shutdown(20s);
  EXPECT_TRUE(pool_->wait_ended().empty());
  EXPECT_EQ(notes_.count("begin b"), 0U);
}

TEST_F(WorkerPoolShutdown, CancelsAtOnceWhenThePoolIsDestroyed) {
  start(obedient(false));
  queue_.add(key("a"));
  ASSERT_TRUE(notes_.wait_for("begin a"));
  pool_.reset();
  EXPECT_TRUE(ended());
}

TEST_F(WorkerPoolShutdown, InterruptsEveryReconcileEvenIfTheCallbacksOfOneBlock) {
  // Registered in the middle, so that it stands before another whichever way callbacks are run.
  for (const char* asked : {"stop", "cancel"}) {
    Gate blocked;
    WorkQueue queue("environments", clock_, metrics_);
    const std::string name = asked;
    WorkerPool pool(
        {"environments", {}}, queue, limiter_,
        [&](const ports::ObjectKey& each, const std::stop_token& stop, const std::stop_token& cancel) {
          const std::stop_callback interrupted(name == "stop" ? stop : cancel, [&] {
            if (each.name == "b") blocked.pass();
            notes_.add(name + " " + each.name);
          });
          notes_.add("begin " + each.name + " " + name);
          (void)notes_.wait_for(name + " " + each.name);
          return ReconcileResult{};
        },
        clock_, metrics_, log_);
    pool.start();
    for (const char* each : {"a", "b", "c"}) {
      queue.add(key(each));
      ASSERT_TRUE(notes_.wait_for("begin " + std::string(each) + " " + name));
    }
    pool.begin_shutdown(0s);
    EXPECT_TRUE(notes_.wait_for(name + " a"));
    EXPECT_TRUE(notes_.wait_for(name + " c"));
    EXPECT_EQ(notes_.count(name + " b"), 0U);
    blocked.open();
    EXPECT_TRUE(pool.wait_ended().empty());
  }
}

TEST_F(WorkerPoolShutdown, TellsThatTheGraceTimeIsOverWhenItCancels) {
  std::stop_source grace_over;
  WorkerPool pool({"environments", {}, grace_over}, queue_, limiter_, obedient(false), clock_, metrics_,
                  log_);
  pool.start();
  queue_.add(key("a"));
  ASSERT_TRUE(notes_.wait_for("begin a"));
  pool.begin_shutdown(20s);
  clock_.wait_for_sleepers(1);
  clock_.advance(19s);
  EXPECT_FALSE(grace_over.stop_requested());
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return grace_over.stop_requested(); }));
  EXPECT_GE(clock_.now(), at(20s));
  EXPECT_TRUE(pool.wait_ended().empty());
}

TEST_F(WorkerPoolShutdown, GivesUpAReconcileThatIgnoresItsCancelAndNamesIt) {
  start(slow_and_quick());
  queue_.add(key("slow"));
  ASSERT_TRUE(notes_.wait_for("begin slow"));
  pool_->begin_shutdown(20s);
  std::vector<ports::ObjectKey> stuck;
  {
    const std::jthread waiting([&] {
      stuck = pool_->wait_ended();
      notes_.add("gave up");
    });
    EXPECT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("gave up") == 1; }));
  }
  EXPECT_EQ(stuck, std::vector<ports::ObjectKey>{key("slow")});
  EXPECT_GE(clock_.now(), at(20s + WorkerPool::kCancelPatience));
  EXPECT_EQ(notes_.count("end slow"), 0U);
  end();
  EXPECT_EQ(notes_.count("end slow"), 1U) << "the pool is not destroyed under its workers";
}

TEST_F(WorkerPoolShutdown, EndsAPoolThatWasNeverStarted) {
  WorkerPool pool({"environments", {}}, queue_, limiter_, slow_and_quick(), clock_, metrics_, log_);
  pool.begin_shutdown(20s);
  EXPECT_TRUE(pool.wait_ended().empty());
  pool.start();
  EXPECT_EQ(pool.size(), 0U) << "shutdown is final";
}

}  // namespace
}  // namespace athanor::runtime
