#include "runtime/worker_census.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;

class WorkerCensusTest : public testing::Test {
 protected:
  // Hires who is wanted; each takes a slot.
  std::vector<WorkerId> staff(ports::MonoTime now) {
    std::vector<WorkerId> hired;
    for (std::size_t wanted = census_.wanted(); wanted > 0; --wanted) {
      hired.push_back(census_.hire(now));
      EXPECT_TRUE(census_.take_slot(hired.back()));
    }
    return hired;
  }

  WorkerCensus census_{{.slots = 2, .most_workers = 5, .slow_after = 1s, .spare_lifetime = 60s}};
};

TEST_F(WorkerCensusTest, WantsOneWorkerForEachSlot) {
  EXPECT_EQ(census_.wanted(), 2U);
  EXPECT_EQ(staff(at(0s)).size(), 2U);
  EXPECT_EQ(census_.wanted(), 0U);
  EXPECT_EQ(census_.free_slots(), 0U);
}

TEST_F(WorkerCensusTest, DoesNotWantAnotherForASlotThatASpareWorkerMayTake) {
  (void)census_.hire(at(0s));
  EXPECT_EQ(census_.wanted(), 1U);
}

TEST_F(WorkerCensusTest, LetsShortWorkKeepItsSlot) {
  const auto workers = staff(at(0s));
  census_.begin(workers[0], at(0s));
  census_.mark_slow(at(999ms));
  EXPECT_EQ(census_.slow(), 0U);
  EXPECT_EQ(census_.wanted(), 0U);
}

TEST_F(WorkerCensusTest, GivesTheSlotOfSlowWorkToAnother) {
  const auto workers = staff(at(0s));
  census_.begin(workers[0], at(0s));
  EXPECT_EQ(census_.next_change(), at(1s));
  census_.mark_slow(at(1s));
  EXPECT_EQ(census_.slow(), 1U);
  EXPECT_EQ(census_.wanted(), 1U);
  EXPECT_EQ(census_.next_change(), std::nullopt) << "slow work may last for hours";
}

TEST_F(WorkerCensusTest, HiresNobodyBeyondTheHardLimit) {
  for (int round = 0; round < 10; ++round) {
    for (const WorkerId worker : staff(at(0s))) census_.begin(worker, at(0s));
    census_.mark_slow(at(1s));
  }
  EXPECT_EQ(census_.size(), 5U);
  EXPECT_EQ(census_.free_slots(), 2U);
  EXPECT_EQ(census_.wanted(), 0U);
}

TEST_F(WorkerCensusTest, LetsSlowWorkersComeBackIntoFreeSlotsAtTheHardLimit) {
  std::vector<WorkerId> all;
  while (census_.wanted() > 0) {
    for (const WorkerId worker : staff(at(0s))) {
      census_.begin(worker, at(0s));
      all.push_back(worker);
    }
    census_.mark_slow(at(1s));
  }
  census_.finish(all[0], at(9s));
  EXPECT_TRUE(census_.take_slot(all[0]));
}

TEST_F(WorkerCensusTest, KeepsAWorkerThatIsDoneWithSlowWorkSpareForAWhile) {
  const auto workers = staff(at(0s));
  census_.begin(workers[0], at(0s));
  census_.mark_slow(at(1s));
  (void)staff(at(1s));
  census_.finish(workers[0], at(10s));
  EXPECT_FALSE(census_.take_slot(workers[0]));
  EXPECT_FALSE(census_.leave(workers[0], at(69s)));
  EXPECT_EQ(census_.next_change(), at(70s));
  EXPECT_TRUE(census_.leave(workers[0], at(70s)));
  EXPECT_EQ(census_.size(), 2U);
}

TEST_F(WorkerCensusTest, WantsAnotherForASlotThatFreesJustAfterTheSpareWorkerHasLeft) {
  const auto workers = staff(at(0s));
  const WorkerId spare = census_.hire(at(0s));
  census_.begin(workers[0], at(59s));
  EXPECT_TRUE(census_.leave(spare, at(60s)));
  census_.mark_slow(at(60s));
  EXPECT_EQ(census_.free_slots(), 1U);
  EXPECT_EQ(census_.wanted(), 1U) << "whoever leaves takes no slot any more";
}

TEST_F(WorkerCensusTest, LetsNobodyLeaveWhileASlotIsFree) {
  const WorkerId worker = census_.hire(at(0s));
  EXPECT_FALSE(census_.leave(worker, at(1h)));
}

}  // namespace
}  // namespace athanor::runtime
