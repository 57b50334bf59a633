// What `athanor` answers before any command runs.
#include "cli/app.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace athanor::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

struct Answer {
  int code = 0;
  std::string out;
  std::string err;
};

Answer answer(std::vector<const char*> words) {
  words.insert(words.begin(), "athanor");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Answer given;
  given.code = run(static_cast<int>(words.size()), words.data());
  given.err = testing::internal::GetCapturedStderr();
  given.out = testing::internal::GetCapturedStdout();
  return given;
}

struct Wrong {
  std::string sentence;
  std::vector<const char*> words;
  std::string told;
};

const std::vector<Wrong> kWrong{
    {"a mistyped command is told with the one that was meant",
     {"-n", "staging", "upgrad", "head"},
     "\"upgrad\" is no command; did you mean upgrade? Else there is: init, revision"},
    {"so is one with two letters the wrong way round", {"histroy"}, "did you mean history?"},
    {"what is near no command is told with all of them",
     {"deploy"},
     "\"deploy\" is no command; there is: init, "},
    {"options before the command are no commands", {"--url", "sqlite://", "heds"}, "did you mean heads?"},
    {"a missing command is asked for", {}, "a command is missing; there is: init, "},
    {"a mistyped option goes before what is missing",
     {"upgrade", "--sqk"},
     "upgrade has no option --sqk; did you mean --sql?"},
    {"an option that there is not is told with those that there are",
     {"heads", "--foo"},
     "heads has no option --foo; it has: --help, --config, --name, --json, --verbose, "
     "--resolve-dependencies"},
    {"of the program's too", {"--urk", "x", "heads"}, "athanor has no option --urk; did you mean --url?"},
    {"and of an option group",
     {"repair", "--acept", "a1"},
     "repair has no option --acept; did you mean --accept?"},
    {"a short one alike", {"upgrade", "-q", "head"}, "upgrade has no option -q; it has: "},
    {"also among several", {"history", "-iq"}, "history has no option -q; it has: "},
    {"a value is no option", {"history", "-r", "-3", "--foo"}, "history has no option --foo"},
    {"nor is a step back", {"downgrade", "-1", "--foo"}, "downgrade has no option --foo"},
    {"what is missing is told with its meaning",
     {"upgrade"},
     "upgrade needs TARGET: What to reach: heads, head, an id"},
    {"one word too many is named", {"heads", "a1"}, "heads takes no more words, and there is \"a1\""},
    {"one of several options is asked for", {"repair"}, "[--accept,--done,--not-done]"},
    {"a word of no list is told with the list",
     {"lint", "--format", "xml"},
     "--format: \"xml\" is not text, json, github or markdown"},
    {"a number is no word",
     {"lint", "--format", "2"},
     "--format: \"2\" is not text, json, github or markdown"},
    {"a mistyped word is told with the one that was meant",
     {"lint", "--only", "drop-tabel"},
     "--only: there is no \"drop-tabel\"; did you mean drop-table?"},
    {"a tool that there is not is named with those that there are",
     {"adopt", "--from", "rails"},
     "--from: \"rails\" is not alembic, golang-migrate, dbmate, goose, flyway or atlas"},
    {"a range has two ends",
     {"history", "-r", "a1"},
     "--rev-range: \"a1\" is no range; write FROM:TO, FROM: or :TO"},
    {"an empty range is none",
     {"history", "-r", ""},
     "--rev-range: \"\" is no range; write FROM:TO, FROM: or :TO"},
    {"an empty head is none", {"revision", "--head", ""}, "--head: the value is empty"},
    {"an empty section is none", {"-n", "", "heads"}, "--name: the value is empty"},
    {"an empty target is none", {"upgrade", ""}, "revision: the value is empty"},
    {"what an equals sign leaves open is not taken from the next word",
     {"upgrade", "--url=", "head"},
     "--url is given no value; leave it out, or say which"},
    {"a range is for paper", {"upgrade", "a1:b1"}, "\"a1:b1\" is a range, which only --sql takes"},
    {"also to stamp", {"stamp", "a1:b1"}, "\"a1:b1\" is a range, which only --sql takes"},
    {"no plan takes one",
     {"plan", "a1:b1"},
     "\"a1:b1\" is a range, and the database itself says where it is"},
    {"markdown is for the rules",
     {"lint", "--format", "markdown"},
     "--format markdown is for --rules alone"}};

TEST(WrongUsage, says_what_was_meant_and_exits_with_2) {
  for (const Wrong& wrong : kWrong) {
    SCOPED_TRACE(wrong.sentence);
    const Answer given = answer(wrong.words);
    EXPECT_EQ(given.code, 2);
    EXPECT_EQ(given.out, "");
    EXPECT_THAT(given.err, HasSubstr(wrong.told));
    EXPECT_THAT(given.err, EndsWith("\nRun with --help for more information.\n"));
  }
}

TEST(WrongUsage, is_json_where_that_is_asked_for) {
  for (const Wrong& wrong : kWrong) {
    SCOPED_TRACE(wrong.sentence);
    // lint takes --json for its own format, in which markdown is none.
    if (wrong.words == std::vector<const char*>{"lint", "--format", "markdown"}) continue;
    std::vector<const char*> words{"--json"};
    words.insert(words.end(), wrong.words.begin(), wrong.words.end());
    const Answer given = answer(words);
    EXPECT_EQ(given.code, 2);
    EXPECT_EQ(given.out, "");
    const auto told = nlohmann::json::parse(given.err, nullptr, false);
    ASSERT_TRUE(told.is_object()) << given.err;
    EXPECT_EQ(told["error"]["kind"], "Terminal");
    EXPECT_EQ(told["error"]["reason"], "WrongUsage");
    EXPECT_THAT(told["error"]["message"].get<std::string>(), HasSubstr(wrong.told));
  }
}

TEST(WrongUsage, sees_json_behind_what_is_wrong) {
  for (const std::vector<const char*>& words :
       {std::vector{"upgrade", "--foo", "--json"}, std::vector{"upgrad", "head", "--json"},
        std::vector{"upgrade", "head", "--sql", "--json"}, std::vector{"downgrade", "a:b", "--sql", "--json"},
        std::vector{"stamp", "--sql", "a1", "--json"}}) {
    const Answer given = answer(words);
    EXPECT_EQ(given.code, 2);
    EXPECT_EQ(given.out, "");
    EXPECT_EQ(nlohmann::json::parse(given.err)["error"]["reason"], "WrongUsage") << given.err;
  }
  EXPECT_THAT(answer({"revision", "--foo", "-m", "--json"}).err, HasSubstr("Run with --help")) << "a message";
}

TEST(WrongUsage, of_the_plugin_is_told_likewise) {
  const std::vector<const char*> words{"kubectl-athanor", "status", "--al-namespaces", "-o", "json"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(run(static_cast<int>(words.size()), words.data()), 2);
  EXPECT_EQ(nlohmann::json::parse(testing::internal::GetCapturedStderr())["error"]["message"],
            "status has no option --al-namespaces; did you mean --all-namespaces?");
}

TEST(Command, help_and_version_are_no_errors) {
  EXPECT_EQ(answer({"--version"}).code, 0);
  EXPECT_EQ(answer({"operator", "--help"}).code, 0);
  const Answer help = answer({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("operator"));
}

}  // namespace
}  // namespace athanor::cli
