#include "engine/failpoints.hpp"

#include <csignal>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

namespace athanor::engine::failpoints {
namespace {

TEST(Failpoints, HaveNamesOfTheirOwn) {
  const std::set<std::string_view> distinct(names().begin(), names().end());
  EXPECT_EQ(distinct.size(), names().size());
}

TEST(Failpoints, DoNothingUnlessTheEnvironmentSaysSo) {
  unsetenv("ATHANOR_FAILPOINT");
  for (const auto name : names()) pass(name);
}

TEST(FailpointsDeathTest, KillAtTheCountedPass) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("ATHANOR_FAILPOINT", "step.before_commit:2", 1);
        pass(kStepAfterBegin);
        pass(kStepBeforeCommit);
        pass(kStepAfterBegin);
        pass(kStepBeforeCommit);
        _exit(0);
      },
      ::testing::KilledBySignal(SIGKILL), "");
}

TEST(FailpointsDeathTest, LetAPassThatIsNotMeantThrough) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("ATHANOR_FAILPOINT", "step.before_commit:2", 1);
        pass(kStepBeforeCommit);
        _exit(0);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace athanor::engine::failpoints
