// What becomes of the commands that messages advise.
#include "cli/commands/advice.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/commands/all_commands.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

/// The advice of a run with these words, in the real option table.
Advice advice_of(std::vector<std::string> words) {
  CLI::App app{"", "athanor"};
  CommonOptions common;
  const ProjectRequest usual = common.project;
  CommandTable table(app, common);
  add_all_commands(table);
  words.emplace_back("heads");
  std::reverse(words.begin(), words.end());
  app.parse(words);
  return table.advice(usual);
}

struct Case {
  std::string sentence;
  std::vector<std::string> typed;
  std::string message;
  std::string told;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.sentence;
}

class AdviceTest : public ::testing::TestWithParam<Case> {};

TEST_P(AdviceTest, completes) {
  const Case& one = GetParam();
  const Advice advice = advice_of(one.typed);
  EXPECT_EQ(advice.complete(one.message), one.told) << one.sentence;
  EXPECT_EQ(advice.complete(one.told), one.told) << one.sentence << ": once is enough";
}

const std::vector<std::string> kStaging{"-n", "staging"};

INSTANTIATE_TEST_SUITE_P(
    Messages, AdviceTest,
    ::testing::Values(
        Case{"without options a message stays as it is",
             {},
             "Run: athanor upgrade heads",
             "Run: athanor upgrade heads"},
        Case{"the section is repeated", kStaging, "first: athanor stamp --purge base.",
             "first: athanor -n staging stamp --purge base."},
        Case{"every command of a message gets it", kStaging,
             "athanor upgrade a1, athanor upgrade b1 or `athanor merge heads`",
             "athanor -n staging upgrade a1, athanor -n staging upgrade b1 or `athanor -n staging merge "
             "heads`"},
        Case{"what is the default need not be said",
             {"-n", "alembic", "-c", "alembic.ini"},
             "athanor history",
             "athanor history"},
        Case{"file, section and URL come in this order",
             {"--url", "sqlite:///shop.db", "-n", "staging", "-c", "db/alembic.ini"},
             "athanor current",
             "athanor -c db/alembic.ini -n staging --url sqlite:///shop.db current"},
        Case{"a command without a database takes no URL",
             {"--url", "sqlite:///shop.db"},
             "athanor merge heads, then athanor upgrade heads",
             "athanor merge heads, then athanor --url sqlite:///shop.db upgrade heads"},
        Case{"a command without a project takes nothing", kStaging, "athanor completion bash",
             "athanor completion bash"},
        Case{"a password is never repeated",
             {"--url", "postgresql://shop:hunter2@db/shop"},
             "athanor upgrade heads",
             "athanor --url URL upgrade heads"},
        Case{"nor is one of the query",
             {"--url", "postgresql://db/shop?password=hunter2"},
             "athanor upgrade heads",
             "athanor --url URL upgrade heads"},
        Case{"a shell reads back what was typed",
             {"-c", "my files/it's.ini", "--url", "postgresql://shop@db/shop?sslmode=require&host=/run"},
             "athanor current",
             "athanor -c 'my files/it'\\''s.ini' --url 'postgresql://shop@db/shop?sslmode=require&host=/run' "
             "current"},
        Case{"a sentence about athanor is none of its commands", kStaging,
             "athanor refuses it; this athanor knows 2", "athanor refuses it; this athanor knows 2"},
        Case{"a word that begins like a command is none", kStaging, "athanor showed it", "athanor showed it"},
        Case{"kubectl has options of its own", kStaging, "kubectl athanor plan shop; /usr/bin/athanor plan",
             "kubectl athanor plan shop; /usr/bin/athanor plan"},
        Case{"a session's name is no advice", kStaging, "the lock: athanor upgrade (alice@laptop) as shop",
             "the lock: athanor upgrade (alice@laptop) as shop"},
        Case{"what names its section already is left alone", kStaging, "athanor -n production upgrade heads",
             "athanor -n production upgrade heads"},
        Case{"a command at the end of a sentence is one", kStaging, "Or run athanor current",
             "Or run athanor -n staging current"}));

TEST(ShellWord, is_quoted_where_a_shell_would_read_something_else) {
  EXPECT_EQ(shell_word("alembic/staging"), "alembic/staging");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word("größe"), "'größe'");
}

}  // namespace
}  // namespace athanor::cli
