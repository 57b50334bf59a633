// The head's comments; revision_file_test.cpp reads whole files.
#include "core/revision_header.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace athanor {
namespace {

/// Comments on lines 1, 2, ...
tl::expected<Revision, FileFault> read(const std::vector<std::string_view>& comments) {
  std::vector<LineComment> lines;
  for (const auto comment : comments) lines.push_back({lines.size() + 1, comment});
  return parse_header(lines);
}

TEST(ParseHeader, ReadsARevisionWithoutSql) {
  const auto revision =
      read({"-- revision: b2", "-- down_revision: a1, a2", "-- branch_labels: x, y-z", "-- depends_on: x",
            "-- create_date: today", "-- message: one: two", "-- transaction: off"});
  ASSERT_TRUE(revision);
  EXPECT_EQ(revision->id, "b2");
  EXPECT_EQ(revision->down_revisions, (std::vector<std::string>{"a1", "a2"}));
  EXPECT_EQ(revision->branch_labels, (std::vector<std::string>{"x", "y-z"}));
  EXPECT_EQ(revision->depends_on, std::vector<std::string>{"x"});
  EXPECT_EQ(revision->create_date, "today");
  EXPECT_EQ(revision->message, "one: two");
  EXPECT_EQ(revision->transaction, TransactionMode::Off);
  EXPECT_EQ(revision->upgrade, SqlSection{});
  EXPECT_FALSE(revision->downgrade);
}

struct Refused {
  std::string sentence;
  std::vector<std::string_view> comments;
  std::size_t line;
  std::string says;
};

TEST(ParseHeader, RefusesWithTheLineAtFault) {
  for (const Refused& refused : std::vector<Refused>{
           {"no revision", {"-- a licence"}, 1, "revision is missing"},
           {"a header twice", {"-- revision: a", "-- revision: b"}, 2, "stands on line 1 already"},
           {"an id that means something else", {"-- revision: head"}, 1, "meaning of its own"},
           {"an id with a letter of Alembic's syntax", {"-- revision: a+1"}, 1, "contains +"},
           {"no parent named", {"-- revision: a", "-- down_revision:"}, 2, "Write \"none\""},
           {"a parent twice", {"-- revision: a", "-- down_revision: b, b"}, 2, "named twice"},
           {"a list with a gap", {"-- revision: a", "-- depends_on: b,,c"}, 2, "is empty"},
           {"a transaction that is neither",
            {"-- revision: a", "-- transaction: yes"},
            2,
            "neither on nor off"},
           {"a misspelt header",
            {"-- revision: a", "-- down_revison: b"},
            2,
            "Write \"-- down_revision: ...\""},
           {"Alembic's own word", {"-- revision: a", "-- Revises: b"}, 2, "Write \"-- down_revision: ...\""},
           {"a header without a colon", {"-- revision: a", "-- down_revision b"}, 2, "down_revision"},
       }) {
    SCOPED_TRACE(refused.sentence);
    const auto revision = read(refused.comments);
    ASSERT_FALSE(revision);
    EXPECT_EQ(revision.error().line, refused.line);
    EXPECT_NE(revision.error().message.find(refused.says), std::string::npos) << revision.error().message;
  }
}

TEST(ParseHeader, LeavesRemarksAlone) {
  const auto revision = read({"-- Copyright: us", "--", "-- see https://example.test/a", "-- revision: a"});
  ASSERT_TRUE(revision) << revision.error().message;
  EXPECT_EQ(revision->id, "a");
}

TEST(WhyNotAnId, SaysNothingAgainstAlembicsOwn) {
  EXPECT_EQ(why_not_an_id("3f2a9c1b7d10"), "");
  EXPECT_EQ(why_not_an_id("add_users"), "");
  EXPECT_EQ(why_not_an_id(std::string(255, 'a')), "");
}

TEST(WhyNotAnId, SaysWhatIsAgainstOthers) {
  EXPECT_EQ(why_not_an_id(""), "is empty");
  EXPECT_EQ(why_not_an_id(std::string(256, 'a')), "is longer than 255 bytes");
  EXPECT_EQ(why_not_an_id("a b"), "contains white space");
  EXPECT_EQ(why_not_an_id("a\x01"), "contains a control character");
  EXPECT_EQ(why_not_an_id("None"), "is a word with a meaning of its own");
  for (const char c : std::string("@-+:,'\"`\\/;")) {
    EXPECT_EQ(why_not_an_id(std::string("a") + c), std::string("contains ") + c);
  }
}

TEST(StructuralHeader, IsOneThatChangesWhatIsDone) {
  EXPECT_EQ(structural_header("-- transaction: off"), "transaction");
  EXPECT_EQ(structural_header("--down_revision:a"), "down_revision");
  EXPECT_EQ(structural_header("-- message: words"), "");
  EXPECT_EQ(structural_header("-- create_date: today"), "");
  EXPECT_EQ(structural_header("-- transaction off"), "");
  EXPECT_EQ(structural_header("-- a remark: here"), "");
}

}  // namespace
}  // namespace athanor
