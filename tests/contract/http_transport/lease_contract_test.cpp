// Leader election over a transport: what a connection that goes silent may cost.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "adapters/kubernetes/api_caller.hpp"
#include "adapters/kubernetes/rest_client.hpp"
#include "adapters/system/system_clock.hpp"
#include "contract/http_transport/suites.hpp"
#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "fakes/fake_randomness.hpp"
#include "runtime/leader_elector.hpp"

namespace athanor::testing {
namespace {

using namespace std::chrono_literals;

/// An API server that knows one Lease, and whose first connection goes silent at the first renewal.
class LeaseServer {
 public:
  [[nodiscard]] std::string url() const { return server_.url(); }
  /// @return false: there were never so many
  [[nodiscard]] bool wait_for_renewals(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLong, [&] { return renewals_ >= count; });
  }

 private:
  void serve(LoopbackConnection& to) {
    const bool goes_silent = ++served_ == 1;
    while (const auto request = to.read_request()) {
      if (request->method == "PUT" && goes_silent) {
        static_cast<void>(to.client_closes_within(kLong));
        return;
      }
      const std::lock_guard lock(mutex_);
      if (request->method == "GET" && lease_.empty()) {
        to.respond(404, R"({"kind":"Status","reason":"NotFound","code":404})");
        continue;
      }
      if (request->method != "GET") lease_ = request->body;
      if (request->method == "PUT") ++renewals_;
      to.respond(request->method == "POST" ? 201 : 200, lease_);
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string lease_;
  int renewals_ = 0;
  std::atomic<int> served_{0};
  LoopbackServer server_{[this](LoopbackConnection& to) { serve(to); }};
};

TEST_P(LeaseContract, a_connection_that_goes_silent_does_not_cost_the_lease) {
  LeaseServer server;
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.inactivity_timeout = options.deadline = 200ms;
  const auto transport = create(options);
  system::SystemClock clock;
  kubernetes::TokenSource tokens({}, files_, clock);
  kubernetes::ApiCaller caller(*transport, tokens, clock, nullptr);
  kubernetes::RestClient client(caller);
  fakes::FakeRandomness randomness;
  fakes::FakeMetricsSink metrics;
  fakes::FakeLog log;
  std::atomic<bool> lost = false;
  runtime::LeaderElector elector({{"athanor", "leader"}, "me", {15s, 10s, 20ms}}, client,
                                 {[] {}, [&lost] { lost = true; }}, clock, randomness, metrics, log);
  {
    const std::jthread electing([&elector](const std::stop_token& stop) { elector.run(stop); });
    EXPECT_TRUE(server.wait_for_renewals(3));
  }
  EXPECT_FALSE(lost);
}

TEST(LeaseTransport, has_time_for_a_second_request_before_the_lease_is_lost) {
  const kubernetes::TransportOptions options = kubernetes::for_lease({});
  const runtime::ElectionTimes times;
  EXPECT_EQ(options.deadline, options.inactivity_timeout);
  EXPECT_LT(times.retry_period + 2 * options.deadline + times.retry_period, times.renew_deadline + 1ms);
}

}  // namespace
}  // namespace athanor::testing
