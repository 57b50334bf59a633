#include "adapters/kubernetes/api_caller.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/api_watch_source.hpp"
#include "adapters/kubernetes/rest_client.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "unit/adapters_kubernetes/memory_files.hpp"
#include "unit/adapters_kubernetes/scripted_transport.hpp"

namespace athanor::kubernetes {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

ports::HttpResponse answer(int status, const std::string& body = "") {
  return {status, {}, body};
}

ports::HttpResponse throttled(const std::string& seconds) {
  return {429, {{"retry-after", seconds}}, ""};
}

class ApiCallerTest : public ::testing::Test {
 protected:
  ApiCaller& caller(std::deque<Result<ports::HttpResponse>> answers, TokenSettings settings = {}) {
    transport_.emplace(std::move(answers));
    tokens_.emplace(std::move(settings), files_, clock_);
    return caller_.emplace(*transport_, *tokens_, clock_, &metrics_);
  }
  double counted(const std::string& code, const std::string& method = "GET") {
    return metrics_.value("rest_client_requests_total", {{"code", code}, {"method", method}});
  }

  const ApiRequest request_ = get_secret_request({"shop", "db"});
  MemoryFiles files_{{{"/t", "first"}}};
  fakes::FakeClock clock_;
  fakes::FakeMetricsSink metrics_;
  std::optional<ScriptedTransport> transport_;
  std::optional<TokenSource> tokens_;
  std::optional<ApiCaller> caller_;
};

TEST_F(ApiCallerTest, a_success_is_returned_and_counted) {
  const auto got = caller({answer(200, "body")}).call(request_);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "body");
  EXPECT_EQ(counted("200"), 1);
}

TEST_F(ApiCallerTest, without_a_token_no_credentials_are_sent) {
  ASSERT_TRUE(caller({answer(200)}).call(request_));
  EXPECT_EQ(transport_->requests.at(0).headers.count("Authorization"), 0U);
}

TEST_F(ApiCallerTest, a_401_is_tried_again_with_the_token_that_is_in_the_file_now) {
  ApiCaller& calls = caller({answer(200), answer(401), answer(200)}, {"", "/t"});
  ASSERT_TRUE(calls.call(request_));
  files_.put("/t", "second");
  ASSERT_TRUE(calls.call(request_));
  EXPECT_EQ(transport_->requests.at(1).headers.at("Authorization"), "Bearer first");
  EXPECT_EQ(transport_->requests.at(2).headers.at("Authorization"), "Bearer second");
  EXPECT_EQ(counted("401"), 1);
  EXPECT_EQ(counted("200"), 2);
}

TEST_F(ApiCallerTest, a_401_is_final_if_the_file_still_holds_the_same) {
  const auto got = caller({answer(401)}, {"", "/t"}).call(request_);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().reason, "Unauthorized");
  EXPECT_EQ(transport_->requests.size(), 1U);
}

TEST_F(ApiCallerTest, a_second_401_is_final) {
  ApiCaller& calls = caller({answer(200), answer(401), answer(401)}, {"", "/t"});
  ASSERT_TRUE(calls.call(request_));
  files_.put("/t", "second");
  const auto got = calls.call(request_);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().reason, "Unauthorized");
}

TEST_F(ApiCallerTest, a_token_that_cannot_be_read_sends_nothing) {
  const auto got = caller({answer(200)}, {"", "/absent"}).call(request_);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().reason, "FileMissing");
  EXPECT_TRUE(transport_->requests.empty());
}

TEST_F(ApiCallerTest, a_request_that_got_no_answer_is_counted_as_an_error) {
  const auto got = caller({fail(ErrorKind::Transient, "ApiUnavailable", "refused")}).call(request_);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "refused");
  EXPECT_EQ(counted("<error>"), 1);
}

TEST_F(ApiCallerTest, metrics_are_optional) {
  transport_.emplace(std::deque<Result<ports::HttpResponse>>{answer(200)});
  tokens_.emplace(TokenSettings{}, files_, clock_);
  ApiCaller uncounted(*transport_, *tokens_, clock_, nullptr);
  EXPECT_TRUE(uncounted.call(request_));
}

TEST_F(ApiCallerTest, a_429_is_waited_out_as_it_asks) {
  const auto start = clock_.now();
  const auto got = caller({throttled("1"), throttled("2"), answer(200)}).call(request_);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(clock_.now() - start, 3s);
}

TEST_F(ApiCallerTest, a_429_that_asks_for_very_long_is_tried_again_earlier_and_then_given_up) {
  const auto start = clock_.now();
  const auto got = caller({throttled("600"), throttled("600"), throttled("600"), answer(200)}).call(request_);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().reason, "ApiUnavailable");
  EXPECT_EQ(clock_.now() - start, 2 * ApiCaller::kLongestRetryAfter);
  EXPECT_EQ(transport_->requests.size(), 3U);
}

TEST_F(ApiCallerTest, a_429_that_asks_for_nothing_and_a_503_are_left_to_the_callers_backoff) {
  EXPECT_FALSE(caller({answer(429), answer(200)}).call(request_));
  EXPECT_EQ(transport_->requests.size(), 1U);
  EXPECT_FALSE(caller({{ports::HttpResponse{503, {{"retry-after", "1"}}, ""}}, answer(200)}).call(request_));
  EXPECT_EQ(transport_->requests.size(), 1U);
}

TEST_F(ApiCallerTest, a_stop_ends_the_wait) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(caller({throttled("1"), answer(200)}).call(request_, stop.get_token()));
  EXPECT_EQ(transport_->requests.size(), 1U);
}

using RestClientTest = ApiCallerTest;

TEST_F(RestClientTest, an_event_that_exists_already_was_created) {
  const std::string exists = R"({"kind":"Status","reason":"AlreadyExists"})";
  EXPECT_TRUE(RestClient(caller({answer(409, exists)})).create_event({}));
  EXPECT_FALSE(RestClient(caller({answer(403, "")})).create_event({}));
}

TEST_F(RestClientTest, once_it_is_hurried_no_call_waits_for_what_a_busy_server_asks_for) {
  std::stop_source hurry;
  hurry.request_stop();
  const auto start = clock_.now();
  EXPECT_FALSE(RestClient(caller({throttled("2"), answer(200)}), hurry.get_token()).secret({"shop", "db"}));
  EXPECT_EQ(clock_.now(), start);
}

TEST_F(RestClientTest, a_refused_status_patch_is_a_conflict_if_the_object_is_another_one_now) {
  const std::string patch = R"({"status":{}})";
  const auto object = [](const std::string& uid) { return R"({"metadata":{"uid":")" + uid + "\"}}"; };
  const auto another =
      RestClient(caller({answer(422), answer(200, object("new"))})).patch_status({}, "old", patch);
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().kind, ErrorKind::Conflict);
  const auto same =
      RestClient(caller({answer(422), answer(200, object("old"))})).patch_status({}, "old", patch);
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().reason, "ApiRejected");
  const auto gone = RestClient(caller({answer(422), answer(404)})).patch_status({}, "old", patch);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().reason, "NotFound");
  const auto unseen = RestClient(caller({answer(422), answer(403)})).patch_status({}, "old", patch);
  ASSERT_FALSE(unseen);
  EXPECT_EQ(unseen.error().reason, "ApiRejected");
}

TEST_F(RestClientTest, the_cluster_id_is_empty_where_it_may_not_be_read_and_an_error_where_it_cannot) {
  EXPECT_EQ(RestClient(caller({answer(403)})).cluster_id().value(), "");
  EXPECT_EQ(RestClient(caller({answer(404)})).cluster_id().value(), "");
  EXPECT_FALSE(RestClient(caller({answer(503)})).cluster_id());
  EXPECT_EQ(RestClient(caller({answer(200, R"({"metadata":{"uid":"u"}})")})).cluster_id().value(), "u");
}

class WatchTest : public ApiCallerTest {
 protected:
  Result<void> watch(std::deque<Result<ports::HttpResponse>> answers, std::vector<std::string> pieces,
                     std::size_t wanted = 100) {
    ApiCaller& calls = caller(std::move(answers));
    transport_->pieces = std::move(pieces);
    ApiWatchSource source(calls, WatchedKind::MigrationEnvironment, "shop");
    return source.watch(
        "7", 300s, 60s,
        [&](ports::WatchEvent event) {
          seen_.push_back(event.object.meta.resource_version);
          return seen_.size() < wanted;
        },
        stop_.get_token());
  }
  static std::string line(const std::string& version) {
    return R"({"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":")" + version + "\"}}}\n";
  }

  std::stop_source stop_;
  std::vector<std::string> seen_;
};

TEST_F(WatchTest, events_arrive_however_they_are_cut) {
  const std::string all = line("8") + line("9");
  const auto ended = watch({answer(200)}, {all.substr(0, 20), all.substr(20, 60), all.substr(80)});
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_THAT(seen_, ElementsAre("8", "9"));
}

TEST_F(WatchTest, a_half_line_at_the_end_is_dropped) {
  const auto ended = watch({answer(200)}, {line("8"), R"({"type":"ADDED","obj)"});
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_THAT(seen_, ElementsAre("8"));
}

TEST_F(WatchTest, a_handler_that_says_no_ends_it) {
  EXPECT_TRUE(watch({answer(200)}, {line("8") + line("9") + line("10")}, 2));
  EXPECT_THAT(seen_, ElementsAre("8", "9"));
}

TEST_F(WatchTest, an_error_event_ends_it_with_what_came_before_delivered) {
  const auto ended = watch({answer(200)}, {line("8") +
                                           R"({"type":"ERROR","object":{"kind":"Status","code":410}})"
                                           "\n" +
                                           line("9")});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().reason, "Expired");
  EXPECT_THAT(seen_, ElementsAre("8"));
}

TEST_F(WatchTest, a_410_before_the_stream_is_expired_too) {
  const auto ended = watch({answer(410)}, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().reason, "Expired");
}

TEST_F(WatchTest, a_line_that_is_no_event_ends_it_with_an_error) {
  const auto ended = watch({answer(200)}, {"<html>\n"});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().reason, "ApiUnavailable");
}

TEST_F(WatchTest, an_idle_stream_is_told_unless_it_was_stopped) {
  const auto idle = fail(ErrorKind::Transient, "WatchIdle", "quiet");
  const auto ended = watch({idle}, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().reason, "WatchIdle");
  stop_.request_stop();
  EXPECT_TRUE(watch({idle}, {}));
}

TEST_F(WatchTest, a_stop_ends_it_between_two_events_of_one_piece) {
  stop_.request_stop();
  EXPECT_TRUE(watch({answer(200)}, {line("8") + line("9")}));
  EXPECT_THAT(seen_, ElementsAre("8"));
}

}  // namespace
}  // namespace athanor::kubernetes
