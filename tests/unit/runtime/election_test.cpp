#include "runtime/election.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "fakes/fake_randomness.hpp"
#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;

constexpr ports::WallTime kWall{1'795'000'000s};

const Candidate kMe{{"athanor", "leader"}, "me", {}};

ports::Lease lease(std::string holder, std::string renewed = "yesterday", std::int64_t duration = 15) {
  ports::Lease lease;
  lease.key = kMe.lease;
  lease.resource_version = "7";
  lease.holder = std::move(holder);
  lease.duration_seconds = duration;
  lease.acquire_time = "long ago";
  lease.renew_time = std::move(renewed);
  lease.transitions = 3;
  return lease;
}

TEST(Election, CreatesALeaseThatIsNotThere) {
  const auto step = decide(kMe, {}, at(0s), kWall);
  ASSERT_TRUE(std::holds_alternative<CreateLease>(step));
  const ports::Lease& wanted = std::get<CreateLease>(step).lease;
  EXPECT_EQ(wanted.key, kMe.lease);
  EXPECT_EQ(wanted.holder, "me");
  EXPECT_EQ(wanted.duration_seconds, 15);
  EXPECT_EQ(wanted.acquire_time, "2026-11-18T11:06:40.000000Z");
  EXPECT_EQ(wanted.renew_time, wanted.acquire_time);
  EXPECT_EQ(wanted.transitions, 0);
}

TEST(Election, RenewsItsOwnLeaseAndLeavesTheTimeOfItsAcquisition) {
  const auto step = decide(kMe, {lease("me"), at(0s)}, at(1h), kWall);
  ASSERT_TRUE(std::holds_alternative<RenewLease>(step));
  const ports::Lease& wanted = std::get<RenewLease>(step).lease;
  EXPECT_EQ(wanted.acquire_time, "long ago");
  EXPECT_EQ(wanted.renew_time, "2026-11-18T11:06:40.000000Z");
  EXPECT_EQ(wanted.transitions, 3);
  EXPECT_EQ(wanted.resource_version, "7");
}

TEST(Election, TakesALeaseThatWasReleasedAtOnce) {
  const auto step = decide(kMe, {lease(""), at(0s)}, at(0s), kWall);
  ASSERT_TRUE(std::holds_alternative<TakeLease>(step));
  EXPECT_EQ(std::get<TakeLease>(step).lease.transitions, 4);
  EXPECT_EQ(std::get<TakeLease>(step).lease.resource_version, "7") << "so that only one candidate wins";
}

struct Wait {
  std::string name;
  std::int64_t duration_seconds;
  ports::Millis unchanged_for;
  bool takes;
};
class AnothersLease : public testing::TestWithParam<Wait> {};

TEST_P(AnothersLease, IsTakenOnlyWhenItWasSeenUnchangedForItsWholeDuration) {
  const Wait& wait = GetParam();
  const LeaseView view{lease("other", "yesterday", wait.duration_seconds), at(100s)};
  const auto step = decide(kMe, view, at(100s) + wait.unchanged_for, kWall);
  EXPECT_EQ(std::holds_alternative<TakeLease>(step), wait.takes);
  if (!wait.takes) {
    EXPECT_EQ(std::get<StandBy>(step).leader, "other");
  }
}

INSTANTIATE_TEST_SUITE_P(Election, AnothersLease,
                         testing::Values(Wait{"not_before_a_duration_beyond_all_measure",
                                              std::numeric_limits<std::int64_t>::max(), 24h, false},
                                         Wait{"not_at_first_sight_however_old_its_times", 15, 0s, false},
                                         Wait{"not_a_moment_too_early", 15, 14'999ms, false},
                                         Wait{"after_its_duration", 15, 15s, true},
                                         Wait{"not_before_a_longer_duration_of_its_holders", 60, 59s, false},
                                         Wait{"after_a_longer_duration_of_its_holders", 60, 60s, true},
                                         Wait{"not_before_our_duration_if_it_has_none", 0, 14s, false},
                                         Wait{"after_our_duration_if_it_has_none", 0, 15s, true}),
                         [](const auto& param) { return param.param.name; });

TEST(Election, CountsFromWhenTheRecordWasFirstSeenToSayWhatItSays) {
  LeaseView view = observe({}, lease("other", "10:00"), at(1s));
  EXPECT_EQ(view.changed_at, at(1s));
  view = observe(std::move(view), lease("other", "10:00"), at(5s));
  EXPECT_EQ(view.changed_at, at(1s));
  view = observe(std::move(view), lease("other", "10:02"), at(7s));
  EXPECT_EQ(view.changed_at, at(7s));
}

TEST(Election, DoesNotTakeATouchedObjectForARenewal) {
  LeaseView view = observe({}, lease("other"), at(1s));
  ports::Lease annotated = lease("other");
  annotated.resource_version = "8";
  view = observe(std::move(view), annotated, at(9s));
  EXPECT_EQ(view.changed_at, at(1s));
  EXPECT_EQ(view.record->resource_version, "8");
}

TEST(Election, SeesALeaseComeAndGo) {
  LeaseView view = observe({lease("other"), at(1s)}, std::nullopt, at(3s));
  EXPECT_FALSE(view.record);
  view = observe(std::move(view), lease("other"), at(4s));
  EXPECT_EQ(view.changed_at, at(4s));
}

TEST(Election, ReleasesWithNoHolderAndAShortDuration) {
  const ports::Lease given_up = released(lease("me"), kWall);
  EXPECT_EQ(given_up.holder, "");
  EXPECT_EQ(given_up.duration_seconds, 1);
  EXPECT_EQ(given_up.transitions, 3);
  EXPECT_EQ(given_up.resource_version, "7");
  EXPECT_EQ(given_up.renew_time, "2026-11-18T11:06:40.000000Z");
}

TEST(Election, NamesEachStartOfEachHostDifferently) {
  fakes::FakeRandomness randomness;
  const std::string first = holder_identity(randomness);
  EXPECT_TRUE(first.ends_with("_0000000000000001")) << first;
  EXPECT_GT(first.size(), 17U);
  EXPECT_NE(holder_identity(randomness), first);
}

}  // namespace
}  // namespace athanor::runtime
