#include "cli/import/child_program.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/import/alembic_program.hpp"
#include "support/temp_folder.hpp"

namespace athanor::cli {
namespace {

class ChildProgram : public ::testing::Test {
 protected:
  Result<int> run(std::vector<std::string> words, std::vector<std::string> variables = {}) {
    return run_program(
        {std::move(words), std::move(variables), folder_.path() / "out", folder_.path() / "err"});
  }

  testing::TempFolder folder_;
};

TEST_F(ChildProgram, GetsItsWordsAsTheyAre) {
  EXPECT_EQ(run({"printf", "%s|", "a b", "$(id)", "'"}), 0);
  EXPECT_EQ(folder_.read("out"), "a b|$(id)|'|");
}

TEST_F(ChildProgram, GetsItsVariablesBesideOurs) {
  ::setenv("ATHANOR_TEST_OURS", "ours", 1);
  EXPECT_EQ(run({"sh", "-c", "echo $ATHANOR_TEST_OURS $MINE >&2"}, {"MINE=mine"}), 0);
  EXPECT_EQ(folder_.read("err"), "ours mine\n");
}

TEST_F(ChildProgram, ReadsNothing) {
  EXPECT_EQ(run({"cat"}), 0);
}

TEST_F(ChildProgram, TellsItsExitCode) {
  EXPECT_EQ(run({"sh", "-c", "exit 3"}), 3);
}

TEST_F(ChildProgram, TellsTheSignalThatEndedIt) {
  EXPECT_EQ(run({"sh", "-c", "kill -TERM $$"}), 128 + SIGTERM);
}

TEST_F(ChildProgram, BlocksNoSignal) {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto code = run({"grep", "SigBlk:", "/proc/self/status"});
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(folder_.read("out"), "SigBlk:\t0000000000000000\n");
}

TEST_F(ChildProgram, ThatIsNotThereIsAnError) {
  const auto code = run({"athanor-no-such-program"});
  ASSERT_FALSE(code);
  EXPECT_EQ(code.error().reason, "ProgramMissing");
}

TEST_F(ChildProgram, ThatMayNotBeRunIsAnError) {
  const auto code = run({folder_.write("text", "no program").string()});
  ASSERT_FALSE(code);
  EXPECT_EQ(code.error().reason, "ProgramFailed");
}

TEST(WithoutPasswords, HidesWhatStandsInAUrl) {
  EXPECT_EQ(without_passwords("at postgresql://u:p:w@x@h/d?a=b and sqlite:///f.db, http://h:1/"),
            "at postgresql://u:***@h/d?a=b and sqlite:///f.db, http://h:1/");
  EXPECT_EQ(without_passwords("postgresql://u@h:5432/d"), "postgresql://u@h:5432/d");
  EXPECT_EQ(without_passwords("nothing here"), "nothing here");
}

}  // namespace
}  // namespace athanor::cli
