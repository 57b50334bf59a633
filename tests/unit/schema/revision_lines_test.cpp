#include "schema/revision_lines.hpp"

#include <gtest/gtest.h>

#include "core/revision_file.hpp"

namespace athanor::schema {
namespace {

TEST(LineOfHeader, FindsItBehindAByteOrderMarkAndAmongRemarks) {
  const std::string text = "\xEF\xBB\xBF-- revision: a\n-- about down_revision\n--down_revision : none\n";
  EXPECT_EQ(line_of_header(text, "revision"), 1U);
  EXPECT_EQ(line_of_header(text, "down_revision"), 3U);
  EXPECT_EQ(line_of_header(text, "depends_on"), 1U) << "there is none";
  EXPECT_EQ(line_of_header("", "revision"), 1U);
}

TEST(WithoutPlace, CutsTheFileAndLineThatAMessageBeginsWith) {
  EXPECT_EQ(without_place("v/a.sql, line 12: a NUL byte.", "v/a.sql"), "a NUL byte.");
  EXPECT_EQ(without_place("v/a.sql: it is its own parent.", "v/a.sql"), "it is its own parent.");
  EXPECT_EQ(without_place("Line 3: an open quote.", "v/a.sql"), "an open quote.");
  EXPECT_EQ(without_place("v/a.sql is larger than 16 MiB.", "v/a.sql"), "v/a.sql is larger than 16 MiB.");
  EXPECT_EQ(without_place("Line", "v/a.sql"), "Line");
  EXPECT_EQ(without_place("", "v/a.sql"), "");
}

TEST(HeadOf, EndsAtTheFirstMarkerWhicheverThatIs) {
  for (const char* const sections :
       {"-- athanor:upgrade\nSELECT 1;\n-- athanor:downgrade\nSELECT 2;\n",
        "-- athanor:downgrade\nSELECT 2;\n-- athanor:upgrade\nSELECT 1;", "-- athanor:upgrade"}) {
    const std::string head = "-- revision: a\r\n\n-- a remark\n";
    const auto revision = parse_revision_file(head + sections, "a.sql");
    ASSERT_TRUE(revision) << revision.error().message;
    EXPECT_EQ(head_of(head + sections, *revision), head);
  }
}

}  // namespace
}  // namespace athanor::schema
