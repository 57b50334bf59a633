#include "cli/import/alembic_answer.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::cli {
namespace {

std::string answer(const std::string& upgrade, const std::string& downgrade,
                   const std::string& dialect = "postgresql") {
  return R"({"alembic": "1.8.1", "dialect": ")" + dialect +
         R"(", "preambles": {"upgrade": ["SET a TO b"], "downgrade": []}, "revisions": [
    {"revision": "b1", "down_revisions": ["a1"], "branch_labels": ["x"], "depends_on": ["c1"],
     "create_date": "2024-01-02", "message": "two\nlines", "path": "/p/b1_x.py",
     "upgrade": )" +
         upgrade + R"(, "downgrade": )" + downgrade + "}]}";
}

const char* const kOne = R"({"statements": ["SELECT 1"], "autocommit": false})";
const char* const kNone = R"({"statements": [], "autocommit": false})";

TEST(AlembicAnswer, HasWhatAlembicKnows) {
  const auto set = read_alembic_answer(answer(kOne, kNone));
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_EQ(set->revisions.size(), 1U);
  const Revision& revision = set->revisions[0].revision;
  EXPECT_EQ(revision.id, "b1");
  EXPECT_THAT(revision.down_revisions, ::testing::ElementsAre("a1"));
  EXPECT_THAT(revision.branch_labels, ::testing::ElementsAre("x"));
  EXPECT_THAT(revision.depends_on, ::testing::ElementsAre("c1"));
  EXPECT_EQ(revision.create_date, "2024-01-02");
  EXPECT_EQ(revision.message, "two lines");
  EXPECT_EQ(revision.source, "/p/b1_x.py");
  EXPECT_EQ(set->revisions[0].folder, "/p");
}

TEST(AlembicAnswer, PutsThePreambleBeforeSqlAndNotBeforeNothing) {
  const auto set = read_alembic_answer(answer(kOne, kNone));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->revisions[0].revision.upgrade.sql, "SET a TO b;\n\nSELECT 1;");
  EXPECT_EQ(set->revisions[0].revision.downgrade->sql, "");
}

TEST(AlembicAnswer, LeavesTheTransactionWhereEitherDirectionDoes) {
  const char* const left = R"({"statements": ["SELECT 1"], "autocommit": true})";
  const auto set = read_alembic_answer(answer(kOne, left));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->revisions[0].revision.transaction, TransactionMode::Off);
  EXPECT_THAT(set->revisions[0].notes, ::testing::ElementsAre(::testing::HasSubstr("transaction: off")));
}

TEST(AlembicAnswer, RefusesAnUpgradeThatFailed) {
  const auto set = read_alembic_answer(answer(R"({"error": "KeyError: 'a'", "line": 7})", kNone));
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->revisions.empty());
  ASSERT_EQ(set->refused.size(), 1U);
  EXPECT_EQ(set->refused[0].source, "/p/b1_x.py");
  EXPECT_EQ(set->refused[0].reason, "line 7: KeyError: 'a'");
}

TEST(AlembicAnswer, MakesADowngradeThatFailedIrreversible) {
  const auto set = read_alembic_answer(answer(kOne, R"({"error": "NotImplementedError", "line": 0})"));
  ASSERT_TRUE(set);
  EXPECT_FALSE(set->revisions[0].revision.downgrade);
  EXPECT_THAT(set->revisions[0].notes, ::testing::ElementsAre(::testing::HasSubstr("NotImplementedError")));
}

TEST(AlembicAnswer, IsAnErrorForAnotherDialect) {
  const auto set = read_alembic_answer(answer(kOne, kNone, "mysql"));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().reason, "OtherDialect");
}

TEST(AlembicAnswer, IsAnErrorWhereItWasCutShort) {
  const auto set = read_alembic_answer(answer(kOne, kNone).substr(0, 50));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().reason, "AlembicFailed");
}

}  // namespace
}  // namespace athanor::cli
