// The plan that `kubectl athanor plan` shows, from an environment's status and its revisions.
#include "cli/plugin/pending_plan.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Revision revision(const std::string& id, std::vector<std::string> parents, const std::string& up,
                  const std::string& down) {
  Revision made;
  made.id = id;
  made.down_revisions = std::move(parents);
  made.message = "step " + id;
  made.upgrade = {up, 10, ""};
  made.downgrade = SqlSection{down, 20, ""};
  made.source = "ConfigMap shop/r key " + id + ".sql";
  return made;
}

RevisionInputs inputs() {
  auto graph = RevisionGraph::build({revision("aaaa", {}, "CREATE TABLE a (id int);", "DROP TABLE a;"),
                                     revision("bbbb", {"aaaa"}, "SELECT 1;\nDELETE FROM a;", "SELECT 2;"),
                                     revision("cccc", {"bbbb"}, "SELECT 'open;", "")});
  return {std::make_shared<const RevisionGraph>(std::move(*graph)), "sha256:x"};
}

/// @param spec further fields of the spec, each with a comma in front
EnvironmentView at(const std::string& current, const std::string& spec = {}, const char* count = "1") {
  ports::WatchedObject object;
  object.meta.key = {"shop", "staging"};
  object.json =
      R"({"spec":{"database":{"url":"postgresql://h/d"},"revisions":{"configMaps":[{"name":"r"}]})" + spec +
      R"(},"status":{"currentRevisions":[)" + current + R"(],"pendingCount":)" + count + "}}";
  return view_of(object);
}

std::vector<std::string> steps(const PendingPlan& plan) {
  std::vector<std::string> ids;
  for (const auto& pending : plan.revisions) ids.push_back(pending.revision->id);
  return ids;
}

TEST(PendingPlan, goes_from_where_the_status_says_that_the_database_is) {
  const auto plan = pending_plan(at(R"("aaaa")"), inputs());
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(steps(*plan), ElementsAre("bbbb", "cccc"));
  EXPECT_THAT(plan->targets, ElementsAre("cccc"));
  EXPECT_FALSE(plan->hold);
}

TEST(PendingPlan, marks_the_statements_that_destroy_with_their_lines) {
  const auto plan = pending_plan(at(R"("aaaa")"), inputs());
  ASSERT_TRUE(plan);
  const auto& statements = plan->revisions.front().statements;
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_FALSE(statements[0].destroys);
  EXPECT_EQ(statements[1].statement.line, 11U);
  EXPECT_EQ(statements[1].destroys, "deletes every row of a");
  EXPECT_THAT(plan_text(*plan, "shop/staging"), HasSubstr("2 revision(s) pending; 1 statement(s)"));
  EXPECT_EQ(plan_json(*plan, {"shop", "staging"})["pending"][0]["statements"][1]["sql"], "DELETE FROM a");
}

TEST(PendingPlan, shows_a_section_that_cannot_be_split_as_it_is) {
  const auto plan = pending_plan(at(R"("bbbb")"), inputs());
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->revisions.front().statements.size(), 1U);
  EXPECT_EQ(plan->revisions.front().statements.front().statement.text, "SELECT 'open;");
  ASSERT_TRUE(plan->revisions.front().refused);
  EXPECT_EQ(plan->revisions.front().refused->reason, "InvalidSql");
}

TEST(PendingPlan, says_of_what_the_operator_will_not_run_that_it_stops_there) {
  auto graph = RevisionGraph::build({revision("aaaa", {}, "CREATE INDEX CONCURRENTLY ON t (a);", "")});
  const RevisionInputs set{std::make_shared<const RevisionGraph>(std::move(*graph)), "sha256:x"};
  const auto plan = pending_plan(at(""), set);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(plan->revisions.front().refused);
  EXPECT_THAT(plan_text(*plan, "shop/staging"), HasSubstr("Refused (NeedsTransactionOff): "));
  EXPECT_EQ(plan_json(*plan, {"shop", "staging"})["pending"][0]["refused"]["reason"], "NeedsTransactionOff");
}

TEST(PendingPlan, of_a_suspended_environment_says_that_it_is_held) {
  const auto plan = pending_plan(at(R"("aaaa")", R"(,"suspend":true)"), inputs());
  ASSERT_TRUE(plan);
  ASSERT_TRUE(plan->hold);
  EXPECT_EQ(plan->hold->reason, "Suspended");
  EXPECT_THAT(plan_text(*plan, "shop/staging"), HasSubstr("Held (Suspended)"));
}

TEST(PendingPlan, of_another_set_than_is_asked_for_is_held) {
  const auto plan =
      pending_plan(at(R"("aaaa")", R"(,"revisions":{"configMaps":[{"name":"r"}],"digest":"sha256:)" +
                                       std::string(64, '0') + R"("})"),
                   inputs());
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(plan->hold);
  EXPECT_EQ(plan->hold->reason, "DigestMismatch");
}

TEST(PendingPlan, goes_back_where_the_policy_allows_it) {
  const auto plan =
      pending_plan(at(R"("bbbb")", R"(,"target":"aaaa","policy":{"downgrade":"Allow"})", "0"), inputs());
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(steps(*plan), ElementsAre("bbbb"));
  EXPECT_EQ(plan->revisions.front().direction, Direction::Downgrade);
  EXPECT_EQ(plan->revisions.front().statements.front().statement.text, "SELECT 2");
}

TEST(PendingPlan, that_is_not_known_says_why) {
  struct Case {
    const char* sentence;
    EnvironmentView view;
    const char* reason;
  };
  const std::vector<Case> cases = {
      {"the database was never read", at("", "", "null"), "DatabaseNotRead"},
      {"the target is none, and no database was ever read", at("", R"(,"target":"nowhere")", "null"),
       "InvalidTarget"},
      {"the target is none", at(R"("aaaa")", R"(,"target":"nowhere")"), "InvalidTarget"},
      {"the database is at a revision that the set lacks", at(R"("ffff")"), "UnknownRevision"},
      {"the spec is wrong", at(R"("aaaa")", R"(,"target":7)"), "InvalidSpec"}};
  for (const auto& [sentence, view, reason] : cases) {
    const auto plan = pending_plan(view, inputs());
    ASSERT_FALSE(plan) << sentence;
    EXPECT_EQ(plan.error().reason, reason) << sentence;
  }
}

}  // namespace
}  // namespace athanor::cli
