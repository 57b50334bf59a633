// Where sections begin and end; revision_file_test.cpp reads whole files.
#include "core/revision_sections.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/sql_script.hpp"

namespace athanor {
namespace {

TEST(CutSections, GivesTheHeadsCommentsWithTheirLines) {
  const auto cut = cut_sections("-- one\n\n  -- two\n-- athanor:upgrade\n-- not the head's\nSELECT 1;\n");
  ASSERT_TRUE(cut);
  ASSERT_EQ(cut->head.size(), 2U);
  EXPECT_EQ(cut->head[0].line, 1U);
  EXPECT_EQ(cut->head[0].text, "-- one");
  EXPECT_EQ(cut->head[1].line, 3U);
  EXPECT_EQ(cut->head[1].text, "-- two");
}

TEST(CutSections, GivesEachSectionItsFirstLineAndChecksum) {
  const auto cut =
      cut_sections("-- athanor:upgrade\nSELECT 1; -- why\n\n-- athanor:downgrade\n\nSELECT 2;\n");
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->upgrade.sql, "SELECT 1; -- why");
  EXPECT_EQ(cut->upgrade.first_line, 2U);
  EXPECT_EQ(cut->upgrade.checksum, sql_checksum("SELECT 1"));
  ASSERT_TRUE(cut->downgrade);
  EXPECT_EQ(cut->downgrade->checksum, sql_checksum("SELECT 2"));
}

TEST(CutSections, TellsAnEmptyDowngradeFromNone) {
  const auto none = cut_sections("-- athanor:upgrade\nSELECT 1;\n");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->downgrade);
  const auto empty = cut_sections("-- athanor:upgrade\nSELECT 1;\n-- athanor:downgrade\n");
  ASSERT_TRUE(empty);
  ASSERT_TRUE(empty->downgrade);
  EXPECT_EQ(empty->downgrade->sql, "");
}

TEST(CutSections, TakesNoMarkerFromQuotesOrBlockComments) {
  const std::string quoted = "SELECT $$\n-- athanor:downgrade\n$$;\n/*\n-- athanor:downgrade\n*/";
  const auto cut = cut_sections("-- athanor:upgrade\n" + quoted + "\n");
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->upgrade.sql, quoted);
  EXPECT_FALSE(cut->downgrade);
}

struct Refused {
  std::string sentence, text;
  std::size_t line;
  std::string says;
};

TEST(CutSections, LeavesIgnoresOfLintWhereTheyStand) {
  const auto sections = cut_sections(
      "-- athanor:ignore missing-downgrade why\n-- athanor:upgrade\n-- athanor:ignore truncate why\nTRUNCATE "
      "t; "
      "-- athanor:ignore drop-table why\n");
  ASSERT_TRUE(sections) << sections.error().message;
  EXPECT_EQ(sections->head.size(), 1);
  EXPECT_EQ(ignored_in("-- athanor:ignore  truncate why\r"), "truncate why");
  EXPECT_EQ(ignored_in("-- athanor:ignore"), "");
  EXPECT_EQ(ignored_in("-- athanor:ignored"), std::nullopt);
  EXPECT_FALSE(cut_sections("-- athanor:upgrade\n-- athanor:ignored\n"));
}

TEST(CutSections, RefusesWithTheLineAtFault) {
  for (const Refused& refused : std::vector<Refused>{
           {"no section", "-- revision: a\n", 1, "section upgrade is missing"},
           {"a downgrade alone", "-- athanor:downgrade\nSELECT 1;\n", 1, "section upgrade is missing"},
           {"a section twice", "-- athanor:upgrade\n-- athanor:upgrade\n", 2, "began on line 1 already"},
           {"an unknown section", "-- athanor:upgrade\n-- athanor:data\n", 2, "names no section"},
           {"a marker that is nearly one", "-- athanor:upgrade\n--athanor:downgrade\n", 2, "looks like"},
           {"an indented marker", "-- athanor:upgrade\n -- athanor:downgrade\n", 2, "looks like"},
           {"SQL in the head", "-- a\nSELECT 1;\n-- athanor:upgrade\n", 2, "SQL stands before"},
           {"an open comment in the head", "-- a\n/* open\n-- athanor:upgrade\n", 2, "nothing closes it"},
           {"a header below a marker", "-- athanor:upgrade\n-- transaction: off\n", 2, "has no effect"},
       }) {
    SCOPED_TRACE(refused.sentence);
    const auto cut = cut_sections(refused.text);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().line, refused.line);
    EXPECT_NE(cut.error().message.find(refused.says), std::string::npos) << cut.error().message;
  }
}

}  // namespace
}  // namespace athanor
