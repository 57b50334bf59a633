// What a new revision's head says.
#include "core/new_revision.hpp"

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
RevisionGraph shop() {
  return graph_of({revision("base0"), revision("left1", {"base0"}, {}, {"left"}),
                   revision("left2", {"left1"}), revision("right1", {"base0"}, {}, {"right"})});
}

NewRevision request(Ids heads, Ids depends_on = {}, bool splice = false) {
  NewRevision made;
  made.id = "new1";
  made.message = "add users";
  made.heads = std::move(heads);
  made.depends_on = std::move(depends_on);
  made.splice = splice;
  return made;
}

TEST(NewRevision, ComesAfterTheHeadsThatAreAskedFor) {
  struct Case {
    std::string sentence;
    NewRevision asked;
    Ids parents, depends_on;
  };
  for (const Case& wanted : std::vector<Case>{
           {"a branch's head", request({"left@head"}), {"left2"}, {}},
           {"a whole id", request({"right1"}), {"right1"}, {}},
           {"the beginning of an id", request({"ri"}), {"right1"}, {}},
           {"a line of its own", request({"base"}), {}, {}},
           {"a branch in the middle", request({"left1"}, {}, true), {"left1"}, {}},
           {"all heads", request({"heads"}), {"left2", "right1"}, {}},
           {"a dependency, written out", request({"right1"}, {"left2"}), {"right1"}, {"left2"}},
           {"a dependency on a label stays one", request({"right1"}, {"left"}), {"right1"}, {"left"}},
           {"a dependency on a branch's head", request({"right1"}, {"left@head"}), {"right1"}, {"left2"}},
       }) {
    SCOPED_TRACE(wanted.sentence);
    const auto made = plan_new_revision(shop(), wanted.asked);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->id, "new1");
    EXPECT_EQ(made->message, "add users");
    EXPECT_EQ(made->down_revisions, wanted.parents);
    EXPECT_EQ(made->depends_on, wanted.depends_on);
  }
}

TEST(NewRevision, IsTheFirstWhereThereAreNone) {
  EXPECT_TRUE(plan_new_revision(RevisionGraph(), request({"head"})).value().down_revisions.empty());
}

TEST(NewRevision, SaysWhatToTypeInstead) {
  struct Case {
    std::string sentence;
    NewRevision asked;
    std::string reason;
    Ids says;
  };
  const auto with_id = [](std::string id) {
    NewRevision made = request({"left@head"});
    made.id = std::move(id);
    return made;
  };
  const auto with_labels = [](Ids labels) {
    NewRevision made = request({"left@head"});
    made.branch_labels = std::move(labels);
    return made;
  };
  NewRevision on_itself = with_labels({"fresh"});
  on_itself.depends_on = {"fresh"};
  for (const Case& refused : std::vector<Case>{
           {"several heads",
            request({"head"}),
            "MultipleHeads",
            {"athanor revision --head left@head", "athanor merge heads"}},
           {"a revision in the middle",
            request({"left1"}),
            "NotAHead",
            {"--head left1 --splice", "--head left@head"}},
           {"a parent and its ancestor",
            request({"left2", "base0"}, {}, true),
            "OverlappingParents",
            {"base0"}},
           {"an unknown head", request({"zzzz"}), "InvalidTarget", {"zzzz"}},
           {"a relative head", request({"left2-1"}), "InvalidTarget", {"relative"}},
           {"an unknown dependency", request({"left@head"}, {"zzzz"}), "InvalidTarget", {"zzzz"}},
           {"dependencies at once",
            request({"left@head"}, {"heads"}),
            "InvalidTarget",
            {"one revision at a time", "athanor revision --head left@head --depends-on right1."}},
           {"a dependency on itself", on_itself, "DependencyCycle", {"fresh"}},
           {"an id that is taken", with_id("left2"), "RevisionExists", {"left2.sql"}},
           {"an id that is a label", with_id("left"), "RevisionExists", {"left1"}},
           {"an id with a meaning", with_id("a-b"), "InvalidRevisionId", {"contains -"}},
           {"a label that is taken", with_labels({"left"}), "LabelInUse", {"left1", "--head left@head"}},
           {"a label that is an id", with_labels({"right1"}), "LabelInUse", {"right1"}},
           {"a label twice", with_labels({"fresh", "fresh"}), "LabelInUse", {"twice"}},
           {"a label with a meaning", with_labels({"a@b"}), "InvalidLabel", {"contains @"}},
       }) {
    SCOPED_TRACE(refused.sentence);
    const auto made = plan_new_revision(shop(), refused.asked);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().reason, refused.reason) << made.error().message;
    for (const std::string& words : refused.says) {
      EXPECT_NE(made.error().message.find(words), std::string::npos)
          << words << " in: " << made.error().message;
    }
  }
}

TEST(Merge, JoinsSeveralRevisions) {
  EXPECT_EQ(plan_merge(shop(), request({"heads"})).value().down_revisions, (Ids{"left2", "right1"}));
  EXPECT_EQ(plan_merge(shop(), request({"right@head", "left2"})).value().down_revisions,
            (Ids{"right1", "left2"}));
  EXPECT_EQ(plan_merge(shop(), request({"left2"})).error().reason, "NothingToMerge");
  EXPECT_EQ(plan_merge(shop(), request({"left2", "left1"}, {}, true)).error().reason, "OverlappingParents");
}

}  // namespace
}  // namespace athanor
