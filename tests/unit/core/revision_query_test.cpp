// What people write as targets.
#include "core/revision_query.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::graph_of;
using testing::Ids;
using testing::revision;

/// base0 ── left1 ("left") ── left2      left2 depends on solo1
///       └─ right1 ("right") ── right2
/// solo1 ("solo-branch");  x1 (short ids)
RevisionGraph two_branches() {
  return graph_of({revision("base0"), revision("left1", {"base0"}, {}, {"left"}),
                   revision("left2", {"left1"}, {"solo1"}), revision("right1", {"base0"}, {}, {"right"}),
                   revision("right2", {"right1"}), revision("solo1", {}, {}, {"solo-branch"}),
                   revision("x1")});
}

struct TargetCase {
  std::string expression;
  Target expected;
};

TEST(ResolveTarget, UnderstandsWhatAlembicDoes) {
  const auto graph = two_branches();
  for (const TargetCase& target : std::vector<TargetCase>{
           {"heads", {{"left2", "right2", "x1"}, false, true, false, ""}},
           {"base", {{}, true, false, true, ""}},
           {"left2", {{"left2"}, false, false, true, ""}},
           {"x1", {{"x1"}, false, false, true, ""}},
           {"b", {{"base0"}, false, false, false, ""}},
           {"solo", {{"solo1"}, false, false, false, ""}},
           {"left@base", {{}, true, false, true, "left1"}},
           {"left1@base", {{}, true, false, true, "left1"}},
           {"right2@base", {{}, true, false, true, "right2"}},
           {"solo@base", {{}, true, false, false, "solo1"}},
           {"left@bas", {{"base0"}, false, false, false, "left1"}},
           {"solo@solo1", {{"solo1"}, false, false, false, "solo1"}},
           {"left", {{"left1"}, false, false, false, ""}},
           {"solo-branch", {{"solo1"}, false, false, false, ""}},
           {"left@head", {{"left2"}, false, false, false, "left1"}},
           {"left@heads", {{"left2"}, false, false, false, "left1"}},
           {"base0@heads", {{"left2", "right2"}, false, false, false, "base0"}},
           {"solo-branch@head", {{"solo1"}, false, false, false, "solo1"}},
           {"left@left1", {{"left1"}, false, false, true, "left1"}},
           {"left@base0", {{"base0"}, false, false, true, "left1"}},
           {"left2@left", {{"left1"}, false, false, false, "left2"}},
           {"solo@solo-branch", {{"solo1"}, false, false, false, "solo1"}},
           {"right2@base0", {{"base0"}, false, false, true, "right2"}},
           {"right@base", {{}, true, false, true, "right1"}},
       }) {
    SCOPED_TRACE(target.expression);
    const auto resolved = resolve_target(graph, target.expression);
    ASSERT_TRUE(resolved) << resolved.error().message;
    EXPECT_EQ(*resolved, target.expected);
  }
}

TEST(ResolveTarget, MeansTheOneHeadByHead) {
  const auto graph = graph_of({revision("aaaa"), revision("bbbb", {"aaaa"})});
  EXPECT_EQ(resolve_target(graph, "head").value(), (Target{{"bbbb"}, false, false, false, ""}));
}

TEST(ResolveTarget, NarrowsAPrefixToTheBranch) {
  const auto graph = graph_of({revision("cafe1", {}, {}, {"one"}), revision("cafe2", {}, {}, {"two"})});
  EXPECT_EQ(resolve_target(graph, "two@cafe").value().revisions, (Ids{"cafe2"}));
}

struct RefusedCase {
  std::string expression;
  std::string reason;
  Ids says;
};

TEST(ResolveTarget, NamesTheCandidatesOfWhatItRefuses) {
  const auto graph = two_branches();
  for (const RefusedCase& refused : std::vector<RefusedCase>{
           {"", "InvalidTarget", {"empty"}},
           {"head", "MultipleHeads", {"left2", "right2", "solo1", "x1", "heads"}},
           {"base0@head", "MultipleHeads", {"left2", "right2"}},
           {"zz", "InvalidTarget", {"\"zz\"", "left2"}},
           {"left12", "InvalidTarget", {"\"left12\""}},
           {"x", "InvalidTarget", {"\"x\""}},
           {"righ", "InvalidTarget", {"right1", "right2"}},
           {"+1", "InvalidTarget", {"relative"}},
           {"-1", "InvalidTarget", {"relative"}},
           {"left2-1", "InvalidTarget", {"relative"}},
           {"left@+2", "InvalidTarget", {"relative"}},
           {"left@base0+1", "InvalidTarget", {"relative"}},
           {"left@right2", "InvalidTarget", {"right2", "not on the branch"}},
           {"left@solo1", "InvalidTarget", {"solo1", "not on the branch"}},
           {"left@right", "InvalidTarget", {"right1", "not on the branch"}},
           {"left@zz", "InvalidTarget", {"\"zz\""}},
           {"right2@r", "InvalidTarget", {"right1", "right2"}},
           {"nope@head", "InvalidTarget", {"\"nope\" is neither a branch label nor a revision"}},
           {"nope@base", "InvalidTarget", {"neither a branch label"}},
           {"@head", "InvalidTarget", {"malformed"}},
           {"left@", "InvalidTarget", {"malformed"}},
           {"a@b@head", "InvalidTarget", {"malformed"}},
       }) {
    SCOPED_TRACE(refused.expression);
    const auto resolved = resolve_target(graph, refused.expression);
    ASSERT_FALSE(resolved);
    EXPECT_EQ(resolved.error().kind, ErrorKind::Terminal);
    EXPECT_EQ(resolved.error().reason, refused.reason);
    for (const std::string& word : refused.says) {
      EXPECT_NE(resolved.error().message.find(word), std::string::npos)
          << word << " in: " << resolved.error().message;
    }
  }
}

TEST(ResolveTarget, FindsNothingButBaseAmongNoRevisions) {
  const RevisionGraph graph;
  EXPECT_TRUE(resolve_target(graph, "base").value().is_base);
  for (const char* expression : {"head", "heads", "abcd", "x@head"}) {
    EXPECT_EQ(resolve_target(graph, expression).error().reason, "InvalidTarget") << expression;
  }
}

TEST(FindRevision, TellsUnknownFromAmbiguous) {
  const auto graph = two_branches();
  EXPECT_EQ(find_revision(graph, "left2").value(), *graph.find("left2"));
  EXPECT_EQ(find_revision(graph, "so").value(), *graph.find("solo1"));
  EXPECT_EQ(find_revision(graph, "zz").error().reason, "UnknownRevision");
  EXPECT_EQ(find_revision(graph, "").error().reason, "UnknownRevision");
  const auto ambiguous = find_revision(graph, "l");
  EXPECT_EQ(ambiguous.error().reason, "AmbiguousRevision");
  EXPECT_NE(ambiguous.error().message.find("left1, left2"), std::string::npos) << ambiguous.error().message;
}

TEST(FindRevision, PrefersAFullIdToLongerOnes) {
  const auto graph = graph_of({revision("abcd"), revision("abcde", {"abcd"}), revision("abcdef", {"abcde"})});
  EXPECT_EQ(find_revision(graph, "abcd").value(), *graph.find("abcd"));
  EXPECT_EQ(find_revision(graph, "abc").error().reason, "AmbiguousRevision");
}

}  // namespace
}  // namespace athanor
