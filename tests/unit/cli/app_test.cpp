// What `athanor` answers before any command runs.
#include "cli/app.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::cli {
namespace {

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

TEST(Command, that_there_is_not_is_named_with_those_that_there_are) {
  for (const std::vector<const char*>& words :
       {std::vector{"operater", "--workers", "3"}, std::vector{"-n", "staging", "upgrad", "head"},
        std::vector{"--json", "heds"}}) {
    const Answer given = answer(words);
    EXPECT_EQ(given.code, 2);
    EXPECT_THAT(given.err, HasSubstr("is no command; there is: "));
    EXPECT_THAT(given.err, HasSubstr("operator"));
    EXPECT_THAT(given.err, HasSubstr("heads"));
  }
}

TEST(Command, that_is_missing_is_asked_for) {
  const Answer given = answer({});
  EXPECT_EQ(given.code, 2);
  EXPECT_THAT(given.err, HasSubstr("subcommand is required"));
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
