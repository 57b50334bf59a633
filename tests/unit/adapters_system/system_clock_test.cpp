#include "adapters/system/system_clock.hpp"

#include <chrono>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

namespace athanor::system {
namespace {

using namespace std::chrono_literals;

// Far above what waking takes on a busy machine, far below the sleep that is cut short.
constexpr auto kPrompt = 5s;
constexpr auto kVeryLong = std::chrono::milliseconds(1h);

TEST(SystemClock, now_never_goes_back) {
  const SystemClock clock;
  const auto first = clock.now();
  EXPECT_LE(first, clock.now());
}

TEST(SystemClock, wall_now_is_the_calendar) {
  const SystemClock clock;
  const auto before = std::chrono::system_clock::now();
  const auto seen = clock.wall_now();
  EXPECT_LE(before, seen);
  EXPECT_LE(seen, std::chrono::system_clock::now());
}

TEST(SystemClock, a_sleep_takes_its_time_and_says_true) {
  SystemClock clock;
  const auto start = clock.now();
  EXPECT_TRUE(clock.sleep_for(5ms, {}));
  EXPECT_GE(clock.now() - start, 5ms);
}

TEST(SystemClock, a_negative_sleep_returns_at_once) {
  SystemClock clock;
  const auto start = clock.now();
  EXPECT_TRUE(clock.sleep_for(ports::Millis::min(), {}));
  EXPECT_LT(clock.now() - start, kPrompt);
}

TEST(SystemClock, a_stop_requested_before_ends_the_sleep_with_false) {
  SystemClock clock;
  std::stop_source stop;
  stop.request_stop();
  const auto start = clock.now();
  EXPECT_FALSE(clock.sleep_for(kVeryLong, stop.get_token()));
  EXPECT_LT(clock.now() - start, kPrompt);
}

TEST(SystemClock, a_stop_requested_during_the_sleep_wakes_it) {
  SystemClock clock;
  std::stop_source stop;
  const auto start = clock.now();
  std::jthread stopper([&stop] { stop.request_stop(); });
  EXPECT_FALSE(clock.sleep_for(kVeryLong, stop.get_token()));
  EXPECT_LT(clock.now() - start, kPrompt);
}

TEST(SystemClock, the_longest_sleep_does_not_overflow) {
  SystemClock clock;
  std::stop_source stop;
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(2ms);
    stop.request_stop();
  });
  EXPECT_FALSE(clock.sleep_for(ports::Millis::max(), stop.get_token()));
}

}  // namespace
}  // namespace athanor::system
