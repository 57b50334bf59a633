// A network that falls silent: every call returns in bounded time, and soon after a cancel.
#include <chrono>
#include <functional>
#include <future>
#include <stop_token>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "adapters/postgres/postgres_connector.hpp"
#include "contract/database/postgres_session.hpp"
#include "support/silent_proxy.hpp"

namespace athanor::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

/// Far more messages than a run has.
constexpr int kMostMessages = 20;

class PostgresSilence : public PostgresSession {
 protected:
  /// Connects and runs a revision; the failure, and the call that it comes from.
  struct Ending {
    std::string call;
    std::optional<Error> error;
  };
  Ending run(postgres::PostgresConnector& connector, const ports::ConnectionSpec& spec,
             const std::function<void(ports::Database&)>& connected, const std::stop_token& cancel) {
    auto opened = connector.connect(spec, cancel);
    if (!opened) return {"connect", opened.error()};
    ports::Database& database = **opened;
    connected(database);
    const std::stop_callback on_cancel(cancel, [&database] { database.cancel(); });
    if (auto begun = database.begin(options_, "SELECT 1"); !begun) return {"begin", begun.error()};
    if (auto ran = database.execute(statement(database, "SELECT 2")); !ran) return {"execute", ran.error()};
    if (auto concluded = database.conclude("SELECT 3"); !concluded) return {"conclude", concluded.error()};
    if (auto committed = database.commit(); !committed) return {"commit", committed.error()};
    return {"end", {}};
  }
  void expect_kind(const Ending& ending) {
    EXPECT_EQ(ending.error->kind, ending.call == "commit" ? ErrorKind::InDoubt : ErrorKind::Transient)
        << ending.call << ": " << ending.error->message;
    EXPECT_FALSE(ending.error->answered) << ending.call;
  }
};

TEST_F(PostgresSilence, EveryCallReturnsInBoundedTime) {
  postgres::PostgresConnector connector({.bookkeeping = milliseconds(200), .answer = milliseconds(200)});
  options_.statement_timeout = milliseconds(100);
  std::string failed;
  for (int passed = 0; passed < kMostMessages; ++passed) {
    SilentProxy proxy(server().port());
    proxy.fall_silent_after(passed);
    auto spec = postgres_spec(proxy.url(name_));
    spec.parameters["connect_timeout"] = "1";
    const auto since = Clock::now();
    const Ending ending = run(connector, spec, [](auto&) {}, {});
    EXPECT_LT(Clock::now() - since, seconds(4)) << ending.call;
    if (!ending.error) break;
    expect_kind(ending);
    if (!failed.ends_with(ending.call)) failed += " " + ending.call;
  }
  EXPECT_EQ(failed, " connect begin execute conclude commit");
}

TEST_F(PostgresSilence, EveryCallReturnsSoonAfterACancel) {
  postgres::PostgresConnector connector;
  std::string failed;
  for (int passed = 0; passed < kMostMessages; ++passed) {
    SilentProxy proxy(server().port());
    proxy.fall_silent_after(passed);
    std::stop_source cancel;
    auto running = std::async(std::launch::async, [&] {
      return run(
          connector, postgres_spec(proxy.url(name_)), [](auto&) {}, cancel.get_token());
    });
    while (!proxy.silent() && running.wait_for(milliseconds(5)) != std::future_status::ready) continue;
    const bool waiting = running.wait_for(milliseconds(50)) != std::future_status::ready;
    const auto since = Clock::now();
    cancel.request_stop();
    EXPECT_LT(Clock::now() - since, milliseconds(500)) << "the cancel itself does not wait";
    const Ending ending = running.get();
    EXPECT_LT(Clock::now() - since, seconds(4)) << ending.call;
    if (!waiting) break;
    ASSERT_TRUE(ending.error);
    expect_kind(ending);
    if (!failed.ends_with(ending.call)) failed += " " + ending.call;
  }
  EXPECT_EQ(failed, " connect begin execute conclude commit");
}

TEST_F(PostgresSilence, AStatementThatNoCancelReachesIsGivenUp) {
  SilentProxy proxy(server().port());
  postgres::PostgresConnector connector({.bookkeeping = milliseconds(200), .answer = milliseconds(300)});
  database_ = open(connector, postgres_spec(proxy.url(name_)));
  options_.statement_timeout = milliseconds(100);
  begin();
  // Larger than what the network takes without a reader.
  const std::string long_text = "SELECT '" + std::string(20'000'000, 'x') + "'";
  proxy.fall_silent_after(0);
  const auto since = Clock::now();
  const auto ran =
      database_->execute({.text = long_text, .line = 1, .kind = StatementClass::Plain, .index_name = {}});
  EXPECT_LT(Clock::now() - since, seconds(4));
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Transient) << ran.error().message;
  EXPECT_EQ(ran.error().reason, "DatabaseUnreachable");
}

TEST_F(PostgresSilence, ACopyThatIsStreamedIsBoundedAsAnyStatement) {
  options_.statement_timeout = milliseconds(100);
  begin();
  value_of(execute("SET statement_timeout = 0"));
  const auto since = Clock::now();
  const auto ran =
      execute_as_plain("COPY (SELECT i, pg_sleep(0.01) FROM generate_series(1, 100000) i) TO STDOUT");
  EXPECT_LT(Clock::now() - since, seconds(5));
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().reason, "CopyStream");
}

TEST_F(PostgresSilence, BookkeepingThatNeedsAMomentIsNotCutOffByACancel) {
  begin();
  database_->cancel();
  EXPECT_EQ(text_of(value_of(database_->conclude("SELECT pg_sleep(0.3) IS NULL"))), "f");
  value_of(database_->commit());
  EXPECT_EQ(execute("SELECT 1").error().reason, "Cancelled");
}

}  // namespace
}  // namespace athanor::testing
