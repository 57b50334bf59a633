// Several hosts, hosts of several addresses, and those of them that never answer.
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/postgres/postgres_connector.hpp"
#include "contract/database/backend.hpp"
#include "support/postgres_server.hpp"
#include "support/silent_listener.hpp"

namespace athanor::testing {
namespace {

TEST(PostgresHosts, AServerThatNeverAnswersIsGivenUpInTime) {
  const SilentListener listener;
  const auto since = std::chrono::steady_clock::now();
  postgres::PostgresConnector connector;
  const auto connected = connector.connect(
      postgres_spec("postgresql://u@127.0.0.1:" + std::to_string(listener.port()) + "/d?connect_timeout=1"));
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(4));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().kind, ErrorKind::Transient);
  EXPECT_EQ(connected.error().reason, "DatabaseUnreachable");
}

TEST(PostgresHosts, TheNextHostIsTriedAfterOneThatNeverAnswers) {
  const SilentListener listener;
  PostgresServer& server = PostgresServer::shared();
  auto database =
      open_postgres("postgresql://postgres@127.0.0.1:" + std::to_string(listener.port()) +
                    ",127.0.0.1:" + std::to_string(server.port()) + "/postgres?connect_timeout=4");
  EXPECT_EQ(database->facts().database, "postgres");
}

TEST(PostgresHosts, TheNextAddressOfAHostIsTriedAfterOneThatNeverAnswers) {
  PostgresServer& server = PostgresServer::shared();
  const SilentListener listener("127.0.0.2", server.port());
  postgres::PostgresConnector connector({}, [](const std::string&) {
    return std::vector<std::string>{"127.0.0.2", "127.0.0.1"};
  });
  auto spec = postgres_spec("postgresql://postgres@several.test:" + std::to_string(server.port()) +
                            "/postgres?connect_timeout=4&sslmode=prefer");
  EXPECT_EQ(open(connector, spec)->facts().database, "postgres");
}

TEST(PostgresHosts, ANameServiceThatNeverAnswersIsGivenUpInTimeAndAtACancel) {
  const postgres::Lookup silent = [](const std::string&) -> Result<std::vector<std::string>> {
    std::this_thread::sleep_for(std::chrono::seconds(5));
    return std::vector<std::string>{};
  };
  postgres::PostgresConnector connector({}, silent);
  for (const bool cancelled : {false, true}) {
    std::stop_source cancel;
    if (cancelled) cancel.request_stop();
    const auto since = std::chrono::steady_clock::now();
    const auto connected = connector.connect(postgres_spec("postgresql://u@several.test/d?connect_timeout=1"),
                                             cancel.get_token());
    EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::milliseconds(cancelled ? 800 : 3000));
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().kind, ErrorKind::Transient);
    EXPECT_EQ(connected.error().reason, "DatabaseUnreachable");
    EXPECT_NE(connected.error().message.find("several.test"), std::string::npos);
  }
}

}  // namespace
}  // namespace athanor::testing
