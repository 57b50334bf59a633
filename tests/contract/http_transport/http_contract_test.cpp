// Requests with one whole answer.
#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "contract/http_transport/suites.hpp"

namespace athanor::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Requests as they came in, from whichever connection.
class Recorder {
 public:
  void add(const ReceivedRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  std::vector<ReceivedRequest> all() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ReceivedRequest> requests_;
};

TEST_P(HttpContract, a_request_arrives_as_it_was_written) {
  Recorder recorder;
  const LoopbackServer server(each_request([&](LoopbackConnection& to, const ReceivedRequest& request) {
    recorder.add(request);
    to.respond(201, "made");
  }));
  const auto transport = create(server);
  const auto answer =
      transport->send({"PATCH",
                       "/apis/a%2Fb/x?continue=eyJ%3D%26&watch=true",
                       {{"Content-Type", "application/merge-patch+json"},
                        {"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"},
                        {"Authorization", "Bearer t"}},
                       R"({"a":"ü"})"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "made");
  const auto seen = recorder.all();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].method, "PATCH");
  EXPECT_EQ(seen[0].target, "/apis/a%2Fb/x?continue=eyJ%3D%26&watch=true");
  EXPECT_EQ(seen[0].body, R"({"a":"ü"})");
  EXPECT_EQ(seen[0].header("Content-Type"), "application/merge-patch+json");
  EXPECT_EQ(seen[0].header("Accept"), "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  EXPECT_EQ(seen[0].header("Authorization"), "Bearer t");
  EXPECT_EQ(seen[0].header("User-Agent"), "athanor");
}

TEST_P(HttpContract, the_path_of_the_servers_url_stands_before_every_target) {
  Recorder recorder;
  const LoopbackServer server(each_request([&](LoopbackConnection& to, const ReceivedRequest& request) {
    recorder.add(request);
    to.respond(200, "");
  }));
  kubernetes::TransportOptions options;
  options.server = server.url() + "/k8s/clusters/c-1/";
  ASSERT_TRUE(create(options)->send(get("/api/v1/secrets?limit=1")));
  EXPECT_EQ(recorder.all().at(0).target, "/k8s/clusters/c-1/api/v1/secrets?limit=1");
}

TEST_P(HttpContract, any_status_is_a_success_and_header_names_come_in_lower_case) {
  const LoopbackServer server(each_request([](LoopbackConnection& to, const ReceivedRequest&) {
    to.respond(429, "slow down", "Retry-After: 7\r\n");
  }));
  const auto answer = create(server)->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->body, "slow down");
  EXPECT_EQ(answer->headers.at("retry-after"), "7");
}

TEST_P(HttpContract, an_answer_in_chunks_is_put_together) {
  const LoopbackServer server(each_request([](LoopbackConnection& to, const ReceivedRequest&) {
    to.begin_chunks();
    to.send_chunk("one ");
    to.send_chunk(std::string(100'000, 'x'));
    to.end_chunks();
  }));
  const auto answer = create(server)->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "one " + std::string(100'000, 'x'));
}

TEST_P(HttpContract, requests_one_after_another_share_a_connection) {
  const LoopbackServer server(
      each_request([](LoopbackConnection& to, const ReceivedRequest&) { to.respond(200, "ok"); }));
  const auto transport = create(server);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport->send(get()));
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(HttpContract, a_401_makes_the_next_request_open_a_new_connection) {
  const LoopbackServer server(
      each_request([](LoopbackConnection& to, const ReceivedRequest&) { to.respond(401, "who?"); }));
  const auto transport = create(server);
  ASSERT_EQ(transport->send(get())->status, 401);
  ASSERT_EQ(transport->send(get())->status, 401);
  EXPECT_EQ(server.connections(), 2);
}

TEST_P(HttpContract, an_answer_that_does_not_come_makes_the_next_request_open_a_new_connection) {
  std::atomic<int> served{0};
  std::latch both(2);
  // Two connections go silent after one answer each, as behind a load balancer that forgot them.
  const LoopbackServer server([&](LoopbackConnection& to) {
    const bool goes_silent = ++served <= 2;
    while (to.read_request()) {
      if (goes_silent) both.arrive_and_wait();
      to.respond(200, "ok");
      if (goes_silent) {
        static_cast<void>(to.client_closes_within(kLong));
        return;
      }
    }
  });
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.inactivity_timeout = 300ms;
  const auto transport = create(options);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([&] { EXPECT_TRUE(transport->send(get())); });
  }
  EXPECT_FALSE(transport->send(get()));
  const auto answer = transport->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(server.connections(), 3);
}

TEST_P(HttpContract, a_request_under_way_is_given_up_soon_once_it_is_hurried) {
  std::stop_source hurry;
  const LoopbackServer server(each_request([&](LoopbackConnection& to, const ReceivedRequest&) {
    hurry.request_stop();
    static_cast<void>(to.client_closes_within(kLong));
  }));
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.inactivity_timeout = options.deadline = kLong;
  options.hurry = hurry.get_token();
  options.hurried_deadline = 50ms;
  const auto start = std::chrono::steady_clock::now();
  const auto answer = create(options)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  EXPECT_LT(std::chrono::steady_clock::now() - start, kPrompt);
}

TEST_P(HttpContract, a_hurried_request_still_gets_an_answer_that_comes_at_once) {
  std::stop_source hurry;
  hurry.request_stop();
  const LoopbackServer server(each_request([](LoopbackConnection& to, const ReceivedRequest&) {
    to.begin_chunks();
    to.send_chunk("still ");
    to.send_chunk("here");
    to.end_chunks();
  }));
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.hurry = hurry.get_token();
  const auto answer = create(options)->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "still here");
}

TEST_P(HttpContract, redirects_are_not_followed) {
  const LoopbackServer server(each_request([](LoopbackConnection& to, const ReceivedRequest&) {
    to.respond(302, "", "Location: /elsewhere\r\n");
  }));
  const auto answer = create(server)->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(HttpContract, a_refused_connection_names_the_server_and_the_path_without_the_query) {
  kubernetes::TransportOptions options;
  {
    const LoopbackServer gone([](LoopbackConnection&) {});
    options.server = gone.url();
  }
  const auto answer = create(options)->send(get("/api/v1/secrets?continue=abc"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Transient);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  EXPECT_THAT(answer.error().message,
              AllOf(HasSubstr(options.server + "/api/v1/secrets"), Not(HasSubstr("continue"))));
}

TEST_P(HttpContract, a_silent_server_is_given_up_after_the_inactivity_timeout) {
  const LoopbackServer server(each_request([](LoopbackConnection& to, const ReceivedRequest&) {
    static_cast<void>(to.client_closes_within(kLong));
  }));
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.inactivity_timeout = 100ms;
  const auto start = std::chrono::steady_clock::now();
  const auto answer = create(options)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  EXPECT_THAT(answer.error().message, HasSubstr("no answer in time"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_P(HttpContract, an_answer_that_trickles_for_ever_is_given_up_at_the_deadline) {
  const LoopbackServer server(each_request([](LoopbackConnection& to, const ReceivedRequest&) {
    to.begin_chunks();
    while (to.send_chunk("drip")) std::this_thread::sleep_for(5ms);
  }));
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.deadline = 200ms;
  const auto answer = create(options)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
}

TEST_P(HttpContract, an_answer_that_breaks_off_is_no_answer) {
  const LoopbackServer server([](LoopbackConnection& to) {
    if (to.read_request()) to.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly so much");
  });
  const auto answer = create(server)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  EXPECT_THAT(answer.error().message, HasSubstr("closed the connection in the middle of its answer"));
}

TEST_P(HttpContract, an_answer_above_the_bound_is_refused) {
  const LoopbackServer server(each_request(
      [](LoopbackConnection& to, const ReceivedRequest&) { to.respond(200, std::string(200'000, 'x')); }));
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.max_body_bytes = 100'000;
  const auto answer = create(options)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  EXPECT_THAT(answer.error().message, HasSubstr("longer than 100000 bytes"));
}

TEST_P(HttpContract, an_answer_that_is_no_http_is_an_error) {
  const LoopbackServer server([](LoopbackConnection& to) {
    if (to.read_request()) to.send("SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n");
  });
  const auto answer = create(server)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
}

TEST_P(HttpContract, a_target_that_is_no_uri_is_an_error_and_no_exception) {
  const LoopbackServer server(
      each_request([](LoopbackConnection& to, const ReceivedRequest&) { to.respond(200, ""); }));
  const auto answer = create(server)->send(get("/a b\"<>"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Transient);
}

/// Answers the first request of the first connection, then closes it; every later connection works.
struct ClosesAfterFirst {
  Recorder recorder;
  std::promise<void> closed;
  LoopbackServer server{[this](LoopbackConnection& to) {
    const bool first = server.connections() == 1;
    while (const auto request = to.read_request()) {
      recorder.add(*request);
      to.respond(200, "ok");
      if (first) {
        to.close();
        closed.set_value();
        return;
      }
    }
  }};
};

TEST_P(HttpContract, a_kept_connection_that_the_server_closed_is_replaced_where_a_request_may_arrive_twice) {
  for (const std::string method : {"GET", "PUT", "PATCH", "DELETE"}) {
    ClosesAfterFirst stage;
    const auto transport = create(stage.server);
    ASSERT_TRUE(transport->send(get()));
    stage.closed.get_future().wait();
    ports::HttpRequest request{method, "/", {}, ""};
    if (method != "GET") request.headers["Content-Type"] = "application/merge-patch+json";
    if (method != "GET" && method != "DELETE") request.body = "{}";
    request.may_repeat = method == "PATCH";
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer) << method << ": " << answer.error().message;
    EXPECT_EQ(stage.recorder.all().size(), 2U) << method;
  }
}

TEST_P(HttpContract, a_post_never_meets_a_stale_connection) {
  ClosesAfterFirst stage;
  const auto transport = create(stage.server);
  ASSERT_TRUE(transport->send(get()));
  stage.closed.get_future().wait();
  const auto answer = transport->send(with_body("POST", "{}"));
  ASSERT_TRUE(answer) << answer.error().message;
}

TEST_P(HttpContract, a_post_that_the_server_takes_without_a_reply_is_sent_once_only) {
  Recorder recorder;
  const LoopbackServer server([&](LoopbackConnection& to) {
    while (const auto request = to.read_request()) {
      recorder.add(*request);
      if (request->method == "POST") return;
      to.respond(200, "ok");
    }
  });
  const auto transport = create(server);
  ASSERT_TRUE(transport->send(get()));
  const auto answer = transport->send(with_body("POST", R"({"once":1})"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  std::vector<std::string> methods;
  for (const auto& request : recorder.all()) methods.push_back(request.method);
  EXPECT_THAT(methods, ElementsAre("GET", "POST"));
}

TEST_P(HttpContract, a_post_that_may_arrive_twice_shares_a_kept_connection_and_survives_its_end) {
  ClosesAfterFirst stage;
  const auto transport = create(stage.server);
  ports::HttpRequest post = with_body("POST", "{}");
  post.may_repeat = true;
  ASSERT_TRUE(transport->send(post));
  stage.closed.get_future().wait();
  for (int i = 0; i < 3; ++i) {
    const auto answer = transport->send(post);
    ASSERT_TRUE(answer) << answer.error().message;
  }
  EXPECT_EQ(stage.server.connections(), 2);
}

TEST_P(HttpContract, many_threads_send_at_once_on_few_threads_of_the_library) {
  const LoopbackServer server(each_request(
      [](LoopbackConnection& to, const ReceivedRequest& request) { to.respond(200, request.body); }));
  const auto transport = create(server);
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const std::string body = std::to_string(t) + "/" + std::to_string(i);
          const auto answer = transport->send(with_body("PUT", body));
          if (answer && answer->body == body) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 8 * 20);
}

}  // namespace
}  // namespace athanor::testing
