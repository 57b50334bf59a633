// PendingDestruction: counted per step, and again only for another plan.
#include "controller/pending_destruction.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Revision revision(std::string id, std::vector<std::string> parents, std::string up, std::string down) {
  Revision made;
  made.id = std::move(id);
  made.down_revisions = std::move(parents);
  made.upgrade.sql = std::move(up);
  made.downgrade = SqlSection{std::move(down), 1, ""};
  return made;
}

RevisionInputs inputs_of(std::string digest, const std::string& second) {
  auto graph = RevisionGraph::build({revision("r1", {}, "CREATE TABLE a ();", "DROP TABLE a; DROP TABLE b;"),
                                     revision("r2", {"r1"}, second, "")});
  return {std::make_shared<const RevisionGraph>(std::move(*graph)), std::move(digest)};
}

Plan both(Direction direction) {
  Plan plan;
  plan.steps = {{"r1", direction, {}}, {"r2", direction, {}}};
  return plan;
}

TEST(PendingDestruction, is_counted_step_by_step_in_the_plans_direction) {
  PendingDestruction pending;
  const auto inputs = inputs_of("sha256:1", "TRUNCATE a;");
  EXPECT_THAT(pending.of(both(Direction::Upgrade), inputs), ElementsAre(0, 1));
  EXPECT_THAT(pending.of(both(Direction::Downgrade), inputs), ElementsAre(2, 0));
  EXPECT_THAT(pending.of({}, inputs), IsEmpty());
}

TEST(PendingDestruction, is_counted_again_for_another_set_only) {
  PendingDestruction pending;
  EXPECT_THAT(pending.of(both(Direction::Upgrade), inputs_of("sha256:1", "TRUNCATE a;")), ElementsAre(0, 1));
  EXPECT_THAT(pending.of(both(Direction::Upgrade), inputs_of("sha256:1", "SELECT 1;")), ElementsAre(0, 1))
      << "the digest names the set: nothing is read again";
  EXPECT_THAT(pending.of(both(Direction::Upgrade), inputs_of("sha256:2", "SELECT 1;")), ElementsAre(0, 0));
}

}  // namespace
}  // namespace athanor::controller
