#include "runtime/rate_limiter.hpp"

#include <gtest/gtest.h>

#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, DoublesTheWaitWithEachFailureOfAKey) {
  RateLimiter limiter;
  for (const ports::Millis expected : {5ms, 10ms, 20ms, 40ms, 80ms})
    EXPECT_EQ(limiter.next(key("a")), expected);
}

TEST(RateLimiter, NeverWaitsLongerThanFiveMinutes) {
  RateLimiter limiter;
  ports::Millis wait{0};
  for (int failure = 0; failure < 200; ++failure) wait = limiter.next(key("a"));
  EXPECT_EQ(wait, 5min);
}

TEST(RateLimiter, CountsEachKeyByItself) {
  RateLimiter limiter;
  (void)limiter.next(key("a"));
  (void)limiter.next(key("a"));
  EXPECT_EQ(limiter.next(key("b")), 5ms);
}

TEST(RateLimiter, BeginsAnewOnceAKeyIsForgotten) {
  RateLimiter limiter;
  (void)limiter.next(key("a"));
  (void)limiter.next(key("a"));
  EXPECT_EQ(limiter.failures(key("a")), 2U);
  limiter.forget(key("a"));
  EXPECT_EQ(limiter.failures(key("a")), 0U);
  EXPECT_EQ(limiter.next(key("a")), 5ms);
}

}  // namespace
}  // namespace athanor::runtime
