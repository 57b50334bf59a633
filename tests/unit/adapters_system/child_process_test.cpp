#include "adapters/system/child_process.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_folder.hpp"

namespace athanor::system {
namespace {

class ChildProcess : public ::testing::Test {
 protected:
  tl::expected<ChildEnd, ChildFailure> run(std::vector<std::string> words,
                                           std::vector<std::string> variables = {}) {
    return run_child({std::move(words), std::move(variables),
                      ChildCall::Streams{folder_.path() / "out", folder_.path() / "err"}},
                     stop_.get_token(), cancel_.get_token());
  }
  int exit_code(std::vector<std::string> words, std::vector<std::string> variables = {}) {
    const auto end = run(std::move(words), std::move(variables));
    return end && end->signal == 0 ? end->exit_code : -1;
  }
  /// A pipe with a name: who opens it to read waits for who opens it to write.
  std::string pipe(const std::string& name) {
    std::string path = (folder_.path() / name).string();
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
  }
  static std::string line_of(const std::string& path) {
    std::string line;
    std::ifstream file(path);
    std::getline(file, line);
    return line;
  }

  testing::TempFolder folder_;
  std::stop_source stop_;
  std::stop_source cancel_;
};

TEST_F(ChildProcess, GetsItsWordsAsTheyAre) {
  EXPECT_EQ(exit_code({"printf", "%s|", "a b", "$(id)", "'"}), 0);
  EXPECT_EQ(folder_.read("out"), "a b|$(id)|'|");
}

TEST_F(ChildProcess, GetsItsVariablesBesideOurs) {
  ::setenv("ATHANOR_TEST_OURS", "ours", 1);
  EXPECT_EQ(exit_code({"sh", "-c", "echo $ATHANOR_TEST_OURS $MINE >&2"}, {"MINE=mine"}), 0);
  EXPECT_EQ(folder_.read("err"), "ours mine\n");
}

TEST_F(ChildProcess, ReadsNothing) {
  EXPECT_EQ(exit_code({"cat"}), 0);
}

TEST_F(ChildProcess, TellsItsExitCode) {
  EXPECT_EQ(exit_code({"sh", "-c", "exit 3"}), 3);
}

TEST_F(ChildProcess, TellsTheSignalThatEndedIt) {
  EXPECT_EQ(run({"sh", "-c", "kill -TERM $$"})->signal, SIGTERM);
}

TEST_F(ChildProcess, BlocksAndIgnoresNoSignal) {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto ignored = std::signal(SIGPIPE, SIG_IGN);
  // The C library keeps signals for itself, above the usual ones.
  const int code = exit_code({"grep", "-E", "SigBlk:\t0{16}|SigIgn:\t0{7}..0{7}", "/proc/self/status"});
  std::signal(SIGPIPE, ignored);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(code, 0);
  EXPECT_THAT(folder_.read("out"),
              ::testing::AllOf(::testing::HasSubstr("SigBlk"), ::testing::HasSubstr("SigIgn")));
}

TEST_F(ChildProcess, ThatIsNotThereIsAnError) {
  const auto end = run({"athanor-no-such-program"});
  ASSERT_FALSE(end);
  EXPECT_FALSE(end.error().started);
  EXPECT_EQ(end.error().why, std::errc::no_such_file_or_directory);
}

TEST_F(ChildProcess, ThatMayNotBeRunIsAnError) {
  const auto end = run({folder_.write("text", "no program").string()});
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().why, std::errc::permission_denied);
}

TEST_F(ChildProcess, WhoseEndTheSystemDoesNotTellIsNoSuccess) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);  // the system reaps children itself
  const auto end = run({"sh", "-c", "exit 3"});
  std::signal(SIGCHLD, before);
  ASSERT_FALSE(end);
  EXPECT_TRUE(end.error().started);
  EXPECT_EQ(end.error().why, std::errc::no_child_process);
}

TEST_F(ChildProcess, IsStoppedWithAllThatItStarted) {
  const std::string ready = pipe("ready");
  const std::string held = pipe("held");
  // Both keep `held` open, and the second one doesn't mind SIGTERM.
  const std::string script =
      "exec 3<>" + held + "; (trap '' TERM; echo ready >" + ready + "; cat <&3) & cat <&3";
  int reader = -1;
  std::jthread stopper([&] {
    EXPECT_EQ(line_of(ready), "ready");
    reader = ::open(held.c_str(), O_RDONLY | O_CLOEXEC);
    stop_.request_stop();
  });
  const auto end = run({"sh", "-c", script});
  stopper.join();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->signal, SIGTERM);
  char byte = 0;
  EXPECT_EQ(::read(reader, &byte, 1), 0) << "the pipe's end comes once nobody holds it";
  ::close(reader);
}

TEST_F(ChildProcess, ThatDoesNotStopIsKilledByCancelling) {
  const std::string ready = pipe("ready");
  std::jthread stopper([&] {
    EXPECT_EQ(line_of(ready), "ready");
    stop_.request_stop();
    cancel_.request_stop();
  });
  const auto end = run(
      {"sh", "-c", "trap '' TERM; echo ready >" + ready + "; while :; do read line <" + ready + "; done"});
  ASSERT_TRUE(end);
  EXPECT_EQ(end->signal, SIGKILL);
}

TEST_F(ChildProcess, IsNotBegunToRunOnWhereStoppingWasAskedBefore) {
  stop_.request_stop();
  const auto end = run({"cat", pipe("never written")});
  ASSERT_TRUE(end);
  EXPECT_EQ(end->signal, SIGTERM);
}

}  // namespace
}  // namespace athanor::system
