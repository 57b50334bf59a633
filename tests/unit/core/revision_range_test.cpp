// Slices of a history, and the ends of offline SQL.
#include "core/revision_range.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/reachability.hpp"
#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::graph_of;
using testing::Ids;
using testing::revision;

RevisionGraph line() {
  return graph_of(
      {revision("aaaa"), revision("bbbb", {"aaaa"}), revision("cccc", {"bbbb"}), revision("dddd", {"cccc"})});
}

/// base0 ── left1 ("left") ── left2
///       └─ right1 ("right")
/// solo1 ("solo") ── solo2, which depends on left1
RevisionGraph shop() {
  return graph_of({revision("base0"), revision("left1", {"base0"}, {}, {"left"}),
                   revision("left2", {"left1"}), revision("right1", {"base0"}, {}, {"right"}),
                   revision("solo1", {}, {}, {"solo"}), revision("solo2", {"solo1"}, {"left1"})});
}

struct Slice {
  std::string sentence;
  std::string range;
  Ids rows, expected;
};

void expect_slices(const RevisionGraph& graph, const std::vector<Slice>& slices) {
  for (const Slice& slice : slices) {
    SCOPED_TRACE(slice.sentence);
    const auto nodes = revision_range(graph, slice.rows, slice.range);
    ASSERT_TRUE(nodes) << nodes.error().message;
    EXPECT_EQ(ids_of(graph, *nodes), slice.expected);
  }
}

TEST(RevisionRange, HoldsBothEndsAndTheNewestFirst) {
  expect_slices(line(), {
                            {"two revisions", "bbbb:cccc", {}, {"cccc", "bbbb"}},
                            {"no beginning", ":bbbb", {}, {"bbbb", "aaaa"}},
                            {"no end", "cccc:", {}, {"dddd", "cccc"}},
                            {"neither", ":", {}, {"dddd", "cccc", "bbbb", "aaaa"}},
                            {"words", "base:head", {}, {"dddd", "cccc", "bbbb", "aaaa"}},
                            {"beginnings of ids", "b:c", {}, {"cccc", "bbbb"}},
                            {"the last ones", "-1:", {}, {"dddd", "cccc"}},
                            {"down to base exactly", "-4:", {}, {"dddd", "cccc", "bbbb", "aaaa"}},
                            {"below base", "-9:", {}, {"dddd", "cccc", "bbbb", "aaaa"}},
                            {"from the database on", "current:", {"bbbb"}, {"dddd", "cccc", "bbbb"}},
                            {"up to the database", ":current", {"bbbb"}, {"bbbb", "aaaa"}},
                            {"up to an empty database", ":current", {}, {}},
                            {"the database alone", "current:current", {"bbbb"}, {"bbbb"}},
                            {"the last ones before the database", "-1:current", {"cccc"}, {"cccc", "bbbb"}},
                            {"the next after a revision", "bbbb:+1", {}, {"cccc", "bbbb"}},
                            {"more after a revision than there are", "cccc:+9", {}, {"dddd", "cccc"}},
                            {"steps from revisions on both ends", "dddd-2:aaaa+2", {}, {"cccc", "bbbb"}},
                        });
}

TEST(RevisionRange, KeepsToTheLineOfItsBeginning) {
  expect_slices(shop(),
                {
                    {"a branch from its label on", "left@left1:", {}, {"left2", "left1"}},
                    {"a branch from base", "right@base:", {}, {"right1", "base0"}},
                    {"the next on a branch", "base0:left@+1", {}, {"left1", "base0"}},
                    {"an end beside the branch that is counted down", "left@-1:right1", {}, {}},
                    {"a branch's last ones", "left@-1:", {}, {"left2", "left1"}},
                    {"from base with what it depends on", ":solo2", {}, {"solo2", "solo1", "left1", "base0"}},
                    {"from a revision without that", "solo1:solo2", {}, {"solo2", "solo1"}},
                });
}

TEST(RevisionRange, IsInOrderWhereARevisionIsNeededByWayOfAnotherLine) {
  // wide1 needs up1 by way of side1, which does not descend from base0.
  const auto graph = graph_of({revision("base0"), revision("up1", {"base0"}), revision("up2", {"up1"}),
                               revision("side1", {}, {"up1"}), revision("wide1", {"base0"}, {"side1"})});
  expect_slices(graph, {
                           {"both lines", "base0:", {}, {"up2", "wide1", "up1", "base0"}},
                           {"from the database on", "current:", {"base0"}, {"up2", "wide1", "up1", "base0"}},
                       });
}

struct Refused {
  std::string sentence, range, reason;
  Ids rows, says;
};

TEST(RevisionRange, SaysWhatARangeIs) {
  for (const Refused& refused : std::vector<Refused>{
           {"no colon", "left1", "InvalidRange", {}, {"FROM:TO"}},
           {"two colons", "a:b:c", "InvalidRange", {}, {"FROM:TO"}},
           {"the wrong way round", "left2:left1", "InvalidRange", {}, {"left2 is not below", "OLDER:NEWER"}},
           {"two lines", "right1:left2", "InvalidRange", {}, {"right1 is not below"}},
           {"an end that counts down", "left1:-1", "InvalidRange", {}, {"-r left1:+1."}},
           {"a beginning that counts up", "+1:left2", "InvalidRange", {}, {"-r -1:left2."}},
           {"two ends that count from each other", "-1:+1", "InvalidRange", {}, {"Name one"}},
           {"several heads", "base:head", "MultipleHeads", {}, {"left2"}},
           {"an end on another branch",
            "right1:left@+1",
            "InvalidRange",
            {},
            {"right1 is not on", "-r right1:+1."}},
           {"an end beside the branch of the beginning",
            "left@left1:right1",
            "InvalidRange",
            {},
            {"its end (right1) is not on", "\"left\""}},
           {"several ways up", "base0:+1", "AmbiguousTarget", {}, {"left1", "right1"}},
           {"up to an empty database",
            "left1:current",
            "InvalidRange",
            {},
            {"nothing is applied", "-r left1:."}},
           {"an unknown id", "zzzz:", "InvalidTarget", {}, {"zzzz"}},
           {"a row that no file has", "current:", "UnknownRevision", {"ffff"}, {"ffff"}},
       }) {
    SCOPED_TRACE(refused.sentence);
    const auto nodes = revision_range(shop(), refused.rows, refused.range);
    ASSERT_FALSE(nodes);
    EXPECT_EQ(nodes.error().reason, refused.reason) << nodes.error().message;
    for (const std::string& words : refused.says) {
      EXPECT_NE(nodes.error().message.find(words), std::string::npos)
          << words << " in: " << nodes.error().message;
    }
  }
}

TEST(RevisionRange, MeetsAMergeOnTheWayDownWhateverLineIsWalkedFirst) {
  for (const char* solo : {"aaaa", "zzzz"}) {
    SCOPED_TRACE(solo);
    const auto graph =
        graph_of({revision(solo), revision("left"), revision("right"), revision("merge", {"left", "right"})});
    const auto nodes = revision_range(graph, {}, "-1:");
    ASSERT_FALSE(nodes);
    EXPECT_EQ(nodes.error().reason, "AmbiguousTarget");
  }
}

TEST(BranchPoints, HaveSeveralChildren) {
  EXPECT_EQ(ids_of(shop(), branch_points(shop())), (Ids{"base0"}));
  EXPECT_TRUE(branch_points(line()).empty());
}

TEST(OfflineRange, BeginsAtBaseUnlessItIsToldOtherwise) {
  const auto graph = line();
  EXPECT_EQ(offline_range(graph, "head", Direction::Upgrade).value(), (OfflineRange{{}, "head"}));
  EXPECT_EQ(offline_range(graph, ":cccc", Direction::Upgrade).value(), (OfflineRange{{}, "cccc"}));
  EXPECT_EQ(offline_range(graph, "bb:+1", Direction::Upgrade).value(), (OfflineRange{{"bbbb"}, "+1"}));
  EXPECT_EQ(offline_range(graph, "base:head", Direction::Upgrade).value(), (OfflineRange{{}, "head"}));
  EXPECT_EQ(offline_range(graph, "head:bbbb", Direction::Downgrade).value(),
            (OfflineRange{{"dddd"}, "bbbb"}));
}

TEST(OfflineRange, SaysWhichCommandWouldDo) {
  struct Case {
    std::string range;
    Direction direction;
    std::string says;
  };
  for (const Case& refused : std::vector<Case>{
           {"bbbb", Direction::Downgrade, "athanor downgrade FROM:bbbb --sql"},
           {":bbbb", Direction::Downgrade, "athanor downgrade FROM:bbbb --sql"},
           {"cccc:", Direction::Downgrade, "athanor downgrade FROM:TO --sql"},
           {"cccc:", Direction::Upgrade, "athanor upgrade FROM:TO --sql"},
           {"-1:head", Direction::Upgrade, "athanor upgrade ID:head --sql"},
           {"current:head", Direction::Upgrade, "athanor upgrade ID:head --sql"},
           {"zzzz:head", Direction::Upgrade, "zzzz"},
       }) {
    SCOPED_TRACE(refused.range);
    const auto range = offline_range(line(), refused.range, refused.direction);
    ASSERT_FALSE(range);
    EXPECT_NE(range.error().message.find(refused.says), std::string::npos) << range.error().message;
  }
}

}  // namespace
}  // namespace athanor
