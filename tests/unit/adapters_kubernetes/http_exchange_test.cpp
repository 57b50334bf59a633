#include "adapters/kubernetes/http_exchange.hpp"

#include <cerrno>
#include <chrono>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

using namespace std::chrono_literals;
using Wait = HttpExchange::Wait;

HttpExchange::Time now() {
  return std::chrono::steady_clock::now();
}
HttpExchange::Time far() {
  return now() + 20s;
}

/// A resume that nobody may call.
HttpExchange::Resume never() {
  return [] { ADD_FAILURE() << "there was room"; };
}

TEST(HttpExchange, bytes_pass_in_order) {
  HttpExchange exchange(100);
  EXPECT_TRUE(exchange.write("one ", never()));
  EXPECT_TRUE(exchange.write("two", never()));
  EXPECT_EQ(exchange.wait_for_bytes(far(), {}), Wait::Ready);
  EXPECT_EQ(exchange.take(), "one two");
}

TEST(HttpExchange, a_writer_above_the_mark_waits_until_the_bytes_are_taken) {
  HttpExchange exchange(4);
  int resumed = 0;
  EXPECT_TRUE(exchange.write("abc", never()));
  EXPECT_FALSE(exchange.write("de", [&] { ++resumed; }));
  EXPECT_EQ(resumed, 0);
  EXPECT_EQ(exchange.take(), "abcde");
  EXPECT_EQ(resumed, 1);
  EXPECT_EQ(exchange.take(), "");
  EXPECT_EQ(resumed, 1);
}

TEST(HttpExchange, the_end_is_ready_without_bytes) {
  HttpExchange exchange(4);
  exchange.finish(std::nullopt);
  EXPECT_EQ(exchange.wait_for_head(far(), {}), Wait::Ready);
  EXPECT_EQ(exchange.wait_for_bytes(far(), {}), Wait::Ready);
  EXPECT_EQ(exchange.take(), "");
  EXPECT_FALSE(exchange.head());
  EXPECT_FALSE(exchange.failure());
}

TEST(ExchangeFailure, is_told_apart_by_its_number) {
  const auto failed = [](int code) { return ExchangeFailure{code, "", std::nullopt}; };
  for (const int closed : {1, 2, ECONNRESET, ECONNABORTED, EPIPE}) {
    EXPECT_TRUE(failed(closed).is_end_of_stream()) << closed;
    EXPECT_TRUE(failed(closed).may_be_stale()) << closed;
  }
  EXPECT_TRUE(failed(EHOSTUNREACH).may_be_stale()) << "a broken pipe, as cpprestsdk tells it";
  EXPECT_FALSE(failed(EHOSTUNREACH).is_end_of_stream());
  for (const int other : {0, ETIMEDOUT, ECANCELED}) {
    EXPECT_FALSE(failed(other).may_be_stale()) << other;
    EXPECT_FALSE(failed(other).is_end_of_stream()) << other;
  }
  EXPECT_TRUE(failed(2).cut_off());
  EXPECT_FALSE(failed(ECONNRESET).cut_off());
}

TEST(HttpExchange, what_came_before_a_failure_is_still_given) {
  HttpExchange exchange(100);
  exchange.begin({200, {}});
  EXPECT_TRUE(exchange.write("x", never()));
  exchange.finish(ExchangeFailure{2, "end of file", std::nullopt});
  exchange.finish(std::nullopt);
  EXPECT_EQ(exchange.head()->status, 200);
  EXPECT_EQ(exchange.take(), "x");
  EXPECT_EQ(exchange.failure()->code, 2) << "only the first end counts";
}

TEST(HttpExchange, nothing_in_time_is_a_timeout) {
  HttpExchange exchange(100);
  EXPECT_EQ(exchange.wait_for_head(now(), {}), Wait::TimedOut);
  EXPECT_EQ(exchange.wait_for_bytes(now(), {}), Wait::TimedOut);
  EXPECT_FALSE(exchange.wait_for_end(now()));
}

TEST(HttpExchange, a_stop_ends_a_wait_and_goes_before_bytes) {
  HttpExchange exchange(100);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(exchange.wait_for_head(far(), stop.get_token()), Wait::Stopped);
  stopper.join();
  EXPECT_TRUE(exchange.write("x", never()));
  EXPECT_EQ(exchange.wait_for_bytes(far(), stop.get_token()), Wait::Stopped);
}

TEST(HttpExchange, an_abandoned_one_frees_a_waiting_writer_and_swallows_the_rest) {
  HttpExchange exchange(1);
  int resumed = 0;
  EXPECT_FALSE(exchange.write("x", [&] { ++resumed; }));
  exchange.abandon();
  EXPECT_EQ(resumed, 1);
  EXPECT_TRUE(exchange.write("yyy", never()));
  EXPECT_EQ(exchange.take(), "");
}

}  // namespace
}  // namespace athanor::kubernetes
