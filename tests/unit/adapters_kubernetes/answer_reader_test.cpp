#include "adapters/kubernetes/answer_reader.hpp"

#include <cerrno>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A wait that must not be needed. Where a wait must be in vain, it lasts 0 s.
constexpr std::chrono::milliseconds kLong = 20s;

void come(HttpExchange& exchange, std::string_view bytes) {
  EXPECT_TRUE(exchange.write(bytes, [] {}));
}

ExchangeFailure failure(int code) {
  return {code, "said the library", std::nullopt};
}

/// An exchange whose answer was played to it before anyone reads, and what reading it takes.
class Played {
 public:
  explicit Played(const std::function<void(HttpExchange&)>& answer) {
    options.max_body_bytes = 8;
    answer(exchange_);
  }

  WholeAnswer whole() {
    ExchangePatience patience(options);
    return reader_.read_whole(patience);
  }
  Result<ports::HttpResponse> stream(std::chrono::milliseconds idle_timeout, std::stop_token stop = {}) {
    return reader_.read_stream(
        idle_timeout,
        [this](std::string_view piece) {
          piped += piece;
          return piped != "enough";
        },
        stop);
  }

  TransportOptions options;
  std::string piped;

 private:
  HttpExchange exchange_{100};
  ports::HttpRequest request_;
  TlsDiagnosis diagnosis_;
  ExchangeErrors errors_{options.server, request_, diagnosis_};
  AnswerReader reader_{options, exchange_, errors_};
};

struct Whole {
  const char* name;
  std::function<void(HttpExchange&)> answer;
  std::chrono::milliseconds inactivity_timeout;
  std::string told;  ///< the body, or a part of the error's message
  Suspicion suspicion;
};

class WholeAnswerTable : public ::testing::TestWithParam<Whole> {};

TEST_P(WholeAnswerTable, is_read) {
  Played played(GetParam().answer);
  played.options.inactivity_timeout = GetParam().inactivity_timeout;
  const WholeAnswer answer = played.whole();
  EXPECT_EQ(answer.suspicion, GetParam().suspicion);
  if (answer.response) {
    EXPECT_EQ(answer.response->status, 404) << "whichever it is";
    EXPECT_EQ(answer.response->headers.at("x"), "y");
    EXPECT_EQ(answer.response->body, GetParam().told);
  } else {
    EXPECT_EQ(answer.response.error().reason, "ApiUnavailable");
    EXPECT_THAT(answer.response.error().message, HasSubstr(GetParam().told));
  }
}

const AnswerHead kNotFound{404, {{"x", "y"}}};

INSTANTIATE_TEST_SUITE_P(
    AnswerReader, WholeAnswerTable,
    ::testing::Values(Whole{"an_answer_of_just_the_longest_body",
                            [](HttpExchange& exchange) {
                              exchange.begin(kNotFound);
                              come(exchange, "12345678");
                              exchange.finish(std::nullopt);
                            },
                            kLong, "12345678", Suspicion::None},
                      Whole{"a_body_that_is_too_long",
                            [](HttpExchange& exchange) {
                              exchange.begin(kNotFound);
                              come(exchange, "123456789");
                            },
                            kLong, "the answer is longer than 8 bytes", Suspicion::None},
                      Whole{"no_head_in_time", [](HttpExchange&) {}, 0ms, "no answer in time",
                            Suspicion::Silent},
                      Whole{"no_end_in_time",
                            [](HttpExchange& exchange) {
                              exchange.begin(kNotFound);
                              come(exchange, "1");
                            },
                            0ms, "the answer stopped before its end", Suspicion::Silent},
                      Whole{"a_connection_that_was_closed_before_the_head",
                            [](HttpExchange& exchange) { exchange.finish(failure(ECONNRESET)); }, kLong,
                            "said the library", Suspicion::Stale},
                      Whole{"a_connection_that_timed_out_before_the_head",
                            [](HttpExchange& exchange) { exchange.finish(failure(ETIMEDOUT)); }, kLong,
                            "no answer in time", Suspicion::Silent},
                      Whole{"a_connection_that_was_closed_after_the_head",
                            [](HttpExchange& exchange) {
                              exchange.begin(kNotFound);
                              exchange.finish(failure(ECONNRESET));
                            },
                            kLong, "said the library", Suspicion::None}),
    [](const auto& row) { return row.param.name; });

struct Stream {
  const char* name;
  std::function<void(HttpExchange&)> rest;  ///< after a head of status 200 and two bytes
  std::chrono::milliseconds idle_timeout;
  std::string reason;  ///< of the error; empty: none
};

class StreamTable : public ::testing::TestWithParam<Stream> {};

TEST_P(StreamTable, is_read) {
  Played played([](HttpExchange& exchange) {
    exchange.begin({200, {}});
    come(exchange, "ab");
    GetParam().rest(exchange);
  });
  const auto response = played.stream(GetParam().idle_timeout);
  EXPECT_EQ(played.piped, "ab");
  EXPECT_EQ(response ? "" : response.error().reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    AnswerReader, StreamTable,
    ::testing::Values(
        Stream{"that_ends", [](HttpExchange& exchange) { exchange.finish(std::nullopt); }, kLong, ""},
        Stream{"that_is_cut_off", [](HttpExchange& exchange) { exchange.finish(failure(2)); }, kLong, ""},
        Stream{"that_falls_silent", [](HttpExchange&) {}, 0ms, "WatchIdle"},
        Stream{"whose_socket_timed_out", [](HttpExchange& exchange) { exchange.finish(failure(ETIMEDOUT)); },
               kLong, "WatchIdle"},
        Stream{"that_breaks", [](HttpExchange& exchange) { exchange.finish(failure(ECANCELED)); }, kLong,
               "ApiUnavailable"}),
    [](const auto& row) { return row.param.name; });

TEST(AnswerReader, a_stream_ends_when_its_reader_has_enough) {
  Played played([](HttpExchange& exchange) {
    exchange.begin({200, {}});
    come(exchange, "enough");
  });
  const auto response = played.stream(kLong);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
}

TEST(AnswerReader, a_stream_of_another_status_is_returned_with_its_body) {
  Played played([](HttpExchange& exchange) {
    exchange.begin(kNotFound);
    come(exchange, "gone");
    exchange.finish(std::nullopt);
  });
  const auto response = played.stream(kLong);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "gone");
  EXPECT_EQ(played.piped, "");
}

TEST(AnswerReader, a_stream_that_is_stopped_before_its_head_is_no_failure) {
  Played played([](HttpExchange&) {});
  std::stop_source stop;
  stop.request_stop();
  const auto response = played.stream(kLong, stop.get_token());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
}

TEST(AnswerReader, a_stream_without_a_head_in_time_is_unavailable) {
  Played played([](HttpExchange&) {});
  played.options.deadline = 0ms;
  const auto response = played.stream(kLong);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().reason, "ApiUnavailable");
  EXPECT_THAT(response.error().message, HasSubstr("no answer in time"));
}

}  // namespace
}  // namespace athanor::kubernetes
