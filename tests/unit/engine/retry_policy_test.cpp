#include "engine/retry_policy.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"
#include "fakes/fake_randomness.hpp"

namespace athanor::engine {
namespace {

using std::chrono::milliseconds;

class Retrying : public ::testing::Test {
 protected:
  static Error error(ErrorKind kind, std::string reason, std::string sqlstate = {}) {
    return Error{kind, std::move(reason), "it failed", {"", "", 0, std::move(sqlstate)}};
  }
  /// Fails and waits over and over; how long it took until it gave up, and after how many waits.
  std::pair<milliseconds, int> until_given_up(const Error& failure, milliseconds patience) {
    RetryPolicy retry(patience, clock, randomness);
    const auto begun = clock.now();
    int waits = 0;
    while (const auto wait = retry.wait_after(failure)) {
      (void)clock.sleep_for(*wait, {});
      if (++waits > 10'000) break;
    }
    return {std::chrono::duration_cast<milliseconds>(clock.now() - begun), waits};
  }

  fakes::FakeClock clock;
  fakes::FakeRandomness randomness{0.5};
};

TEST_F(Retrying, AHeldLockIsPolledUntilPatienceIsSpent) {
  const auto [took, waits] = until_given_up(error(ErrorKind::Transient, kLockHeld), milliseconds(10'000));
  EXPECT_EQ(took, milliseconds(10'000));
  EXPECT_GT(waits, 10);
}

TEST_F(Retrying, PollingBeginsQuicklyAndSlowsDown) {
  RetryPolicy retry(milliseconds(60'000), clock, randomness);
  const Error held = error(ErrorKind::Transient, kLockHeld);
  EXPECT_EQ(retry.wait_after(held), milliseconds(62)) << "50 ms and half of the jitter";
  for (int i = 0; i < 10; ++i) (void)retry.wait_after(held);
  EXPECT_EQ(retry.wait_after(held), milliseconds(1250));
}

TEST_F(Retrying, WithoutPatienceAHeldLockIsGivenUpAtOnce) {
  EXPECT_EQ(until_given_up(error(ErrorKind::Transient, kLockHeld), milliseconds(0)).second, 0);
}

TEST_F(Retrying, LockTimeoutsBackOffAFewTimes) {
  RetryPolicy retry(milliseconds(60'000), clock, randomness);
  const Error timeout = error(ErrorKind::Transient, "LockTimeout", "55P03");
  EXPECT_EQ(retry.wait_after(timeout), milliseconds(625));
  EXPECT_EQ(retry.wait_after(timeout), milliseconds(1250));
  EXPECT_EQ(retry.wait_after(timeout), milliseconds(2500));
  EXPECT_EQ(retry.wait_after(timeout), milliseconds(5000));
  EXPECT_EQ(retry.wait_after(timeout), std::nullopt);
}

TEST_F(Retrying, CollisionsAreTriedAgainSoonAndNotForEver) {
  for (const char* const state : {"40001", "40P01"}) {
    const auto [took, waits] =
        until_given_up(error(ErrorKind::Transient, "Deadlock", state), milliseconds(1));
    EXPECT_EQ(waits, static_cast<int>(RetryPolicy::kCollisions) - 1);
    EXPECT_LT(took, milliseconds(2000));
  }
  EXPECT_EQ(
      until_given_up(error(ErrorKind::Transient, kCreatedConcurrently, "23505"), milliseconds(1)).second, 4);
}

TEST_F(Retrying, ALostReplyIsAskedForAtOnce) {
  RetryPolicy retry(milliseconds(60'000), clock, randomness);
  const Error doubt = error(ErrorKind::InDoubt, "CommitInDoubt");
  EXPECT_EQ(retry.wait_after(doubt), milliseconds(0));
  EXPECT_GT(retry.wait_after(doubt), milliseconds(0));
  EXPECT_EQ(retry.wait_after(doubt), std::nullopt);
}

TEST_F(Retrying, EverythingElseIsTheCallersBusiness) {
  for (const Error& failure :
       {error(ErrorKind::Terminal, "SqlError", "42P01"),
        error(ErrorKind::Transient, "DatabaseUnreachable", "57P01"),
        error(ErrorKind::Conflict, "VersionMoved"), error(ErrorKind::Terminal, "DatabaseOwnedElsewhere")}) {
    EXPECT_EQ(until_given_up(failure, milliseconds(60'000)).second, 0) << failure.reason;
  }
}

}  // namespace
}  // namespace athanor::engine
