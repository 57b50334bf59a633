#include "runtime/manager.hpp"

#include <map>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "fakes/fake_randomness.hpp"
#include "fakes/fake_resource_client.hpp"
#include "fakes/fake_watch_source.hpp"
#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;
using fakes::FakeClock;

const ports::ObjectKey kLease{"athanor", "leader"};
const Error kUnavailable{ErrorKind::Transient, "ApiUnavailable", "connection refused"};

// Two kinds of things: an environment wakes itself; a config map called "x-revisions" wakes environment x.
class ManagerTest : public testing::Test {
 protected:
  ~ManagerTest() override {
    (void)stop();
    deaf_.open();
    manager_.reset();
  }

  void start(bool election = false) {
    ManagerOptions options{"environments", {}, 20s, std::nullopt, "operator-1"};
    if (election) options.election = Candidate{kLease, "me", {}};
    options.on_stuck = [this](int code) { notes_.add("stuck, code " + std::to_string(code)); };
    manager_ = std::make_unique<Manager>(
        options, ManagerDeps{client_, clock_, randomness_, metrics_, log_, lease_client_, hurry_});
    manager_->watch({{"environments", ""},
                     environments_,
                     environment_store_,
                     [](const ObjectPtr& before, const ObjectPtr& after) -> std::vector<ports::ObjectKey> {
                       return {(after ? after : before)->meta.key};
                     }});
    manager_->watch({{"configmaps", ""},
                     config_maps_,
                     config_map_store_,
                     [](const ObjectPtr& before, const ObjectPtr& after) -> std::vector<ports::ObjectKey> {
                       const std::string& name = (after ? after : before)->meta.key.name;
                       return {key(name.substr(0, name.find('-')))};
                     }});
    thread_ = std::jthread([this](const std::stop_token& stop) {
      exit_code_ =
          manager_->run([this](const ports::ObjectKey& each, const std::stop_token& stop_work,
                               const std::stop_token& cancel) { return reconcile(each, stop_work, cancel); },
                        stop);
      notes_.add("ended");
    });
  }
  int stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    return exit_code_;
  }
  // "patient" runs until it is cancelled, "polite" until it is told to stop, "deaf" whatever it is told.
  ReconcileResult reconcile(const ports::ObjectKey& each, const std::stop_token& stop_work,
                            const std::stop_token& cancel) {
    notes_.add("reconciled " + each.name);
    if (each.name == "deaf") {
      deaf_.pass();
      notes_.add("deaf at the end, lease held by " + holder());
    }
    Gate gate;
    const std::stop_callback wake(each.name == "patient" ? cancel : stop_work, [&] { gate.open(); });
    if (each.name == "patient" || each.name == "polite") {
      gate.pass();
      notes_.add("interrupted, lease held by " + holder());
    }
    return {};
  }
  std::string holder() { return client_.lease_now(kLease).value_or(ports::Lease{}).holder; }

  FakeClock clock_{FakeClock::Sleep::Blocks};
  fakes::FakeRandomness randomness_;
  fakes::FakeMetricsSink metrics_;
  fakes::FakeLog log_;
  fakes::FakeResourceClient client_;
  ports::ResourceClient* lease_client_ = nullptr;
  std::stop_source hurry_;
  Gate deaf_;
  fakes::FakeWatchSource environments_, config_maps_;
  Store environment_store_, config_map_store_;
  Notes notes_;
  std::unique_ptr<Manager> manager_;
  std::jthread thread_;
  int exit_code_ = -1;
};

TEST_F(ManagerTest, ReconcilesWhatIsThereAtStart) {
  environments_.put(object("a"));
  environments_.put(object("b"));
  start();
  EXPECT_TRUE(notes_.wait_for("reconciled a"));
  EXPECT_TRUE(notes_.wait_for("reconciled b"));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ManagerTest, ReconcilesNothingBeforeEveryCacheIsInSync) {
  environments_.put(object("a"));
  config_maps_.set_outage(kUnavailable);
  start();
  environments_.wait_for_watches(1);
  clock_.wait_for_sleepers(1);
  EXPECT_FALSE(manager_->ready());
  EXPECT_FALSE(manager_->leading());
  config_maps_.set_outage(std::nullopt);
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("reconciled a") == 1; }));
  EXPECT_TRUE(manager_->ready());
  EXPECT_EQ(config_map_store_.size(), 0U);
}

TEST_F(ManagerTest, ReconcilesTheKeysThatAChangeMapsTo) {
  start();
  ASSERT_TRUE(eventually([&] { return manager_->leading(); }));
  config_maps_.wait_for_watches(1);
  config_maps_.put(object("shop-revisions"));
  EXPECT_TRUE(notes_.wait_for("reconciled shop"));
  config_maps_.remove(key("shop-revisions"));
  EXPECT_TRUE(notes_.wait_for("reconciled shop", 2));
}

TEST_F(ManagerTest, ReconcilesAKeyOnDemand) {
  start();
  ASSERT_TRUE(eventually([&] { return manager_->leading(); }));
  manager_->enqueue(key("asked-for"));
  EXPECT_TRUE(notes_.wait_for("reconciled asked-for"));
}

TEST_F(ManagerTest, EndsWithoutAnErrorWhenItIsStoppedBeforeItsCachesAreInSync) {
  environments_.set_outage(kUnavailable);
  start();
  clock_.wait_for_sleepers(1);
  EXPECT_EQ(stop(), 0);
  EXPECT_FALSE(manager_->ready());
}

TEST_F(ManagerTest, LetsWhatIsUnderWayStopByItselfOnAStop) {
  environments_.put(object("polite"));
  start();
  ASSERT_TRUE(notes_.wait_for("reconciled polite"));
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(notes_.count("interrupted, lease held by "), 1U);
}

TEST_F(ManagerTest, CancelsWhatIsUnderWayWhenTheGraceTimeIsOver) {
  environments_.put(object("patient"));
  start();
  ASSERT_TRUE(notes_.wait_for("reconciled patient"));
  thread_.request_stop();
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("ended") == 1; }));
  EXPECT_GE(clock_.now(), at(20s));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ManagerTest, DoesNotWaitForEverForAReconcileThatIgnoresItsCancel) {
  environments_.put(object("deaf"));
  start();
  ASSERT_TRUE(notes_.wait_for("reconciled deaf"));
  thread_.request_stop();
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("ended") == 1; }));
  EXPECT_GE(clock_.now(), at(20s + WorkerPool::kCancelPatience));
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(notes_.all(), (std::vector<std::string>{"reconciled deaf", "stuck, code 0", "ended"}));
  const auto lines = log_.lines_with("in spite of its cancel");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].field("name"), "deaf");
  deaf_.open();
  manager_.reset();
  EXPECT_EQ(notes_.count("deaf at the end, lease held by "), 1U) << "nothing is destroyed under a reconcile";
}

TEST_F(ManagerTest, HurriesApiCallsOnceTheGraceTimeIsOver) {
  environments_.put(object("patient"));
  start();
  ASSERT_TRUE(notes_.wait_for("reconciled patient"));
  thread_.request_stop();
  clock_.wait_for_sleepers(1);
  clock_.advance(19s);
  EXPECT_FALSE(hurry_.stop_requested());
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return hurry_.stop_requested(); }));
  EXPECT_GE(clock_.now(), at(20s));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ManagerTest, HurriesApiCallsAtOnceWhenNobodyWorks) {
  environments_.set_outage(kUnavailable);
  start();
  clock_.wait_for_sleepers(1);
  EXPECT_FALSE(hurry_.stop_requested());
  EXPECT_EQ(stop(), 0);
  EXPECT_TRUE(hurry_.stop_requested());
}

TEST_F(ManagerTest, TellsTheLatestVersionLastWhileLeadershipBegins) {
  environments_.put(object("a", "a1"));
  environments_.put(object("b", "b1"));
  environments_.put(object("c", "c1"));
  Gate replaying;
  manager_ = std::make_unique<Manager>(ManagerOptions{"environments", {}, 20s, std::nullopt, "operator-1"},
                                       ManagerDeps{client_, clock_, randomness_, metrics_, log_});
  manager_->watch({{"environments", ""},
                   environments_,
                   environment_store_,
                   [&](const ObjectPtr& before, const ObjectPtr& after) -> std::vector<ports::ObjectKey> {
                     if (after && after->json == "a1") {
                       notes_.add("replaying");
                       replaying.pass();
                     }
                     notes_.add(after ? after->json : before->meta.key.name + " is gone");
                     return {};
                   }});
  thread_ = std::jthread([this](const std::stop_token& stop) {
    exit_code_ = manager_->run([](const auto&, const auto&, const auto&) { return ReconcileResult{}; }, stop);
  });
  ASSERT_TRUE(notes_.wait_for("replaying"));
  environments_.put(object("a", "a2"));
  ASSERT_TRUE(eventually([&] { return environment_store_.get(key("a"))->json == "a2"; }));
  std::this_thread::yield();
  replaying.open();
  environments_.put(object("b", "b2"));
  environments_.remove(key("c"));
  EXPECT_TRUE(notes_.wait_for("a2"));
  EXPECT_TRUE(notes_.wait_for("b2"));
  EXPECT_TRUE(notes_.wait_for("c is gone"));
  EXPECT_EQ(stop(), 0);
  std::map<char, std::string> last;
  for (const std::string& note : notes_.all()) last[note.front()] = note;
  EXPECT_EQ(last['a'], "a2");
  EXPECT_EQ(last['b'], "b2");
  EXPECT_EQ(last['c'], "c is gone");
}

TEST_F(ManagerTest, WritesTheLastEventsBeforeItEnds) {
  start();
  ASSERT_TRUE(eventually([&] { return manager_->leading(); }));
  ports::Event event;
  event.regarding.key = key("a");
  event.reason = "Stopped";
  client_.hang("create_event");
  manager_->events().record(event);
  client_.wait_for_calls("create_event", 1);
  thread_.request_stop();
  client_.resume();
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(client_.events().size(), 1U);
}

class LeadingManagerTest : public ManagerTest {
 protected:
  void somebody_else_leads() {
    ports::Lease lease;
    lease.key = kLease;
    lease.holder = "other";
    lease.duration_seconds = 15;
    client_.put(lease);
  }
};

TEST_F(LeadingManagerTest, KeepsItsCachesWarmAndIsReadyWhileAnotherLeads) {
  somebody_else_leads();
  environments_.put(object("a"));
  start(true);
  client_.wait_for_calls("lease", 1);
  EXPECT_TRUE(eventually([&] { return manager_->ready(); }));
  environments_.wait_for_watches(1);
  environments_.put(object("b"));
  EXPECT_TRUE(eventually([&] { return environment_store_.size() == 2; }));
  manager_->enqueue(key("asked-for"));
  EXPECT_FALSE(manager_->leading());
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(notes_.all(), std::vector<std::string>{"ended"});
  EXPECT_EQ(metrics_.value("workqueue_depth", {{"name", "environments"}}), 0);
  EXPECT_EQ(holder(), "other");
}

TEST_F(LeadingManagerTest, ReconcilesEverythingOnceItLeads) {
  somebody_else_leads();
  environments_.put(object("a"));
  start(true);
  environments_.wait_for_watches(1);
  environments_.put(object("b"));
  // Seen at 0 s and every 2 s from then on, it is taken at 16 s.
  for (int look = 1; look <= 8; ++look) {
    client_.wait_for_calls("lease", look);
    EXPECT_FALSE(manager_->leading());
    clock_.wait_for_sleepers(1);
    clock_.advance(2s);
  }
  EXPECT_TRUE(notes_.wait_for("reconciled a"));
  EXPECT_TRUE(notes_.wait_for("reconciled b"));
  EXPECT_TRUE(manager_->leading());
  EXPECT_EQ(holder(), "me");
}

TEST_F(LeadingManagerTest, ReleasesTheLeaseOnlyAfterTheLastReconcileHasEnded) {
  environments_.put(object("polite"));
  start(true);
  ASSERT_TRUE(notes_.wait_for("reconciled polite"));
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(notes_.all(),
            (std::vector<std::string>{"reconciled polite", "interrupted, lease held by me", "ended"}));
  EXPECT_EQ(holder(), "");
}

TEST_F(LeadingManagerTest, RenewsTheLeaseWhileItWaitsForTheLastReconcile) {
  environments_.put(object("patient"));
  start(true);
  ASSERT_TRUE(notes_.wait_for("reconciled patient"));
  const int renewals = client_.calls("update_lease");
  thread_.request_stop();
  ASSERT_TRUE(eventually([&] {
    return metrics_.value("leader_election_master_status", {{"name", "leader"}}) == 1;
  }));
  for (int round = 1; round <= 3; ++round) {
    clock_.wait_for_sleepers(3);  // renewals, renew deadline, the pool's alarm
    clock_.advance(2s);
    client_.wait_for_calls("update_lease", renewals + round);
  }
  EXPECT_EQ(notes_.count("ended"), 0U);
  ASSERT_TRUE(advance_until(clock_, 10ms, [&] { return notes_.count("ended") == 1; }));
}

TEST_F(LeadingManagerTest, CancelsTheWorkAndEndsWithAnErrorWhenTheLeaseIsLost) {
  environments_.put(object("patient"));
  start(true);
  ASSERT_TRUE(notes_.wait_for("reconciled patient"));
  client_.set_outage(kUnavailable);
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("ended") == 1; }));
  EXPECT_EQ(notes_.count("interrupted, lease held by me"), 1U);
  EXPECT_EQ(exit_code_, 1);
  EXPECT_FALSE(manager_->leading());
  EXPECT_FALSE(manager_->ready());
}

TEST_F(LeadingManagerTest, EndsWithoutAnErrorWhenTheLeaseIsLostOnceItWasToldToStop) {
  environments_.put(object("patient"));
  start(true);
  ASSERT_TRUE(notes_.wait_for("reconciled patient"));
  thread_.request_stop();
  client_.set_outage(kUnavailable);
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("ended") == 1; }));
  EXPECT_EQ(log_.lines_with("lost the lease").size(), 1U);
  EXPECT_EQ(exit_code_, 0);
}

TEST_F(LeadingManagerTest, EndsInTimeAndLetsTheLeaseExpireWhenAReconcileIgnoresItsCancel) {
  environments_.put(object("deaf"));
  start(true);
  ASSERT_TRUE(notes_.wait_for("reconciled deaf"));
  client_.set_outage(kUnavailable);
  ASSERT_TRUE(advance_until(clock_, 100ms, [&] { return notes_.count("ended") == 1; }));
  EXPECT_EQ(notes_.all(), (std::vector<std::string>{"reconciled deaf", "stuck, code 1", "ended"}));
  EXPECT_EQ(exit_code_, 1);
  EXPECT_FALSE(manager_->ready());
  EXPECT_EQ(holder(), "me") << "its work is not over";
}

TEST_F(LeadingManagerTest, LeadsThroughAClientOfItsOwnWhileTheOtherHangs) {
  fakes::FakeResourceClient lease_client;
  lease_client_ = &lease_client;
  client_.hang("lease");
  environments_.put(object("a"));
  start(true);
  ASSERT_TRUE(notes_.wait_for("reconciled a"));
  EXPECT_EQ(lease_client.lease_now(kLease)->holder, "me");
  EXPECT_EQ(client_.calls("lease"), 0);
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(lease_client.lease_now(kLease)->holder, "");
}

TEST_F(LeadingManagerTest, EndsWithoutAnErrorWhenItIsStoppedBeforeItLeads) {
  somebody_else_leads();
  start(true);
  client_.wait_for_calls("lease", 1);
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(holder(), "other");
}

}  // namespace
}  // namespace athanor::runtime
