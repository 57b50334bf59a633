#include "runtime/event_recorder.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_log.hpp"
#include "fakes/fake_resource_client.hpp"
#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;
using fakes::FakeClock;

const Error kUnavailable{ErrorKind::Transient, "ApiUnavailable", "connection refused"};

ports::Event event(std::string note = "applied 3f2a") {
  ports::Event event;
  event.regarding.key = key("staging");
  event.regarding.uid = "uid";
  event.reason = "Applied";
  event.action = "Migrate";
  event.note = std::move(note);
  return event;
}

class EventRecorderTest : public testing::Test {
 protected:
  [[nodiscard]] std::size_t written() const { return client_.events().size(); }
  [[nodiscard]] std::size_t dropped() const { return log_.lines_with("event dropped").size(); }

  FakeClock clock_{FakeClock::Sleep::Blocks};
  fakes::FakeLog log_;
  fakes::FakeResourceClient client_;
  EventRecorder recorder_{"operator-1", client_, clock_, log_, {.burst = 5000}};
};

TEST_F(EventRecorderTest, WritesAnEventOnAThreadOfItsOwn) {
  recorder_.record(event());
  ASSERT_TRUE(eventually([&] { return written() == 1; }));
  EXPECT_EQ(client_.events().begin()->second.event.note, "applied 3f2a");
}

TEST_F(EventRecorderTest, DoesNotBlockWhoTellsWhileTheServerHangs) {
  client_.hang("create_event");
  recorder_.record(event("first"));
  client_.wait_for_calls("create_event", 1);
  recorder_.record(event("second"));
  EXPECT_EQ(written(), 0U);
  client_.resume();
  EXPECT_TRUE(eventually([&] { return written() == 2; }));
}

TEST_F(EventRecorderTest, UpdatesTheSeriesOfARepeatLater) {
  recorder_.record(event());
  ASSERT_TRUE(eventually([&] { return written() == 1; }));
  recorder_.record(event());
  recorder_.record(event());
  EXPECT_EQ(client_.calls("update_event_series"), 0);
  ASSERT_TRUE(advance_until(clock_, 1s, [&] { return client_.calls("update_event_series") == 1; }));
  ASSERT_TRUE(eventually([&] { return client_.events().begin()->second.series_count == 3; }));
  EXPECT_EQ(client_.calls("create_event"), 1);
}

TEST_F(EventRecorderTest, CreatesTheEventAnewWhenTheServerHasForgottenIt) {
  recorder_.record(event());
  ASSERT_TRUE(eventually([&] { return written() == 1; }));
  client_.forget_events();
  clock_.advance(2min);
  recorder_.record(event());
  ASSERT_TRUE(eventually([&] { return written() == 1; }));
  EXPECT_EQ(client_.events().begin()->second.series_count, 2);
}

TEST_F(EventRecorderTest, DropsWithALogLineWhatTheServerRefuses) {
  client_.fail_next("create_event", {ErrorKind::Terminal, "ApiRejected", "the note is too long"});
  recorder_.record(event("refused"));
  recorder_.record(event("taken"));
  ASSERT_TRUE(eventually([&] { return written() == 1; }));
  EXPECT_EQ(client_.events().begin()->second.event.note, "taken");
  ASSERT_EQ(dropped(), 1U);
  EXPECT_EQ(log_.lines_with("event dropped")[0].field("why"), "the note is too long");
}

TEST_F(EventRecorderTest, TriesAgainForAMomentWhereTheServerKnowsNoRolesYet) {
  const Error forbidden{ErrorKind::Transient, "Forbidden", "cannot create events in namespace shop"};
  client_.fail_next("create_event", forbidden, 2);
  recorder_.record(event());
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return written() == 1; }));
  EXPECT_EQ(client_.calls("create_event"), 3);
  EXPECT_EQ(dropped(), 0U);

  client_.fail_next("create_event", forbidden, EventRecorder::kMostTriesRefused);
  recorder_.record(event("in a namespace that is going away"));
  recorder_.record(event("elsewhere"));
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return written() == 2; }));
  EXPECT_EQ(dropped(), 1U);
}

TEST_F(EventRecorderTest, TriesAgainForAWhileWhenTheServerIsOutOfReach) {
  client_.fail_next("create_event", kUnavailable, 2);
  recorder_.record(event());
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return written() == 1; }));
  EXPECT_EQ(client_.calls("create_event"), 3);
  EXPECT_GE(clock_.now(), at(3s)) << "one second, then two";
  EXPECT_EQ(dropped(), 0U);
}

TEST_F(EventRecorderTest, DoesNotTryAgainSoonerBecauseOfNewEvents) {
  client_.set_outage(kUnavailable);
  recorder_.record(event("first"));
  client_.wait_for_calls("create_event", 1);
  for (int i = 0; i < 20; ++i) {
    recorder_.record(event(std::to_string(i)));
    clock_.wait_for_sleepers(1);
  }
  EXPECT_EQ(client_.calls("create_event"), 1);
}

TEST_F(EventRecorderTest, DropsAnEventAfterTheLastTry) {
  client_.fail_next("create_event", kUnavailable, EventRecorder::kMostTries);
  recorder_.record(event("lost"));
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return dropped() == 1; }));
  EXPECT_EQ(client_.calls("create_event"), EventRecorder::kMostTries);
  recorder_.record(event("next"));
  EXPECT_TRUE(eventually([&] { return written() == 1; }));
}

TEST_F(EventRecorderTest, DropsWhatDoesNotFitIntoTheQueue) {
  client_.hang("create_event");
  for (std::size_t i = 0; i < EventRecorder::kMostQueued + 7; ++i) recorder_.record(event(std::to_string(i)));
  EXPECT_EQ(dropped(), 7U);
  client_.resume();
}

TEST_F(EventRecorderTest, WritesWhatIsQueuedBeforeItCloses) {
  client_.hang("create_event");
  recorder_.record(event("a"));
  recorder_.record(event("b"));
  recorder_.record(event("b"));  // a count that waits for its interval
  client_.resume();
  recorder_.close();
  EXPECT_EQ(written(), 2U);
  EXPECT_EQ(client_.calls("update_event_series"), 1);
  recorder_.record(event("too late"));
  EXPECT_EQ(written(), 2U);
}

TEST_F(EventRecorderTest, DoesNotHoldTheEndUpWhileTheServerIsOutOfReach) {
  client_.set_outage(kUnavailable);
  for (int i = 0; i < 100; ++i) recorder_.record(event(std::to_string(i)));
  client_.wait_for_calls("create_event", 1);
  clock_.wait_for_sleepers(1);
  recorder_.close();
  EXPECT_LE(client_.calls("create_event"), 2);
}

}  // namespace
}  // namespace athanor::runtime
