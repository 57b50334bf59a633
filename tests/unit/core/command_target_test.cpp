// Targets as they are typed behind `athanor upgrade` and `athanor downgrade`.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/downgrade_target.hpp"
#include "core/traversal.hpp"
#include "core/upgrade_target.hpp"
#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::chain;
using testing::graph_of;
using testing::Ids;
using testing::revision;

/// As a person types them.
constexpr auto kUpgrade = [](const RevisionGraph& graph, const Ids& rows, const std::string& expression) {
  return resolve_upgrade_target(graph, rows, expression);
};
constexpr auto kDowngrade = [](const RevisionGraph& graph, const Ids& rows, const std::string& expression) {
  return resolve_downgrade_target(graph, rows, expression);
};

/// base0 ── left1 ("left") ── left2 ── left3
///       └─ right1 ("right") ── right2
/// solo1 ("solo-branch") ── solo2, which depends on left1
RevisionGraph shop() {
  return graph_of({revision("base0"), revision("left1", {"base0"}, {}, {"left"}),
                   revision("left2", {"left1"}), revision("left3", {"left2"}),
                   revision("right1", {"base0"}, {}, {"right"}), revision("right2", {"right1"}),
                   revision("solo1", {}, {}, {"solo-branch"}), revision("solo2", {"solo1"}, {"left1"})});
}

/// a ── b ──┐
///  └── c ──┴── m ── n
RevisionGraph merged() {
  return graph_of({revision("a"), revision("b", {"a"}), revision("c", {"a"}), revision("m", {"b", "c"}),
                   revision("n", {"m"})});
}

struct Asked {
  std::string sentence;
  Ids rows;
  std::string expression;
  Ids expected;  ///< revisions; empty for base
  std::string branch{};
};

struct Refused {
  std::string sentence;
  Ids rows;
  std::string expression;
  std::string reason;
  Ids says;
};

template <class Resolve>
void expect_all(const RevisionGraph& graph, Resolve resolve, const std::vector<Asked>& cases) {
  for (const Asked& asked : cases) {
    SCOPED_TRACE(asked.sentence);
    const auto target = resolve(graph, asked.rows, asked.expression);
    EXPECT_TRUE(target) << target.error().message;
    if (!target) continue;
    EXPECT_EQ(target->revisions, asked.expected);
    EXPECT_EQ(target->is_base, asked.expected.empty());
    EXPECT_EQ(target->branch, asked.branch);
  }
}

template <class Resolve>
void expect_refusals(const RevisionGraph& graph, Resolve resolve, const std::vector<Refused>& cases) {
  for (const Refused& refused : cases) {
    SCOPED_TRACE(refused.sentence);
    const auto target = resolve(graph, refused.rows, refused.expression);
    EXPECT_FALSE(target);
    if (target) continue;
    EXPECT_EQ(target.error().kind, ErrorKind::Terminal);
    EXPECT_EQ(target.error().reason, refused.reason) << target.error().message;
    for (const std::string& words : refused.says) {
      EXPECT_NE(target.error().message.find(words), std::string::npos)
          << words << " in: " << target.error().message;
    }
  }
}

TEST(UpgradeTarget, MeansWhatAlembicMeansByIt) {
  expect_all(shop(), kUpgrade,
             {
                 {"a step from the only row up a line", {"left1"}, "+1", {"left2"}},
                 {"two steps from the only row", {"left1"}, "+2", {"left3"}},
                 {"a label says which way to go on", {"base0"}, "left@+2", {"left2"}},
                 {"with a label, the row on its branch counts", {"left1", "right1"}, "right@+1", {"right2"}},
                 {"a revision's id serves as a label", {"left1", "right1"}, "right1@+1", {"right2"}},
                 {"a branch with nothing applied is begun", {"left1"}, "solo-branch@+1", {"solo1"}},
                 {"a branch that another depends on goes on where it ends",
                  {"solo2", "right1"},
                  "left@+1",
                  {"left2"}},
                 {"a step from a revision", {}, "right1+1", {"right2"}},
                 {"a step from the beginning of an id", {}, "solo1+1", {"solo2"}},
                 {"a step back from a revision", {}, "left3-1", {"left2"}},
                 {"a step from a revision, on a branch", {}, "left@base0+1", {"left1"}},
                 {"a step back from a branch's head", {}, "left@head-1", {"left2"}},
                 {"no step at all", {}, "left2+0", {"left2"}},
                 {"all effective heads", {}, "heads", {"left3", "right2", "solo2"}},
                 {"the head of a branch", {}, "right@head", {"right2"}, "right1"},
                 {"the beginning of an id", {}, "b", {"base0"}},
                 {"base, and nothing is to be done", {}, "base", {}},
             });
}

TEST(UpgradeTarget, NamesTheChoicesAndTheirCommands) {
  expect_refusals(
      shop(), kUpgrade,
      {
          {"several heads",
           {},
           "head",
           "MultipleHeads",
           {"athanor upgrade left@head", "athanor upgrade heads"}},
          {"several rows",
           {"left1", "right1"},
           "+1",
           "AmbiguousTarget",
           {"athanor upgrade left2 or athanor upgrade right2"}},
          {"several ways to go on", {"base0"}, "+1", "AmbiguousTarget", {"athanor upgrade left1", "right1"}},
          {"several bases", {}, "+1", "AmbiguousTarget", {"athanor upgrade base0", "athanor upgrade solo1"}},
          {"too far", {"left2"}, "+2", "InvalidTarget", {"2 steps above", "after 1", "left3"}},
          {"too far from a revision", {}, "left2+9", "InvalidTarget", {"after 1"}},
          {"more steps than a number holds", {}, "left2+99999999999999", "InvalidTarget", {"after 1"}},
          {"down", {"left2"}, "-1", "InvalidTarget", {"athanor downgrade -1"}},
          {"nowhere", {"left2"}, "+0", "InvalidTarget", {"athanor upgrade +1"}},
          {"down past base", {}, "base0-2", "InvalidTarget", {"below base"}},
          {"an unknown id", {}, "zzzz", "InvalidTarget", {"\"zzzz\"", "athanor history", "left, right"}},
          {"an unknown id with a hyphen", {}, "zz-zz", "InvalidTarget", {"\"zz-zz\"", "athanor history"}},
          {"an unknown label", {}, "nope@+1", "InvalidTarget", {"\"nope\"", "solo-branch"}},
          {"the beginning of several ids", {}, "lef", "InvalidTarget", {"athanor upgrade left2"}},
          {"another branch's revision", {}, "left@right2", "InvalidTarget", {"athanor upgrade right2"}},
          {"a range", {}, "base0:left1", "InvalidTarget", {"--sql"}},
          {"nothing", {}, "", "InvalidTarget", {"empty"}},
          {"half a label", {}, "left@", "InvalidTarget", {"malformed"}},
          {"a row that no file has", {"ffff"}, "+1", "UnknownRevision", {"ffff"}},
      });
}

TEST(UpgradeTarget, AsksForNothingWhereThereAreNoRevisionsYet) {
  for (const char* expression : {"head", "heads"}) {
    const auto target = resolve_upgrade_target(RevisionGraph(), {}, expression);
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_TRUE(plan_upgrade(RevisionGraph(), {}, *target).value().empty());
  }
  EXPECT_EQ(resolve_upgrade_target(RevisionGraph(), {}, "+1").error().reason, "InvalidTarget");
}

TEST(DowngradeTarget, MeansWhatAlembicMeansByIt) {
  expect_all(shop(), kDowngrade,
             {
                 {"one step below the only row", {"left3"}, "-1", {"left2"}, "left3"},
                 {"down to base", {"left1"}, "-2", {}, "left1"},
                 {"with a label, the row on its branch counts",
                  {"left2", "right2"},
                  "right@-1",
                  {"right1"},
                  "right1"},
                 {"a row's id serves as a label", {"left2", "right2"}, "left2@-1", {"left1"}, "left2"},
                 {"a branch that another depends on goes back from where it ends",
                  {"solo2"},
                  "left@-1",
                  {"base0"},
                  "left1"},
                 {"a step below a revision", {"left3"}, "left2-1", {"left1"}},
                 {"a step above a revision", {"left3"}, "left1+1", {"left2"}},
                 {"a step below a branch's head", {"left3"}, "left@head-1", {"left2"}, "left1"},
                 {"a whole id", {"left3"}, "left1", {"left1"}},
                 {"the beginning of an id", {"left3"}, "bas", {"base0"}},
                 {"a part of an id", {"right2"}, "right2", {"right2"}},
                 {"a branch to its base", {"left3"}, "left@base", {}, "left1"},
                 {"base", {"left3", "right2"}, "base", {}},
                 {"where the database is already", {"left3"}, "left3", {"left3"}},
             });
}

TEST(DowngradeTarget, NamesTheChoicesAndTheirCommands) {
  expect_refusals(
      shop(), kDowngrade,
      {
          {"several rows",
           {"left2", "right2"},
           "-1",
           "AmbiguousTarget",
           {"athanor downgrade left@-1", "right@-1"}},
          {"several rows and two steps", {"left2", "right2"}, "-2", "AmbiguousTarget", {"right@-2"}},
          {"nothing applied", {}, "-1", "InvalidTarget", {"nothing is applied"}},
          {"nothing of the branch applied",
           {"solo1"},
           "left@-1",
           "InvalidTarget",
           {"nothing of that branch"}},
          {"past base", {"left1"}, "-3", "InvalidTarget", {"3 steps below", "after 2"}},
          {"up", {"left1"}, "+1", "InvalidTarget", {"athanor upgrade +1"}},
          {"what is not applied", {"left1"}, "left3", "InvalidTarget", {"left3 is not applied"}},
          {"several heads", {"left3"}, "heads", "MultipleHeads", {"athanor downgrade left@head"}},
          {"the one head of several", {"left3"}, "head", "MultipleHeads", {"left3"}},
          {"what is applied for another branch only",
           {"solo2"},
           "left1",
           "InvalidTarget",
           {"athanor downgrade solo2@-1"}},
          {"an unknown id", {"left3"}, "zzzz", "InvalidTarget", {"\"zzzz\""}},
          {"a range", {"left3"}, "left3:left1", "InvalidTarget", {"--sql"}},
          {"a row that no file has", {"ffff"}, "-1", "UnknownRevision", {"ffff"}},
      });
  expect_refusals(merged(), kDowngrade,
                  {{"a merge on the way down",
                    {"n"},
                    "-2",
                    "AmbiguousTarget",
                    {"revision m merges b, c", "athanor downgrade b or athanor downgrade c"}}});
}

TEST(DowngradeTarget, UndoesOneBranchOfSeveralAndKeepsTheOthers) {
  const auto graph = shop();
  const Ids rows{"left1", "right1"};
  for (const auto& [expression, undone] :
       std::vector<std::pair<std::string, Ids>>{{"left1@-1", {"left1"}},
                                                {"left@-1", {"left1"}},
                                                {"right@base0", {"right1"}},
                                                {"left1-1", {"left1", "right1"}}}) {
    SCOPED_TRACE(expression);
    const auto target = resolve_downgrade_target(graph, rows, expression);
    ASSERT_TRUE(target) << target.error().message;
    Ids ids;
    const Plan plan = plan_downgrade(graph, rows, *target).value();
    for (const PlanStep& step : plan.steps) ids.push_back(step.revision);
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids, undone);
  }
}

}  // namespace
}  // namespace athanor
