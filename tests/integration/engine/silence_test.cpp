// A network that falls silent under the engine: a cancel ends whatever it waits for.
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "integration/engine/environment.hpp"
#include "support/silent_proxy.hpp"

namespace athanor::testing {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr auto kSoon = std::chrono::seconds(4);
/// Far more messages than reading or a small revision has.
constexpr int kMostMessages = 20;

/// Lets `work` meet the silence behind each of its messages, and cancels it.
/// @return how many of its messages were met
template <class Work>
int cancel_in_every_silence(SilentProxy& proxy, Work work) {
  for (int passed = 0; passed < kMostMessages; ++passed) {
    proxy.fall_silent_after(passed);
    std::stop_source cancel;
    auto working = std::async(std::launch::async, [&] { return work(cancel.get_token()); });
    while (!proxy.silent() && working.wait_for(milliseconds(5)) != std::future_status::ready) continue;
    const bool waiting = working.wait_for(milliseconds(100)) != std::future_status::ready;
    const auto since = Clock::now();
    cancel.request_stop();
    const std::optional<Error> failure = working.get();
    EXPECT_LT(Clock::now() - since, kSoon) << passed;
    if (!waiting) return passed;
    // What was read needs no answer to its ROLLBACK.
    EXPECT_FALSE(failure && failure->kind == ErrorKind::Terminal) << passed << ": " << failure->message;
  }
  return kMostMessages;
}

class Silence : public ::testing::Test {
 protected:
  Silence() { EXPECT_EQ(told(direct_.upgrade(first_)), "ok"); }

  Environment direct_ = Environment::on_postgres();
  SilentProxy proxy_{PostgresServer::shared().port()};
  Environment through_ = Environment::at_url(proxy_.url(direct_.database));
  RevisionGraph first_ = graph_of({revision("r1", "", "CREATE TABLE a (id integer);")});
};

TEST_F(Silence, ReadingEndsSoonAfterACancel) {
  const int met = cancel_in_every_silence(proxy_, [&](const std::stop_token& cancel) -> std::optional<Error> {
    auto engine = through_.migrator();
    auto state = engine.read_state(cancel);
    return state ? std::nullopt : std::optional(state.error());
  });
  EXPECT_GE(met, 4) << "startup, facts, places, history";
  EXPECT_LT(met, kMostMessages);
}

TEST_F(Silence, AnUpgradeEndsSoonAfterACancelAndTheNextOneFindsWhatBecameOfIt) {
  const auto graph = graph_of({revision("r1", "", "CREATE TABLE a (id integer);"),
                               revision("r2", "r1", "CREATE TABLE b (id integer);")});
  const Plan plan = upgrade_plan(graph, {"r1"});
  const int met = cancel_in_every_silence(proxy_, [&](std::stop_token cancel) {
    auto engine = through_.migrator();
    engine::Progress progress;
    return engine.run(graph, plan, progress, {}, std::move(cancel)).failure;
  });
  EXPECT_GE(met, 6) << "startup, facts, places, begin, statement, bookkeeping";
  // The server learns of the closed connection, and then the lock is free.
  EXPECT_EQ(told(direct_.upgrade(graph)), "ok");
  EXPECT_EQ(direct_.ask("SELECT version_num FROM alembic_version"), std::vector<std::string>{"r2"});
  EXPECT_EQ(direct_.ledger(), (std::vector<std::string>{"upgrade r1 done", "upgrade r2 done"}));
}

}  // namespace
}  // namespace athanor::testing
