// Revision files: what is read from them, and what is refused with which words.
#include "core/revision_file.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/sql_script.hpp"

namespace athanor {
namespace {

constexpr const char* kWhole =
    "-- revision: 3f2a9c1b7d10\n"
    "-- down_revision: 8e1d0c4a77b2, 77aa01c3d9fe\n"
    "-- branch_labels: billing, bill-ing2\n"
    "-- depends_on: 0011aabbccdd\n"
    "-- create_date: 2026-11-22 20:14:00+00:00\n"
    "-- message: add users: first part\n"
    "-- transaction: off\n"
    "\n"
    "-- athanor:upgrade\n"
    "CREATE TABLE users (id int); -- made\n"
    "\n"
    "-- athanor:downgrade\n"
    "DROP TABLE users;\n";

Revision parsed(std::string_view text) {
  auto revision = parse_revision_file(text, "f.sql");
  EXPECT_TRUE(revision) << text << "\n" << (revision ? "" : revision.error().message);
  return revision ? *revision : Revision{};
}

/// A file with these head lines and an upgrade section.
std::string with_head(const std::string& head) {
  return head + "\n-- athanor:upgrade\nSELECT 1;\n";
}

TEST(RevisionFile, ReadsEveryField) {
  const Revision revision = parsed(kWhole);
  EXPECT_EQ(revision.id, "3f2a9c1b7d10");
  EXPECT_EQ(revision.down_revisions, (std::vector<std::string>{"8e1d0c4a77b2", "77aa01c3d9fe"}));
  EXPECT_EQ(revision.branch_labels, (std::vector<std::string>{"billing", "bill-ing2"}));
  EXPECT_EQ(revision.depends_on, (std::vector<std::string>{"0011aabbccdd"}));
  EXPECT_EQ(revision.create_date, "2026-11-22 20:14:00+00:00");
  EXPECT_EQ(revision.message, "add users: first part");
  EXPECT_EQ(revision.transaction, TransactionMode::Off);
  EXPECT_EQ(revision.source, "f.sql");
  EXPECT_EQ(revision.upgrade.sql, "CREATE TABLE users (id int); -- made");
  EXPECT_EQ(revision.upgrade.first_line, 10U);
  EXPECT_EQ(revision.upgrade.checksum, sql_checksum("CREATE TABLE users (id int)"));
  ASSERT_TRUE(revision.downgrade);
  EXPECT_EQ(revision.downgrade->sql, "DROP TABLE users;");
  EXPECT_EQ(revision.downgrade->first_line, 13U);
  EXPECT_EQ(revision.downgrade->checksum, sql_checksum("DROP TABLE users"));
}

TEST(RevisionFile, TakesAHeadWithoutParentsForABase) {
  for (const char* head : {"-- revision: a1", "-- revision: a1\n-- down_revision: none",
                           "--revision:a1\n--  down_revision :  None  ", "  -- revision: a1"}) {
    SCOPED_TRACE(head);
    const Revision revision = parsed(with_head(head));
    EXPECT_EQ(revision.id, "a1");
    EXPECT_TRUE(revision.down_revisions.empty());
    EXPECT_EQ(revision.transaction, TransactionMode::On);
    EXPECT_FALSE(revision.downgrade);
  }
}

TEST(RevisionFile, TellsAnEmptyDowngradeFromNone) {
  EXPECT_FALSE(parsed("-- revision: a\n-- athanor:upgrade\n").downgrade);
  const Revision revision = parsed("-- revision: a\n-- athanor:upgrade\nSELECT 1;\n-- athanor:downgrade");
  ASSERT_TRUE(revision.downgrade);
  EXPECT_EQ(revision.downgrade->sql, "");
}

TEST(RevisionFile, AcceptsWindowsLineEndsAndAByteOrderMark) {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : std::string(kWhole)) windows += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(parsed(windows), parsed(kWhole));
}

TEST(RevisionFile, LetsCommentsThatAreNoHeaderStandInTheHead) {
  const Revision revision = parsed(with_head(
      "/* Copyright: 2026 Example\n   -- down_revision: not here */\n-- SPDX-License-Identifier: MIT\n"
      "-- NOTE: be careful\n--\n-- message queue tables\n-- transaction boundaries matter\n"
      "-- see https://example.org\n-- athanor is used here\n-- revision: a1"));
  EXPECT_EQ(revision.id, "a1");
  EXPECT_TRUE(revision.down_revisions.empty());
}

TEST(RevisionFile, DoesNotLetAMarkerCutABodyOrAComment) {
  const std::string body =
      "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n-- athanor:downgrade\nSELECT 'a' $$;\n"
      "/*\n-- athanor:downgrade\n*/\nSELECT '\n --- athanor:upgrade\n';";
  const Revision revision =
      parsed("-- revision: a\n-- athanor:upgrade\n" + body + "\n-- athanor:downgrade\nSELECT 2;");
  EXPECT_EQ(revision.upgrade.sql, body);
  EXPECT_EQ(revision.upgrade.checksum, sql_checksum(body));
  ASSERT_TRUE(revision.downgrade);
  EXPECT_EQ(revision.downgrade->sql, "SELECT 2;");
  EXPECT_EQ(revision.downgrade->first_line, 13U);
}

TEST(RevisionFile, CutsAtMarkerLinesWhatTheScannerRefuses) {
  const Revision revision =
      parsed("-- revision: a\n-- athanor:upgrade\nSELECT 'open;\n-- athanor:downgrade\nSELECT 2;\n");
  EXPECT_EQ(revision.upgrade.sql, "SELECT 'open;");
  ASSERT_TRUE(revision.downgrade);
  EXPECT_EQ(revision.downgrade->checksum, sql_checksum("SELECT 2"));
}

TEST(RevisionFile, TakesTheSectionsInEitherOrder) {
  const Revision revision =
      parsed("-- revision: a\n-- athanor:downgrade\nSELECT 2;\n-- athanor:upgrade\nSELECT 1;\n");
  EXPECT_EQ(revision.upgrade.sql, "SELECT 1;");
  EXPECT_EQ(revision.downgrade.value().sql, "SELECT 2;");
}

struct RefusedCase {
  std::string name;
  std::string text;
  std::size_t line;
  std::string says;
};

void expect_refused(const std::vector<RefusedCase>& cases) {
  for (const RefusedCase& refused : cases) {
    SCOPED_TRACE(refused.name);
    const auto revision = parse_revision_file(refused.text, "ConfigMap shop/r key 1.sql");
    ASSERT_FALSE(revision);
    const Error& error = revision.error();
    EXPECT_EQ(error.kind, ErrorKind::Terminal);
    EXPECT_EQ(error.reason, "InvalidRevisionFile");
    EXPECT_EQ(error.site.file, "ConfigMap shop/r key 1.sql");
    EXPECT_EQ(error.site.line, refused.line) << error.message;
    EXPECT_EQ(error.message.find("ConfigMap shop/r key 1.sql, line " + std::to_string(refused.line) + ": "),
              0U)
        << error.message;
    EXPECT_NE(error.message.find(refused.says), std::string::npos) << error.message;
  }
}

TEST(RevisionFile, RefusesFaultyHeaders) {
  expect_refused({
      {"an empty file", "", 1, "upgrade is missing"},
      {"no id", with_head("-- message: x"), 1, "revision is missing"},
      {"an empty id", with_head("-- revision:"), 1, "is empty"},
      {"the id twice", with_head("-- revision: a\n-- revision: b"), 2, "stands on line 1 already"},
      {"an @ in the id", with_head("-- revision: a@b"), 1, "contains @"},
      {"a - in the id", with_head("-- revision: a-b"), 1, "contains -"},
      {"a + in the id", with_head("-- revision: a+b"), 1, "contains +"},
      {"a : in the id", with_head("-- revision: a:b"), 1, "contains :"},
      {"a space in the id", with_head("-- revision: a b"), 1, "white space"},
      {"a comma in the id", with_head("-- revision: a,b"), 1, "contains ,"},
      {"a quote in the id", with_head("-- revision: a'b"), 1, "contains '"},
      {"a folder in the id", with_head("-- revision: ../b"), 1, "contains /"},
      {"a reserved id", with_head("-- revision: head"), 1, "meaning of its own"},
      {"an endless id", with_head("-- revision: " + std::string(300, 'a')), 1, "longer than"},
      {"a faulty parent", with_head("-- revision: a\n-- down_revision: b c"), 2, "down_revision"},
      {"an empty parent", with_head("-- revision: a\n-- down_revision:"), 2, "Write \"none\""},
      {"a list with a gap", with_head("-- revision: a\n-- down_revision: b,,c"), 2, "is empty"},
      {"a parent twice", with_head("-- revision: a\n-- down_revision: b, b"), 2, "named twice"},
      {"none among parents", with_head("-- revision: a\n-- down_revision: none, b"), 2, "meaning of its own"},
      {"a faulty label", with_head("-- revision: a\n-- branch_labels: b@c"), 2, "branch_labels"},
      {"a reserved label", with_head("-- revision: a\n-- branch_labels: heads"), 2, "meaning of its own"},
      {"a faulty dependency", with_head("-- revision: a\n\n-- depends_on: b c"), 3, "depends_on"},
      {"an unknown transaction mode", with_head("-- revision: a\n-- transaction: maybe"), 2,
       "neither on nor off"},
      {"an empty transaction mode", with_head("-- revision: a\n-- transaction:"), 2, "neither on nor off"},
  });
}

TEST(RevisionFile, RefusesHeadersThatAreNearlyOnes) {
  std::vector<RefusedCase> cases;
  for (const auto& [line, meant] :
       std::vector<std::pair<std::string, std::string>>{{"-- down_revison: x", "down_revision"},
                                                        {"-- Down_Revision: x", "down_revision"},
                                                        {"-- down revision: x", "down_revision"},
                                                        {"-- down-revision: x", "down_revision"},
                                                        {"-- down_revisions: x", "down_revision"},
                                                        {"-- Revises: x", "down_revision"},
                                                        {"-- down_revision x", "down_revision"},
                                                        {"-- down_revision = 'x'", "down_revision"},
                                                        {"-- Revision ID: x", "revision"},
                                                        {"-- revision = x", "revision"},
                                                        {"-- depend_on: x", "depends_on"},
                                                        {"-- branch_label: x", "branch_labels"},
                                                        {"-- transactions: off", "transaction"},
                                                        {"-- Transaction: off", "transaction"},
                                                        {"-- massage: x", "message"}}) {
    cases.push_back({line, with_head("-- revision: a\n" + line), 2, "-- " + meant + ": "});
  }
  expect_refused(cases);
}

TEST(RevisionFile, RefusesFaultySections) {
  const std::string head = "-- revision: a\n";
  expect_refused({
      {"no section", head + "-- nothing\n", 1, "upgrade is missing"},
      {"a downgrade alone", head + "-- athanor:downgrade\nSELECT 1;", 1, "upgrade is missing"},
      {"SQL in the head", head + "\nSELECT 1;\n-- athanor:upgrade\n", 3, "before the first section marker"},
      {"SQL and no section", head + "SELECT 1;", 2, "before the first section marker"},
      {"an open comment in the head", head + "/* open\n-- athanor:upgrade\nSELECT 1;", 2,
       "nothing closes it"},
      {"an unknown section", head + "-- athanor:upgarde\n", 2, "names no section"},
      {"a section with a remark", head + "-- athanor:upgrade now\n", 2, "names no section"},
      {"two upgrades", head + "-- athanor:upgrade\n-- athanor:upgrade\n", 3, "began on line 2 already"},
      {"two downgrades", head + "-- athanor:upgrade\n-- athanor:downgrade\n\n-- athanor:downgrade\n", 5,
       "began on line 3 already"},
      {"a header below the marker", head + "-- athanor:upgrade\n-- transaction: off\nVACUUM;", 3,
       "below the first section marker"},
      {"a NUL byte", head + std::string("-- athanor:upgrade\n\0", 20), 3, "NUL"},
      {"bytes that are not UTF-8", head + "-- athanor:upgrade\nSELECT '\xE9t\xE9';", 3, "not UTF-8"},
  });
}

TEST(RevisionFile, RefusesMarkersThatAreNearlyOnes) {
  std::vector<RefusedCase> cases;
  for (const std::string line :
       {"--athanor:downgrade", "--  athanor:downgrade", " -- athanor:downgrade", "-- Athanor:Downgrade",
        "-- athanor: downgrade ;", "-- athanor downgrade", "-- athanor-downgrade", "--- athanor:downgrade",
        "SELECT 2; -- athanor:downgrade", "-- athanor :downgrade", "-- ATHANOR: DOWN"}) {
    cases.push_back({line, "-- revision: a\n-- athanor:upgrade\nSELECT 1;\n" + line + "\nDROP TABLE t;\n", 4,
                     "athanor:downgrade"});
  }
  expect_refused(cases);
}

// To SQLite the quotes below are parts of names, and the marker is one.
TEST(RevisionFile, RefusesMarkersThatPostgreSqlWouldTakeForText) {
  const std::string head = "-- revision: a\n-- athanor:upgrade\n";
  const std::string between = "\n\n-- athanor:downgrade\nDELETE FROM k;\n";
  expect_refused({
      {"an apostrophe in brackets in each section",
       head + "CREATE TABLE [it's] (a);" + between + "DROP TABLE [it's];\n", 5, "stands within a quote"},
      {"an apostrophe in a backtick name in each section",
       head + "CREATE TABLE `x'y` (a);" + between + "DROP TABLE `x'y`;\n", 5, "stands within a quote"},
      {"a double quote in brackets in each section",
       head + "CREATE TABLE [5\"] (a);" + between + "DROP TABLE [5\"];\n", 5, "stands within a quote"},
      {"a comment that only PostgreSQL nests", head + "/* a /* b */" + between + "-- */\n", 5,
       "a nested comment"},
      {"a marker in a literal", head + "SELECT '\n-- athanor:downgrade \n';", 4, "put something before"},
      {"a marker in an escaped literal", head + "SELECT E'\\'\n-- athanor:upgrade\n';", 4,
       "put something before"},
  });
}

TEST(RevisionFile, IsReadBackAsItWasWritten) {
  Revision merge;
  merge.id = "3f2a9c1b7d10";
  merge.down_revisions = {"b", "a"};
  merge.branch_labels = {"billing"};
  merge.depends_on = {"x", "y"};
  merge.create_date = "2026-11-22 20:14:00+00:00";
  merge.message = "merge: two lines";
  merge.transaction = TransactionMode::Off;
  merge.upgrade.sql = "\n  SELECT 1;\n\n-- remark\nSELECT 2";
  merge.downgrade = SqlSection{};
  Revision base;
  base.id = "a";
  for (const Revision& revision : {merge, base, parsed(kWhole)}) {
    SCOPED_TRACE(write_revision_file(revision));
    Revision back = parsed(write_revision_file(revision));
    EXPECT_EQ(write_revision_file(back), write_revision_file(revision));
    back.source = revision.source;
    back.upgrade.first_line = revision.upgrade.first_line;
    back.upgrade.checksum = revision.upgrade.checksum;
    if (revision.downgrade && back.downgrade) {
      back.downgrade->first_line = revision.downgrade->first_line;
      back.downgrade->checksum = revision.downgrade->checksum;
    }
    EXPECT_EQ(back, revision);
  }
}

TEST(RevisionFile, IsWrittenWithItsMessageOnOneLine) {
  Revision revision;
  revision.id = "a";
  revision.message = "first\n-- transaction: off\nlast";
  EXPECT_EQ(parsed(write_revision_file(revision)).message, "first -- transaction: off last");
}

TEST(RevisionFileName, IsIdAndSlug) {
  const auto name = [](std::string message, std::size_t longest = 40) {
    Revision revision;
    revision.id = "3f2a";
    revision.message = std::move(message);
    return revision_file_name(revision, longest);
  };
  EXPECT_EQ(name("Add users"), "3f2a_add_users.sql");
  EXPECT_EQ(name("  add: \"users\" & co.  "), "3f2a_add_users_co.sql");
  EXPECT_EQ(name("snake_case kept 2"), "3f2a_snake_case_kept_2.sql");
  EXPECT_EQ(name("../../etc/passwd"), "3f2a_etc_passwd.sql");
  EXPECT_EQ(name("añadir"), "3f2a_a_adir.sql");
  EXPECT_EQ(name(""), "3f2a.sql");
  EXPECT_EQ(name("one two three", 9), "3f2a_one_two_.sql");
  EXPECT_EQ(name("one two three", 13), "3f2a_one_two_three.sql");
  EXPECT_EQ(name("onetwothree", 5), "3f2a_onetw_.sql");
}

}  // namespace
}  // namespace athanor
