// Where a stamp leaves the version rows, and what it says of the revisions.
#include "core/stamp_plan.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::graph_of;
using testing::Ids;
using testing::revision;

/// base0 ── left1 ("left") ── left2
///       └─ right1 ("right")
/// solo1 ("solo") ── solo2, which depends on left1
RevisionGraph shop() {
  return graph_of({revision("base0"), revision("left1", {"base0"}, {}, {"left"}),
                   revision("left2", {"left1"}), revision("right1", {"base0"}, {}, {"right"}),
                   revision("solo1", {}, {}, {"solo"}), revision("solo2", {"solo1"}, {"left1"})});
}

struct Stamped {
  std::string sentence;
  Ids rows, targets, rows_after, become_applied, stop_applied;
  bool purge = false;
};

TEST(StampPlan, PutsTheTargetsInPlaceOfTheirLines) {
  const auto graph = shop();
  for (const Stamped& stamped : std::vector<Stamped>{
           {"an empty table", {}, {"left1"}, {"left1"}, {"base0", "left1"}, {}},
           {"upwards", {"base0"}, {"left2"}, {"left2"}, {"left1", "left2"}, {}},
           {"downwards", {"left2"}, {"base0"}, {"base0"}, {}, {"left1", "left2"}},
           {"below several branches",
            {"left2", "right1"},
            {"base0"},
            {"base0"},
            {},
            {"left1", "left2", "right1"}},
           {"beside another branch", {"right1"}, {"left1"}, {"left1", "right1"}, {"left1"}, {}},
           {"where it is", {"left1"}, {"left1"}, {"left1"}, {}, {}},
           {"several at once, one of them there already",
            {"left1", "solo1"},
            {"left2", "solo1"},
            {"left2", "solo1"},
            {"left2"},
            {}},
           {"all heads",
            {},
            {"heads"},
            {"left2", "right1", "solo2"},
            {"base0", "left1", "left2", "right1", "solo1", "solo2"},
            {}},
           {"base", {"left2", "solo1"}, {"base"}, {}, {}, {"base0", "left1", "left2", "solo1"}},
           {"the base of one branch", {"right1", "solo1"}, {"solo@base"}, {"right1"}, {}, {"solo1"}},
           {"a row that depends on the target goes", {"solo2"}, {"left1"}, {"left1"}, {}, {"solo1", "solo2"}},
           {"rows that overlap are put right", {"base0", "left1"}, {"left1"}, {"left1"}, {}, {}},
           {"a purge forgets what no file has",
            {"ffff", "right1"},
            {"left1"},
            {"left1"},
            {"left1"},
            {"right1"},
            true},
       }) {
    SCOPED_TRACE(stamped.sentence);
    const auto plan = plan_stamp(graph, stamped.rows, stamped.targets, stamped.purge);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->rows_after, stamped.rows_after);
    EXPECT_EQ(plan->become_applied, stamped.become_applied);
    EXPECT_EQ(plan->stop_applied, stamped.stop_applied);
    EXPECT_EQ(rows_after(plan->rows_before, {"", Direction::Upgrade, plan->row_changes}), stamped.rows_after);
    EXPECT_EQ(plan->row_changes.empty(), plan->rows_before == plan->rows_after);
  }
}

TEST(StampPlan, MergesRowsAsAlembicDoes) {
  const auto plan = plan_stamp(shop(), {"left2", "right1"}, {"base0"}, false);
  EXPECT_EQ(plan.value().row_changes, (std::vector<RowChange>{{RowChange::Kind::Delete, "left2", ""},
                                                              {RowChange::Kind::Update, "right1", "base0"}}));
}

struct Refused {
  std::string sentence;
  Ids rows, targets;
  std::string reason;
  Ids says;
};

TEST(StampPlan, SaysWhatToTypeInstead) {
  const auto graph = shop();
  for (const Refused& refused : std::vector<Refused>{
           {"several heads",
            {},
            {"head"},
            "MultipleHeads",
            {"athanor stamp left@head", "athanor stamp heads"}},
           {"a row that no file has",
            {"ffff"},
            {"left1"},
            "UnknownRevision",
            {"ffff", "athanor stamp --purge left1"}},
           {"a target that includes another",
            {},
            {"left1", "left2"},
            "OverlappingTargets",
            {"left1", "athanor stamp left2"}},
           {"a relative target", {"left1"}, {"+1"}, "InvalidTarget", {"relative", "athanor history"}},
           {"an unknown id", {}, {"zzzz"}, "InvalidTarget", {"zzzz"}},
           {"no target", {}, {}, "InvalidTarget", {"athanor stamp head"}},
       }) {
    SCOPED_TRACE(refused.sentence);
    const auto plan = plan_stamp(graph, refused.rows, refused.targets, false);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().reason, refused.reason);
    for (const std::string& words : refused.says) {
      EXPECT_NE(plan.error().message.find(words), std::string::npos)
          << words << " in: " << plan.error().message;
    }
  }
}

}  // namespace
}  // namespace athanor
