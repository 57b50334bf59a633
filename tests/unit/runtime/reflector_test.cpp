#include "runtime/reflector.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "fakes/fake_randomness.hpp"
#include "fakes/fake_watch_source.hpp"
#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;
using fakes::FakeClock;

class ReflectorTest : public testing::Test {
 protected:
  ~ReflectorTest() override { stop(); }

  void start(std::string ns = "") {
    reflector_ = std::make_unique<Reflector>(ReflectorOptions{"things", std::move(ns)}, source_, store_,
                                             handlers(), clock_, randomness_, metrics_, log_);
    thread_ = std::jthread([this](const std::stop_token& token) { reflector_->run(token); });
  }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  ReflectorHandlers handlers() {
    return {
        [this](const ObjectPtr& before, const ObjectPtr& after) {
          // Whoever is told finds the store updated already.
          const ObjectPtr stored = store_.get(after->meta.key);
          const bool updated = stored != nullptr && *stored == *after;
          notes_.add((before ? "changed " : "added ") + after->meta.key.name + (updated ? "" : " too early"));
        },
        [this](const ObjectPtr& last) {
          const bool updated = store_.get(last->meta.key) == nullptr;
          notes_.add("deleted " + last->meta.key.name + (updated ? "" : " too early"));
        }};
  }
  double restarts(const std::string& reason) {
    return metrics_.value("athanor_watch_restarts_total", {{"reason", reason}});
  }
  // The watch must outlast a second of the injected clock, or its end counts as a failure.
  void end_long_watch(std::optional<Error> error = std::nullopt) {
    clock_.advance(10s);
    source_.end_watch(std::move(error));
  }

  FakeClock clock_{FakeClock::Sleep::Blocks};
  fakes::FakeRandomness randomness_;
  fakes::FakeMetricsSink metrics_;
  fakes::FakeLog log_;
  fakes::FakeWatchSource source_;
  Store store_;
  Notes notes_;
  std::unique_ptr<Reflector> reflector_;
  std::jthread thread_;
};

const Error kUnavailable{ErrorKind::Transient, "ApiUnavailable", "connection refused"};
const Error kExpired{ErrorKind::Transient, "Expired", "too old resource version"};

TEST_F(ReflectorTest, IsInSyncOnceTheFirstListIsInTheStore) {
  source_.put(object("a"));
  source_.put(object("b"));
  start();
  EXPECT_TRUE(reflector_->wait_synced({}));
  EXPECT_EQ(store_.size(), 2U);
  EXPECT_EQ(notes_.all(), (std::vector<std::string>{"added a", "added b"}));
}

TEST_F(ReflectorTest, ListsInPagesOf500) {
  for (int i = 0; i < 1201; ++i) source_.put(object("object-" + std::to_string(i)));
  start();
  ASSERT_TRUE(reflector_->wait_synced({}));
  EXPECT_EQ(store_.size(), 1201U);
  const auto lists = source_.lists();
  ASSERT_EQ(lists.size(), 3U);
  EXPECT_EQ(lists[0].limit, 500U);
  EXPECT_EQ(lists[0].continue_token, "");
  EXPECT_NE(lists[1].continue_token, "");
  EXPECT_NE(lists[2].continue_token, lists[1].continue_token);
}

TEST_F(ReflectorTest, IsNotInSyncWhileTheServerIsOutOfReach) {
  source_.set_outage(kUnavailable);
  start();
  clock_.wait_for_sleepers(1);
  EXPECT_FALSE(reflector_->synced());
  source_.set_outage(std::nullopt);
  EXPECT_TRUE(advance_until(clock_, 100ms, [&] { return reflector_->synced(); }));
  EXPECT_GE(log_.lines_with("connection refused").size(), 1U);
}

TEST_F(ReflectorTest, StopsWaitingForSyncWhenItIsToldToStop) {
  source_.set_outage(kUnavailable);
  start();
  std::stop_source enough;
  enough.request_stop();
  EXPECT_FALSE(reflector_->wait_synced(enough.get_token()));
}

TEST_F(ReflectorTest, FollowsTheWatch) {
  start();
  source_.wait_for_watches(1);
  source_.put(object("a", "one"));
  source_.put(object("a", "two"));
  source_.remove(key("a"));
  EXPECT_TRUE(notes_.wait_for("deleted a"));
  EXPECT_EQ(notes_.all(), (std::vector<std::string>{"added a", "changed a", "deleted a"}));
  EXPECT_EQ(store_.size(), 0U);
}

TEST_F(ReflectorTest, TellsTheLastThatWasKnownOfADeletedObject) {
  source_.put(object("a", "content"));
  std::string last_json;
  ReflectorHandlers handlers{[](const ObjectPtr&, const ObjectPtr&) {},
                             [&](const ObjectPtr& last) {
                               last_json = last->json;
                               notes_.add("deleted");
                             }};
  Reflector reflector({"things", ""}, source_, store_, handlers, clock_, randomness_, metrics_, log_);
  std::jthread thread([&](const std::stop_token& token) { reflector.run(token); });
  source_.wait_for_watches(1);
  source_.remove(key("a"));
  ASSERT_TRUE(notes_.wait_for("deleted"));
  EXPECT_EQ(last_json, "content");
}

TEST_F(ReflectorTest, MakesUpForTheDeletesThatAWatchHasMissed) {
  source_.put(object("stays"));
  source_.put(object("goes"));
  source_.put(object("changes"));
  start();
  source_.wait_for_watches(1);
  // A watch that ends, and a history that is gone before the next one asks for it.
  source_.set_outage(kUnavailable);
  clock_.wait_for_sleepers(1);
  source_.remove(key("goes"));
  source_.put(object("changes", "anew"));
  source_.put(object("comes"));
  source_.compact();
  source_.set_outage(std::nullopt);
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("deleted goes") == 1; }));
  EXPECT_EQ(notes_.all(), (std::vector<std::string>{"added changes", "added goes", "added stays",
                                                    "changed changes", "added comes", "deleted goes"}));
  EXPECT_EQ(restarts("Expired"), 1);
  EXPECT_EQ(store_.size(), 3U);
}

TEST_F(ReflectorTest, DropsNothingOnAListThatWasNotFinished) {
  for (int i = 0; i < 600; ++i) source_.put(object("object-" + std::to_string(i)));
  start();
  source_.wait_for_watches(1);
  source_.fail_next_continue(kExpired);
  end_long_watch(kExpired);
  EXPECT_TRUE(advance_until(clock_, 100ms, [&] { return source_.watches().size() == 2; }));
  EXPECT_EQ(store_.size(), 600U);
  EXPECT_EQ(restarts("Expired"), 2) << "once for the watch, once for the continue token";
  EXPECT_EQ(notes_.all().size(), 600U) << "nobody was told anything new";
}

TEST_F(ReflectorTest, WatchesAgainFromABookmarksVersion) {
  source_.put(object("a"));
  start();
  source_.wait_for_watches(1);
  source_.bookmark();
  source_.bookmark();
  const std::string moved_to = source_.version();
  end_long_watch();
  source_.wait_for_watches(2);
  EXPECT_EQ(source_.watches()[1].version, moved_to);
  EXPECT_EQ(source_.lists().size(), 1U);
  EXPECT_EQ(restarts("Ended"), 1);
}

TEST_F(ReflectorTest, WatchesAgainFromTheLastVersionAfterTheServerWasAway) {
  start();
  source_.wait_for_watches(1);
  source_.put(object("a"));
  ASSERT_TRUE(notes_.wait_for("added a"));
  source_.set_outage(kUnavailable);
  clock_.wait_for_sleepers(1);
  source_.put(object("missed"));
  source_.set_outage(std::nullopt);
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("added missed") == 1; }));
  EXPECT_EQ(source_.lists().size(), 1U);
  EXPECT_GE(restarts("ApiUnavailable"), 1);
}

TEST_F(ReflectorTest, GivesAnIdleWatchUpAndBeginsAnother) {
  start();
  source_.wait_for_watches(1);
  EXPECT_EQ(source_.watches()[0].idle_timeout, watch::kIdleTimeout);
  end_long_watch(Error{ErrorKind::Transient, "WatchIdle", "no event for three minutes"});
  source_.wait_for_watches(2);
  EXPECT_EQ(source_.watches()[1].version, source_.watches()[0].version);
  EXPECT_EQ(restarts("WatchIdle"), 1);
  EXPECT_EQ(source_.lists().size(), 1U);
  const auto lines = log_.lines_with("no event for three minutes");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].level, ports::LogLevel::Debug) << "a quiet cluster is no trouble";
}

TEST_F(ReflectorTest, LeavesOtherNamespacesOfASharedStoreAlone) {
  ports::WatchedObject elsewhere = object("a");
  elsewhere.meta.key.ns = "another";
  store_.put(elsewhere);
  source_.put(object("a"));
  start("shop");
  ASSERT_TRUE(reflector_->wait_synced({}));
  EXPECT_EQ(store_.size(), 2U);
}

TEST_F(ReflectorTest, StopsInTheMiddleOfAWatch) {
  start();
  source_.wait_for_watches(1);
  stop();
  EXPECT_EQ(source_.watches().size(), 1U);
}

TEST_F(ReflectorTest, StopsInTheMiddleOfAWait) {
  source_.set_outage(kUnavailable);
  start();
  clock_.wait_for_sleepers(1);
  stop();
  EXPECT_EQ(source_.lists().size(), 1U);
}

}  // namespace
}  // namespace athanor::runtime
