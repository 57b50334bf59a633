#include "runtime/leader_elector.hpp"

#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "fakes/fake_randomness.hpp"
#include "fakes/fake_resource_client.hpp"
#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;
using fakes::FakeClock;

const ports::ObjectKey kLease{"athanor", "leader"};
const Error kUnavailable{ErrorKind::Transient, "ApiUnavailable", "connection refused"};

// A clock of a machine whose calendar is wrong.
class SkewedClock : public FakeClock {
 public:
  explicit SkewedClock(std::chrono::hours off) : FakeClock(Sleep::Blocks), off_(off) {}
  [[nodiscard]] ports::WallTime wall_now() const override { return FakeClock::wall_now() + off_; }

 private:
  std::chrono::hours off_;
};

// One process that stands for election.
class Member {
 public:
  Member(std::string name, fakes::FakeResourceClient& client, std::chrono::hours wall_off = 0h)
      : clock(wall_off),
        elector({kLease, name, {}}, client,
                {[this] { notes.add("acquired"); }, [this] { notes.add("lost"); }}, clock, randomness,
                metrics, log) {}
  ~Member() { stop(); }

  void run() {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      const auto end = elector.run(stop);
      notes.add(end == LeaderElector::End::Lost ? "ended lost" : "ended stopped");
    });
  }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] bool leads() const {
    return metrics.value("leader_election_master_status", {{"name", "leader"}}) == 1;
  }

  SkewedClock clock;
  fakes::FakeRandomness randomness;
  fakes::FakeMetricsSink metrics;
  fakes::FakeLog log;
  Notes notes;
  LeaderElector elector;

 private:
  std::jthread thread_;
};

class LeaderElectorTest : public testing::Test {
 protected:
  std::string holder() { return client_.lease_now(kLease).value_or(ports::Lease{}).holder; }

  fakes::FakeResourceClient client_;
};

TEST_F(LeaderElectorTest, CreatesTheLeaseAndLeads) {
  Member a("a", client_);
  EXPECT_FALSE(a.leads());
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  EXPECT_TRUE(a.leads());
  EXPECT_EQ(holder(), "a");
  EXPECT_EQ(client_.lease_now(kLease)->duration_seconds, 15);
}

TEST_F(LeaderElectorTest, RenewsEveryTwoSecondsWithOneRequest) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  const int reads = client_.calls("lease");
  for (int round = 1; round <= 5; ++round) {
    a.clock.wait_for_sleepers(2);  // the renewals and the deadline
    a.clock.advance(2s);
    client_.wait_for_calls("update_lease", round);
  }
  EXPECT_EQ(client_.calls("lease"), reads);
  EXPECT_TRUE(a.leads());
}

TEST_F(LeaderElectorTest, StandsByWhileAnotherRenewsWhateverTheirCalendarsSay) {
  Member a("a", client_, 0h);
  Member ahead("ahead", client_, 1000h);
  Member behind("behind", client_, -1000h);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  ahead.run();
  behind.run();
  ASSERT_TRUE(eventually([&] { return client_.calls("lease") >= 3; }));
  // A minute of everybody's time, in steps that let the leader renew in between.
  for (int second = 0; second < 60; ++second) {
    const int renewals = client_.calls("update_lease");
    a.clock.wait_for_sleepers(2);
    a.clock.advance(2s);
    client_.wait_for_calls("update_lease", renewals + 1);
    const int reads = client_.calls("lease");
    for (Member* other : {&ahead, &behind}) {
      other->clock.wait_for_sleepers(1);
      other->clock.advance(2s);
    }
    client_.wait_for_calls("lease", reads + 2);
  }
  EXPECT_EQ(holder(), "a");
  EXPECT_TRUE(ahead.notes.all().empty());
  EXPECT_TRUE(behind.notes.all().empty());
  EXPECT_EQ(client_.lease_now(kLease)->transitions, 0);
}

TEST_F(LeaderElectorTest, TakesOverFromALeaderThatIsGoneAfterTheWholeDurationByItsOwnClock) {
  ports::Lease dead;
  dead.key = kLease;
  dead.holder = "dead";
  dead.duration_seconds = 15;
  dead.renew_time = "2001-01-01T00:00:00.000000Z";  // ages ago, by somebody's calendar
  dead.transitions = 4;
  client_.put(dead);
  Member b("b", client_);
  b.run();
  for (int look = 1; look <= 8; ++look) {  // at 0 s, 2 s and so on
    client_.wait_for_calls("lease", look);
    EXPECT_EQ(holder(), "dead");
    b.clock.wait_for_sleepers(1);
    b.clock.advance(2s);
  }
  ASSERT_TRUE(b.notes.wait_for("acquired"));
  EXPECT_EQ(b.clock.now(), at(16s));
  EXPECT_EQ(client_.lease_now(kLease)->transitions, 5);
  EXPECT_EQ(holder(), "b");
}

TEST_F(LeaderElectorTest, LosesTheLeaseAtTheRenewDeadlineWhileTheServerIsOutOfReach) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  client_.set_outage(kUnavailable);
  ASSERT_TRUE(advance_until(a.clock, 500ms, [&] { return a.notes.count("ended lost") == 1; }));
  EXPECT_GE(a.clock.now(), at(10s));
  EXPECT_EQ(a.notes.all(), (std::vector<std::string>{"acquired", "lost", "ended lost"}));
  EXPECT_FALSE(a.leads());
}

TEST_F(LeaderElectorTest, LosesTheLeaseOnTimeEvenWhileARequestHangs) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  client_.hang("update_lease");
  ASSERT_TRUE(advance_until(a.clock, 500ms, [&] { return a.notes.count("lost") == 1; }));
  EXPECT_EQ(a.notes.count("ended lost"), 0U) << "the request is still under way";
  client_.resume();
  EXPECT_TRUE(a.notes.wait_for("ended lost"));
  EXPECT_FALSE(a.leads()) << "a renewal that comes too late changes nothing";
}

TEST_F(LeaderElectorTest, KeepsTheLeaseThroughAShortOutage) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  client_.fail_next("update_lease", kUnavailable, 3);
  for (int round = 1; round <= 4; ++round) {
    a.clock.wait_for_sleepers(2);
    a.clock.advance(2s);
    client_.wait_for_calls("update_lease", round);
  }
  a.clock.wait_for_sleepers(2);
  a.clock.advance(3s);  // 11 s after the beginning, 3 s after the renewal that worked
  EXPECT_TRUE(a.leads());
  EXPECT_EQ(a.notes.count("lost"), 0U);
}

TEST_F(LeaderElectorTest, StopsLeadingAsSoonAsItSeesAnotherLead) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  ports::Lease usurped = *client_.lease_now(kLease);
  usurped.holder = "usurper";
  client_.put(usurped);
  a.clock.wait_for_sleepers(2);
  a.clock.advance(2s);
  ASSERT_TRUE(a.notes.wait_for("ended lost")) << "long before the renew deadline";
  EXPECT_EQ(a.notes.count("lost"), 1U);
  EXPECT_EQ(holder(), "usurper") << "a leader takes nothing back";
}

TEST_F(LeaderElectorTest, ReadsAgainWhenSomebodyElseTouchedItsLease) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  client_.put(*client_.lease_now(kLease));  // a new version that says the same
  a.clock.wait_for_sleepers(2);
  a.clock.advance(2s);
  client_.wait_for_calls("update_lease", 2);
  a.clock.wait_for_sleepers(2);
  EXPECT_TRUE(a.leads());
}

TEST_F(LeaderElectorTest, LeadsWhenTheHttpLibrarySendsTheCreatingRequestTwice) {
  client_.send_twice_next("create_lease");
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  EXPECT_EQ(client_.calls("create_lease"), 1);
  EXPECT_EQ(holder(), "a");
  EXPECT_EQ(a.clock.now(), at(0s)) << "without waiting for a retry period";
}

TEST_F(LeaderElectorTest, KeepsLeadingWhenTheHttpLibrarySendsARenewalTwice) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  client_.send_twice_next("update_lease");
  a.clock.wait_for_sleepers(2);
  a.clock.advance(2s);
  client_.wait_for_calls("update_lease", 2);
  a.clock.wait_for_sleepers(2);
  EXPECT_TRUE(a.leads());
}

TEST_F(LeaderElectorTest, LetsOnlyOneOfTwoTakeAReleasedLease) {
  ports::Lease free;
  free.key = kLease;
  free.duration_seconds = 1;
  client_.put(free);
  Member a("a", client_);
  Member b("b", client_);
  a.run();
  b.run();
  ASSERT_TRUE(eventually([&] { return a.leads() || b.leads(); }));
  ASSERT_TRUE(eventually([&] { return client_.calls("lease") >= 2; }));
  for (Member* each : {&a, &b}) each->clock.wait_for_sleepers(each->leads() ? 2 : 1);
  EXPECT_NE(a.leads(), b.leads());
  EXPECT_EQ(holder(), a.leads() ? "a" : "b");
  EXPECT_EQ(client_.lease_now(kLease)->transitions, 1);
}

TEST_F(LeaderElectorTest, ReleasesTheLeaseSoThatTheNextNeedNotWaitForItToExpire) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  Member b("b", client_);
  b.run();
  b.clock.wait_for_sleepers(1);
  a.stop();
  EXPECT_EQ(holder(), "a") << "not before release() says so";
  a.elector.release();
  EXPECT_EQ(holder(), "");
  EXPECT_FALSE(a.leads());
  b.clock.advance(2s);
  EXPECT_TRUE(b.notes.wait_for("acquired"));
}

TEST_F(LeaderElectorTest, ReleasesALeaseThatSomebodyTouchedMeanwhile) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  a.stop();
  client_.put(*client_.lease_now(kLease));
  a.elector.release();
  EXPECT_EQ(holder(), "");
}

TEST_F(LeaderElectorTest, ReleasesNothingThatItDoesNotHold) {
  Member a("a", client_);
  a.run();
  ASSERT_TRUE(a.notes.wait_for("acquired"));
  Member b("b", client_);
  b.run();
  b.clock.wait_for_sleepers(1);
  b.stop();
  b.elector.release();
  EXPECT_EQ(holder(), "a");
  EXPECT_EQ(b.notes.all(), std::vector<std::string>{"ended stopped"});
}

TEST_F(LeaderElectorTest, SpreadsTheRetriesOfThoseWhoStandBy) {
  ports::Lease others;
  others.key = kLease;
  others.holder = "other";
  others.duration_seconds = 3600;
  client_.put(others);
  Member a("a", client_);
  a.randomness.set({0, 0.5});
  a.run();
  a.clock.wait_for_sleepers(1);
  a.clock.advance(2s);
  client_.wait_for_calls("lease", 2);
  a.clock.wait_for_sleepers(1);
  EXPECT_EQ(a.clock.sleeps(), (std::vector<ports::Millis>{2s, 3200ms}));
}

TEST_F(LeaderElectorTest, KeepsTryingWhileTheServerIsOutOfReachAtStart) {
  client_.set_outage(kUnavailable);
  Member a("a", client_);
  a.run();
  client_.wait_for_calls("lease", 1);
  client_.set_outage(std::nullopt);
  EXPECT_TRUE(advance_until(a.clock, 500ms, [&] { return a.notes.count("acquired") == 1; }));
}

}  // namespace
}  // namespace athanor::runtime
