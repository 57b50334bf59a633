// decide(): what it finds out beside the action.
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/observations.hpp"

namespace athanor {
namespace {

TEST(PlannerKnows, TheTargetWhateverHoldsItBack) {
  const std::vector<std::function<void(Observation&)>> holds = {
      [](Observation& o) { o.database->version_rows = {"zz"}; },
      [](Observation& o) { o.database->applied["r1"].checksum = "other"; },
      [](Observation& o) { o.ownership = fail(ErrorKind::Terminal, "DatabaseOwnedElsewhere", "theirs"); },
      [](Observation& o) { o.database = fail(ErrorKind::Transient, "DatabaseUnreachable", "down"); }};
  for (const auto& hold : holds) {
    Observation observation = one_pending();
    hold(observation);
    const Decision decision = decide(observation);
    ASSERT_TRUE(decision.hold.has_value());
    EXPECT_EQ(decision.targets, std::vector<std::string>{"r3"}) << decision.hold->reason;
  }
}

TEST(PlannerKnows, NoPlanWhileNobodyKnowsWhereTheDatabaseStands) {
  Observation observation = one_pending();
  observation.database = fail(ErrorKind::Transient, "DatabaseUnreachable", "down");
  EXPECT_TRUE(decide(observation).plan_known);
  observation.last_known_rows.clear();
  EXPECT_TRUE(decide(observation).plan_known) << "an empty database was seen";
  observation.last_rows_known = false;
  EXPECT_FALSE(decide(observation).plan_known);
}

TEST(PlannerKnows, WhatWasLostThroughAnOutage) {
  Observation observation = one_pending();
  observation.known_lost = {"r2"};
  observation.database = fail(ErrorKind::Transient, "DatabaseUnreachable", "down");
  const Decision decision = decide(observation);
  EXPECT_EQ(decision.drift.status, ConditionStatus::Unknown);
  EXPECT_EQ(decision.drift.revisions, std::vector<std::string>{"r2"});
}

TEST(PlannerFinds, SeveralHeadsForTheTargetHead) {
  Observation observation = one_pending();
  observation.inputs =
      inputs_of({revision("r1", {}), revision("r2", {"r1"}), revision("r3", {"r2"}), revision("s3", {"r2"})});
  observation.wanted.target = "head";
  const Decision decision = decide(observation);
  ASSERT_TRUE(decision.hold.has_value());
  EXPECT_EQ(decision.hold->reason, "MultipleHeads");
  EXPECT_NE(decision.hold->message.find("r3"), std::string::npos);
  EXPECT_NE(decision.hold->message.find("s3"), std::string::npos);
}

TEST(PlannerFinds, ThatADeniedDowngradeIsDeniedWhetherItCouldBeUndoneOrNot) {
  Observation observation = one_pending();
  observation.inputs = inputs_of({revision("r1", {}), revision("r2", {"r1"}, false)});
  observation.wanted.target = "r1";
  const Decision decision = decide(observation);
  ASSERT_TRUE(decision.hold.has_value());
  EXPECT_EQ(decision.hold->reason, "DowngradeDenied");
  EXPECT_EQ(decision.drift.reason, "DatabaseAhead");
}

TEST(PlannerFinds, ThatATargetWhichMayComeToMeanAnotherIsNeverGoneBackTo) {
  Observation observation = one_pending();
  auto labelled = revision("r1", {});
  labelled.branch_labels = {"billing"};
  auto longer = revision("ae10f", {"r1"});
  observation.inputs = inputs_of({labelled, longer, revision("r3", {"ae10f"})});
  observation.database->version_rows = {"r3"};
  observation.wanted.policy.downgrade = Policy::Downgrade::Allow;
  for (const char* target : {"billing", "ae1", "billing@ae1"}) {
    observation.wanted.target = target;
    const Decision decision = decide(observation);
    ASSERT_TRUE(decision.hold.has_value()) << target;
    EXPECT_EQ(decision.hold->reason, "DowngradeDenied");
    EXPECT_EQ(decision.drift.reason, "DatabaseAhead");
    EXPECT_NE(decision.hold->message.find("whole id"), std::string::npos) << decision.hold->message;
  }
  for (const char* target : {"head", "heads", "billing@head", "r3"}) {
    observation.wanted.target = target;
    EXPECT_EQ(decide(observation).action, Action::None) << target;
  }
  observation.wanted.target = "ae10f";
  EXPECT_EQ(decide(observation).action, Action::Migrate);
}

TEST(PlannerFinds, HowManyRevisionsTheLedgerDoesNotKnow) {
  Observation observation = one_pending();
  EXPECT_EQ(decide(observation).drift.message.find("ledger"), std::string::npos);
  observation.database->applied.erase("r1");
  const Decision decision = decide(observation);
  EXPECT_EQ(decision.drift.status, ConditionStatus::False);
  EXPECT_NE(decision.drift.message.find("1 applied revision(s) aren't in the ledger"), std::string::npos)
      << decision.drift.message;
}

TEST(PlannerFinds, ADowngradeThatCannotBeUndone) {
  Observation observation = one_pending();
  observation.inputs = inputs_of({revision("r1", {}), revision("r2", {"r1"}, false)});
  observation.wanted.target = "base";
  observation.wanted.policy.downgrade = Policy::Downgrade::Allow;
  const Decision decision = decide(observation);
  ASSERT_TRUE(decision.hold.has_value());
  EXPECT_EQ(decision.hold->reason, "Irreversible");
}

}  // namespace
}  // namespace athanor
