// What to type instead.
#include "core/target_advice.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::graph_of;
using testing::revision;

TEST(CommandWith, puts_the_target_at_its_place_or_last) {
  EXPECT_EQ(command_with("athanor upgrade", "a1"), "athanor upgrade a1");
  EXPECT_EQ(command_with("athanor history -r {}:head", "a1"), "athanor history -r a1:head");
  EXPECT_EQ(any_of_commands("athanor history -r base:{}", {"a1", "b1"}),
            "athanor history -r base:a1 or athanor history -r base:b1");
}

struct MergeCase {
  std::string sentence;
  std::vector<Revision> revisions;
  std::vector<std::string> heads;
  std::string command;
};

TEST(MergeOf, leaves_one_head) {
  for (const MergeCase& one : std::vector<MergeCase>{
           {"all heads are effective", {revision("a"), revision("b")}, {"a", "b"}, "athanor merge heads"},
           {"one depends on the other, which leaves one effective head",
            {revision("a"), revision("b", {}, {"a"})},
            {"a", "b"},
            "athanor merge a b"},
           {"two of three are effective: merging those would leave the third",
            {revision("a"), revision("b", {}, {"a"}), revision("c")},
            {"a", "b", "c"},
            "athanor merge a b c"},
           {"the heads of a branch are not those of the others",
            {revision("a"), revision("b", {"a"}), revision("c", {"a"}), revision("other")},
            {"b", "c"},
            "athanor merge b c"}}) {
    EXPECT_EQ(merge_of(graph_of(one.revisions), one.heads), one.command) << one.sentence;
  }
}

}  // namespace
}  // namespace athanor
