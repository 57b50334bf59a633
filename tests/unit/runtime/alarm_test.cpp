#include "runtime/alarm.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;
using fakes::FakeClock;

TEST(Alarm, CallsBackWhenItsTimeHasComeAndNotBefore) {
  FakeClock clock(FakeClock::Sleep::Blocks);
  Notes notes;
  Alarm alarm(clock, [&](ports::MonoTime now) {
    notes.add(now == at(3s) ? "on time" : "at another time");
    return std::nullopt;
  });
  alarm.arm(at(3s));
  clock.wait_for_sleepers(1);
  clock.advance(2999ms);
  clock.wait_for_sleepers(1);
  EXPECT_TRUE(notes.all().empty());
  clock.advance(1ms);
  EXPECT_TRUE(notes.wait_for("on time"));
}

TEST(Alarm, LetsTheEarlierTimeWin) {
  FakeClock clock(FakeClock::Sleep::Blocks);
  Notes notes;
  Alarm alarm(clock, [&](ports::MonoTime) {
    notes.add("rang");
    return std::nullopt;
  });
  alarm.arm(at(1h));
  clock.wait_for_sleepers(1);
  alarm.arm(at(0s));
  EXPECT_TRUE(notes.wait_for("rang"));
}

TEST(Alarm, RingsAgainWhenItsCallbackSaysSo) {
  FakeClock clock(FakeClock::Sleep::Advances);
  Notes notes;
  Alarm alarm(clock, [&](ports::MonoTime now) -> std::optional<ports::MonoTime> {
    notes.add("rang");
    if (now >= at(3s)) return std::nullopt;
    return now + 1s;
  });
  alarm.arm(at(1s));
  EXPECT_TRUE(notes.wait_for("rang", 3));
  EXPECT_EQ(clock.now(), at(3s));
}

TEST(Alarm, RoundsFractionsOfAMillisecondUpInsteadOfSpinning) {
  FakeClock clock(FakeClock::Sleep::Advances);
  Notes notes;
  Alarm alarm(clock, [&](ports::MonoTime) {
    notes.add("rang");
    return std::nullopt;
  });
  alarm.arm(at(1s) + 1us);
  EXPECT_TRUE(notes.wait_for("rang"));
  EXPECT_EQ(clock.sleeps(), std::vector<ports::Millis>{1001ms});
}

TEST(Alarm, EndsWhileItSleeps) {
  FakeClock clock(FakeClock::Sleep::Blocks);
  std::atomic<int> rings = 0;
  {
    Alarm alarm(clock, [&](ports::MonoTime) {
      ++rings;
      return std::nullopt;
    });
    alarm.arm(at(1h));
    clock.wait_for_sleepers(1);
  }
  EXPECT_EQ(rings, 0);
}

}  // namespace
}  // namespace athanor::runtime
