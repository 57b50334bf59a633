// SQL that is to become a revision.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/revision_file.hpp"
#include "unit/sentence.hpp"

namespace athanor {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(RevisionBody, without_markers_is_the_upgrade_and_irreversible) {
  const auto body = parse_revision_body("\xEF\xBB\xBFSELECT 1;\r\nSELECT 2;\r\n", "body.sql");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->upgrade.sql, "SELECT 1;\nSELECT 2;");
  EXPECT_FALSE(body->downgrade);
}

TEST(RevisionBody, has_its_downgrade_below_the_marker) {
  const auto body = parse_revision_body("SELECT 1;\n-- athanor:downgrade\nSELECT 2;\n", "body.sql");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->upgrade.sql, "SELECT 1;");
  ASSERT_TRUE(body->downgrade);
  EXPECT_EQ(body->downgrade->sql, "SELECT 2;");
}

TEST(RevisionBody, keeps_the_comments_above_the_marker_of_the_upgrade) {
  const auto body =
      parse_revision_body("-- (c) us\n\n-- all of us\n-- athanor:upgrade\nSELECT 1;", "body.sql");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->upgrade.sql, "-- (c) us\n-- all of us\nSELECT 1;");
}

struct Wrong {
  std::string sentence;
  std::string text;
  std::string place;
  std::string said;
};

class WrongBody : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongBody, is_refused_with_its_own_line) {
  const auto body = parse_revision_body(GetParam().text, "body.sql");
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().reason, "InvalidRevisionFile");
  EXPECT_THAT(body.error().message, StartsWith("body.sql, line " + GetParam().place + ": "));
  EXPECT_THAT(body.error().message, HasSubstr(GetParam().said));
  EXPECT_EQ(std::to_string(body.error().site.line), GetParam().place);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, WrongBody,
    ::testing::Values(
        Wrong{"a head of its own", "-- ours\n-- revision: x\nSELECT 1;", "2", "Leave it out"},
        Wrong{"a header further down", "SELECT 1;\n-- depends_on: x\n", "2", "depends_on"},
        Wrong{"a misspelt marker", "SELECT 1;\n\n--athanor:downgrade\n", "3", "marker"},
        Wrong{"a misspelt marker below one", "-- athanor:upgrade\n--athanor:downgrade\n", "2", "marker"},
        Wrong{"a marker twice", "-- athanor:downgrade\n-- athanor:downgrade\n", "2", "began on line"},
        Wrong{"SQL above the marker", "SELECT 1;\n-- athanor:upgrade\n", "1", "SQL stands before"},
        Wrong{"a NUL byte", std::string("SELECT 1;\n\0", 11), "2", "NUL"},
        Wrong{"Latin 1", "SELECT 1;\nSELECT '\xfc';", "2", "UTF-8"}),
    sentence_name<Wrong>);

}  // namespace
}  // namespace athanor
