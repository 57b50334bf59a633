#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>

#include <civetweb.h>
#include <gmock/gmock.h>

#include "adapters/prometheus/observability_server.hpp"
#include "promtool.hpp"
#include "scrape.hpp"

namespace athanor::prometheus_metrics {
namespace {

using ::testing::HasSubstr;

struct Reply {
  int status = 0;
  std::string body;
};

Reply request(int port, const std::string& method, const std::string& path) {
  std::array<char, 256> error{};
  mg_connection* connection = mg_download("127.0.0.1", port, 0, error.data(), error.size(),
                                          "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
                                          method.c_str(), path.c_str());
  if (connection == nullptr) return {0, error.data()};
  Reply reply{mg_get_response_info(connection)->status_code, ""};
  std::array<char, 4096> piece;
  for (int got = 0; (got = mg_read(connection, piece.data(), piece.size())) > 0;) {
    reply.body.append(piece.data(), static_cast<std::size_t>(got));
  }
  mg_close_connection(connection);
  return reply;
}

Reply get(int port, const std::string& path) {
  return request(port, "GET", path);
}

HealthChecks always_well() {
  return {[] { return Result<void>(); }, [] { return Result<void>(); }};
}

class Server : public ::testing::Test {
 protected:
  void start(const ObservabilityAddresses& addresses, HealthChecks checks = always_well()) {
    auto started = ObservabilityServer::start(addresses, metrics_.collectable(), std::move(checks));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  PrometheusMetrics metrics_{"1.2.3"};
  std::unique_ptr<ObservabilityServer> server_;
};

TEST_F(Server, ServesMetrics) {
  start({"127.0.0.1:0", ""});
  const Reply reply = get(server_->metrics_port(), "/metrics");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"(athanor_build_info{version="1.2.3"} 1)"));
  EXPECT_EQ(server_->health_port(), 0);
}

TEST_F(Server, ServesWhatPromtoolTakes) {
  start({"127.0.0.1:0", ""});
  metrics_.add("athanor_watch_restarts_total", {{"reason", "Expired"}});
  ASSERT_EQ(get(server_->metrics_port(), "/metrics").status, 200);
  const Reply second = get(server_->metrics_port(), "/metrics");  // with the server's own families
  EXPECT_THAT(second.body, HasSubstr("athanor_watch_restarts_total"));
  EXPECT_EQ(promtool_complaints(second.body), "");
}

TEST_F(Server, AnswersProbesAsTheChecksDo) {
  std::atomic<bool> synced = false;
  start({"", "127.0.0.1:0"}, {[] { return Result<void>(); },
                              [&synced]() -> Result<void> {
                                if (synced) return {};
                                return fail(ErrorKind::Transient, "NotSynced", "the first list is under way");
                              }});
  const int port = server_->health_port();
  EXPECT_EQ(get(port, "/healthz").status, 200);
  const Reply waiting = get(port, "/readyz");
  EXPECT_EQ(waiting.status, 503);
  EXPECT_EQ(waiting.body, "NotSynced: the first list is under way\n");
  synced = true;
  EXPECT_EQ(get(port, "/readyz").status, 200);
  EXPECT_EQ(get(port, "/readyz?verbose").status, 200);
  EXPECT_EQ(server_->metrics_port(), 0);
}

TEST_F(Server, AnswersNothingElse) {
  start({"", "127.0.0.1:0"});
  const int port = server_->health_port();
  EXPECT_EQ(get(port, "/").status, 404);
  EXPECT_EQ(get(port, "/healthz/x").status, 404);
  EXPECT_EQ(get(port, "/etc/passwd").status, 404);
  EXPECT_EQ(request(port, "POST", "/healthz").status, 405);
  EXPECT_EQ(request(port, "HEAD", "/healthz").status, 200);
}

TEST_F(Server, ACheckThatThrowsIsAnAnswerToo) {
  start({"", "127.0.0.1:0"},
        {[]() -> Result<void> { throw std::runtime_error("x"); }, [] { return Result<void>(); }});
  EXPECT_EQ(get(server_->health_port(), "/healthz").status, 500);
}

TEST_F(Server, ServesBothOnOneAddress) {
  start({"127.0.0.1:0", ""});
  const std::string address = "127.0.0.1:" + std::to_string(server_->metrics_port());
  server_.reset();  // its port was free, and is again
  start({address, address});
  EXPECT_EQ(server_->metrics_port(), server_->health_port());
  EXPECT_EQ(get(server_->metrics_port(), "/metrics").status, 200);
  EXPECT_EQ(get(server_->metrics_port(), "/healthz").status, 200);
  EXPECT_EQ(get(server_->metrics_port(), "/readyz").status, 200);
}

TEST_F(Server, KeepsTwoAddressesApart) {
  start({"127.0.0.1:0", "127.0.0.1:0"});
  EXPECT_NE(server_->metrics_port(), server_->health_port());
  EXPECT_EQ(get(server_->metrics_port(), "/healthz").status, 404);
  EXPECT_EQ(get(server_->health_port(), "/metrics").status, 404);
}

TEST_F(Server, SaysWhyAnAddressCannotBeHad) {
  start({"127.0.0.1:0", ""});
  const std::string address = "127.0.0.1:" + std::to_string(server_->metrics_port());
  for (const ObservabilityAddresses& taken :
       {ObservabilityAddresses{address, ""}, ObservabilityAddresses{"", address}}) {
    const auto second = ObservabilityServer::start(taken, metrics_.collectable(), always_well());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason, "AddressUnavailable");
    EXPECT_THAT(second.error().message, HasSubstr("cannot listen on " + address));
    EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
  }
}

TEST_F(Server, ServesIpv6OrSaysThatItCannot) {
  const auto server = ObservabilityServer::start({"[::1]:0", ""}, metrics_.collectable(), always_well());
  if (server) return;
  EXPECT_EQ(server.error().reason, "AddressUnavailable");
  EXPECT_THAT(server.error().message, HasSubstr("[::1]:0: the HTTP server was built without IPv6"));
}

TEST_F(Server, ServesNothingIfNothingIsAskedFor) {
  start({"0", "0"});
  EXPECT_EQ(server_->metrics_port(), 0);
  EXPECT_EQ(server_->health_port(), 0);
}

TEST_F(Server, NamesTheFlagOfABadAddress) {
  const auto bad = ObservabilityServer::start({"", "nowhere"}, metrics_.collectable(), always_well());
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("--health-address is \"nowhere\""));
}

TEST_F(Server, EndsWithoutWaitingForItsPoll) {
  start({"127.0.0.1:0", "127.0.0.1:0"});
  EXPECT_EQ(get(server_->metrics_port(), "/metrics").status, 200);
  const auto begun = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(1500))
      << "civetweb polls for 2 s";
}

}  // namespace
}  // namespace athanor::prometheus_metrics
