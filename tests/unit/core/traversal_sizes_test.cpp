// Plans of tens of thousands of revisions.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/traversal.hpp"
#include "unit/core/graph_builders.hpp"
#include "unit/core/plans.hpp"

namespace athanor {
namespace {

using testing::chain;
using testing::changes_of;
using testing::downgrade;
using testing::graph_of;
using testing::Ids;
using testing::revision;
using testing::upgrade;

TEST(PlanSizes, FiftyThousandRevisionsInAChain) {
  const auto graph = graph_of(chain(50000));
  const Plan up = upgrade(graph, {}, "head");
  ASSERT_EQ(up.steps.size(), 50000U);
  for (std::size_t i = 1; i < up.steps.size(); ++i) {
    ASSERT_EQ(up.steps[i].row_changes.front(),
              (RowChange{RowChange::Kind::Update, up.steps[i - 1].revision, up.steps[i].revision}));
  }
  EXPECT_EQ(up.steps.front().row_changes.front(), (RowChange{RowChange::Kind::Insert, "", "r000000"}));
  const Plan down = downgrade(graph, {"r049999"}, "base");
  ASSERT_EQ(down.steps.size(), 50000U);
  EXPECT_EQ(down.steps.front().revision, "r049999");
  EXPECT_EQ(down.steps.back().row_changes.front(), (RowChange{RowChange::Kind::Delete, "r000000", ""}));
}

TEST(PlanSizes, FiftyThousandRevisionsInALadder) {
  std::vector<Revision> revisions = chain(25'000);
  for (std::size_t i = 0; i < 25'000; ++i) {
    std::string rung = revisions[i].id;
    rung.front() = 's';
    std::string below = i == 0 ? "" : revisions[i - 1].id;
    if (i > 0) below.front() = 's';
    revisions.push_back(revision(rung, i == 0 ? Ids{} : Ids{below}, {revisions[i].id}));
  }
  const auto graph = graph_of(std::move(revisions));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(upgrade(graph, {}, "heads").steps.size(), 50'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(4));
}

TEST(PlanSizes, TenThousandBranchesMerged) {
  std::vector<Revision> revisions{revision("a")};
  Ids tips;
  for (int i = 0; i < 10000; ++i) {
    tips.push_back("b" + std::to_string(10000 + i));
    revisions.push_back(revision(tips.back(), {"a"}, {}, {"label" + std::to_string(i)}));
  }
  revisions.push_back(revision("m", tips));
  const auto graph = graph_of(std::move(revisions));
  const Plan up = upgrade(graph, {}, "heads");
  ASSERT_EQ(up.steps.size(), 10002U);
  EXPECT_EQ(up.steps.back().row_changes.size(), 10000U);
  const Plan down = downgrade(graph, {"m"}, "base");
  ASSERT_EQ(down.steps.size(), 10002U);
  EXPECT_EQ(down.steps.front().row_changes.size(), 10000U);
  EXPECT_EQ(down.steps.back().revision, "a");
}

TEST(PlanSizes, TenThousandDependenciesTwice) {
  auto revisions = chain(10000);
  Ids all;
  for (const Revision& made : revisions) all.push_back(made.id);
  revisions.push_back(revision("x1", {}, all));
  revisions.push_back(revision("x2", {"x1"}, all));
  const auto graph = graph_of(std::move(revisions));
  EXPECT_EQ(graph.effective_heads(), (Ids{"x2"}));
  const Plan plan = upgrade(graph, {}, "heads");
  ASSERT_EQ(plan.steps.size(), 10002U);
  EXPECT_EQ(changes_of(plan.steps[10000]), (Ids{"r009999>x1"}));
}

}  // namespace
}  // namespace athanor
