// Long answers, piece by piece.
#include <atomic>
#include <filesystem>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "contract/http_transport/suites.hpp"

namespace athanor::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::chrono::steady_clock::time_point now() {
  return std::chrono::steady_clock::now();
}

/// Threads of this process.
std::size_t thread_count() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST_P(StreamContract, a_piece_comes_before_the_answer_is_complete) {
  std::promise<void> seen;
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    to.send_chunk("first\n");
    seen.get_future().wait();
    to.send_chunk("second\n");
    to.end_chunks();
  });
  std::string got;
  const auto answer = create(server)->stream(get(), kLong,
                                             [&](std::string_view piece) {
                                               if (got.empty()) seen.set_value();
                                               got += piece;
                                               return true;
                                             },
                                             {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(got, "first\nsecond\n");
}

TEST_P(StreamContract, an_event_split_across_chunks_arrives_whole_and_in_order) {
  const LoopbackServer server([](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    for (const char byte : std::string(R"({"type":"ADDED"})"
                                       "\n"))
      to.send_chunk(std::string(1, byte));
    to.end_chunks();
  });
  std::string got;
  const auto answer =
      create(server)->stream(get(), kLong, [&](std::string_view piece) { return got += piece, true; }, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(got, R"({"type":"ADDED"})"
                 "\n");
}

TEST_P(StreamContract, a_body_without_chunks_is_not_held_back) {
  std::promise<void> seen;
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.send("HTTP/1.1 200 OK\r\n\r\nhello");
    seen.get_future().wait();
  });
  std::string got;
  const auto answer = create(server)->stream(get(), kLong,
                                             [&](std::string_view piece) {
                                               got += piece;
                                               if (got == "hello") seen.set_value();
                                               return true;
                                             },
                                             {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(got, "hello");
}

TEST_P(StreamContract, a_quiet_stream_outlives_the_timeout_of_single_requests) {
  const LoopbackServer server([](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    std::this_thread::sleep_for(400ms);
    to.send_chunk("late");
    to.end_chunks();
  });
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.inactivity_timeout = 50ms;
  std::string got;
  const auto answer =
      create(options)->stream(get(), kLong, [&](std::string_view piece) { return got += piece, true; }, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(got, "late");
}

TEST_P(StreamContract, a_stream_without_a_byte_for_the_idle_timeout_is_given_up) {
  std::promise<bool> closed;
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    to.send_chunk("first");
    closed.set_value(to.client_closes_within(kLong));
  });
  const auto start = now();
  const auto answer =
      create(server)->stream(get("/w?watch=true"), 200ms, [](std::string_view) { return true; }, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Transient);
  EXPECT_EQ(answer.error().reason, "WatchIdle");
  EXPECT_THAT(answer.error().message, HasSubstr("200 ms"));
  EXPECT_LT(now() - start, 5s);
  EXPECT_TRUE(closed.get_future().get()) << "the connection stays open";
}

TEST_P(StreamContract, every_piece_puts_the_idle_timeout_off) {
  const LoopbackServer server([](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    for (int i = 0; i < 10; ++i) {
      to.send_chunk("x");
      std::this_thread::sleep_for(50ms);
    }
    to.end_chunks();
  });
  std::string got;
  const auto answer =
      create(server)->stream(get(), 400ms, [&](std::string_view piece) { return got += piece, true; }, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(got, "xxxxxxxxxx");
}

TEST_P(StreamContract, a_stop_ends_a_quiet_stream_promptly_and_closes_its_connection) {
  std::promise<bool> closed;
  std::stop_source stop;
  std::optional<std::chrono::steady_clock::time_point> stopped;
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    to.send_chunk("x");
    closed.set_value(to.client_closes_within(kLong));
  });
  std::promise<void> seen;
  std::jthread stopper([&] {
    seen.get_future().wait();
    stopped = now();
    stop.request_stop();
  });
  const auto transport = create(server);
  const auto answer = transport->stream(
      get(), kLong,
      [&](std::string_view) {
        seen.set_value();
        return true;
      },
      stop.get_token());
  const auto ended = now();
  stopper.join();
  EXPECT_TRUE(answer) << answer.error().message;
  EXPECT_LT(ended - *stopped, kPrompt);
  EXPECT_TRUE(closed.get_future().get()) << "the connection stays open";
}

TEST_P(StreamContract, a_stop_ends_a_stream_that_never_falls_silent) {
  const LoopbackServer server([](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    while (to.send_chunk("x")) {
    }
  });
  std::stop_source stop;
  int pieces = 0;
  const auto answer = create(server)->stream(
      get(), kLong,
      [&](std::string_view) {
        if (++pieces == 3) stop.request_stop();
        return true;
      },
      stop.get_token());
  EXPECT_TRUE(answer);
  EXPECT_EQ(pieces, 3);
}

TEST_P(StreamContract, a_stop_ends_the_wait_for_the_answers_head) {
  std::promise<void> asked;
  std::stop_source stop;
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    asked.set_value();
    static_cast<void>(to.client_closes_within(kLong));
  });
  std::jthread stopper([&] {
    asked.get_future().wait();
    stop.request_stop();
  });
  const auto start = now();
  EXPECT_TRUE(create(server)->stream(
      get(), kLong, [](std::string_view) { return true; }, stop.get_token()));
  EXPECT_LT(now() - start, kLong / 4);
}

TEST_P(StreamContract, a_stop_requested_before_the_call_ends_it_at_once) {
  const LoopbackServer server([](LoopbackConnection& to) {
    if (to.read_request()) static_cast<void>(to.client_closes_within(kLong));
  });
  std::stop_source stop;
  stop.request_stop();
  const auto start = now();
  EXPECT_TRUE(create(server)->stream(
      get(), kLong, [](std::string_view) { return true; }, stop.get_token()));
  EXPECT_LT(now() - start, kLong / 4);
}

TEST_P(StreamContract, the_handler_saying_no_ends_the_stream_and_closes_its_connection) {
  std::promise<bool> closed;
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    to.send_chunk("x");
    closed.set_value(to.client_closes_within(kLong));
  });
  const auto transport = create(server);
  EXPECT_TRUE(transport->stream(get(), kLong, [](std::string_view) { return false; }, {}));
  EXPECT_TRUE(closed.get_future().get()) << "the connection stays open";
}

struct Ending {
  std::string name;
  void (*end)(LoopbackConnection&);
};

TEST_P(StreamContract, a_stream_that_breaks_off_ends_like_a_whole_one) {
  const Ending endings[] = {
      {"between chunks", [](LoopbackConnection& to) { to.close(); }},
      {"within a chunk",
       [](LoopbackConnection& to) {
         to.send("ff\r\nhalf");
         to.close();
       }},
      {"by a reset", [](LoopbackConnection& to) { to.reset(); }},
  };
  for (const Ending& ending : endings) {
    std::promise<void> seen;
    const LoopbackServer server([&](LoopbackConnection& to) {
      if (!to.read_request()) return;
      to.begin_chunks();
      to.send_chunk("whole\n");
      seen.get_future().wait();
      ending.end(to);
    });
    std::string got;
    const auto answer = create(server)->stream(get(), kLong,
                                               [&](std::string_view piece) {
                                                 if (got.empty()) seen.set_value();
                                                 got += piece;
                                                 return true;
                                               },
                                               {});
    EXPECT_TRUE(answer) << ending.name << ": " << answer.error().message;
    EXPECT_EQ(got.substr(0, 6), "whole\n") << ending.name;
  }
}

TEST_P(StreamContract, a_status_other_than_200_is_returned_with_its_body_and_the_handler_is_not_called) {
  const LoopbackServer server(each_request([](LoopbackConnection& to, const ReceivedRequest&) {
    to.respond(410, R"({"kind":"Status","code":410})", "Content-Type: application/json\r\n");
  }));
  bool called = false;
  const auto answer =
      create(server)->stream(get(), kLong, [&](std::string_view) { return called = true; }, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 410);
  EXPECT_EQ(answer->body, R"({"kind":"Status","code":410})");
  EXPECT_FALSE(called);
}

TEST_P(StreamContract, a_refused_connection_is_an_error) {
  kubernetes::TransportOptions options;
  {
    const LoopbackServer gone([](LoopbackConnection&) {});
    options.server = gone.url();
  }
  const auto answer = create(options)->stream(get(), kLong, [](std::string_view) { return true; }, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
}

TEST_P(StreamContract, a_slow_handler_slows_the_server_down_instead_of_filling_memory) {
  constexpr std::size_t kOffered = std::size_t{256} * 1024 * 1024;
  const std::string chunk(64 * 1024, 'x');
  std::atomic<std::size_t> sent{0};
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    while (sent < kOffered && to.send_chunk(chunk)) sent += chunk.size();
  });
  std::size_t sent_while_asleep = 0;
  const auto answer = create(server)->stream(get(), kLong,
                                             [&](std::string_view) {
                                               std::this_thread::sleep_for(300ms);
                                               sent_while_asleep = sent;
                                               return false;
                                             },
                                             {});
  EXPECT_TRUE(answer);
  // What the kernel's socket buffers hold on both sides, and a little.
  EXPECT_LT(sent_while_asleep, std::size_t{32} * 1024 * 1024);
}

TEST_P(StreamContract, a_stream_larger_than_every_buffer_arrives_complete) {
  constexpr int kChunks = 400;
  const std::string chunk(32 * 1024, 'x');
  const LoopbackServer server([&](LoopbackConnection& to) {
    if (!to.read_request()) return;
    to.begin_chunks();
    for (int i = 0; i < kChunks; ++i) to.send_chunk(chunk);
    to.end_chunks();
  });
  std::size_t got = 0;
  const auto answer = create(server)->stream(
      get(), kLong, [&](std::string_view piece) { return got += piece.size(), true; }, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(got, kChunks * chunk.size());
}

TEST_P(StreamContract, many_streams_and_requests_at_once_need_few_threads) {
  constexpr int kStreams = 20;
  std::latch all_open(kStreams + 1);
  const LoopbackServer server([](LoopbackConnection& to) {
    while (const auto request = to.read_request()) {
      if (request->target == "/unary") {
        to.respond(200, "ok");
        continue;
      }
      to.begin_chunks();
      to.send_chunk("open");
      static_cast<void>(to.client_closes_within(kLong));
      return;
    }
  });
  const auto transport = create(server);
  std::stop_source stop;
  std::vector<std::jthread> watchers;
  for (int i = 0; i < kStreams; ++i) {
    watchers.emplace_back([&] {
      const auto answer = transport->stream(
          get("/stream"), kLong, [&](std::string_view) { return all_open.count_down(), true; },
          stop.get_token());
      EXPECT_TRUE(answer);
    });
  }
  all_open.arrive_and_wait();
  const auto answer = transport->send(get("/unary"));
  EXPECT_TRUE(answer);
  // This thread, a watcher and a session of the test's server per stream, its acceptor and the session of the
  // single request; beyond those at most a handful of the library's own.
  EXPECT_LE(thread_count(), 1U + 2U * kStreams + 2U + 4U);
  stop.request_stop();
}

}  // namespace
}  // namespace athanor::testing
