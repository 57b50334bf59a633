#include "runtime/signal_waiter.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <unistd.h>

#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

TEST(SignalWaiter, TakesTheSignalsThatAskTheProcessToEndAndCountsThem) {
  block_signals();
  Notes notes;
  {
    const SignalWaiter waiter([&](int signal, int count) {
      notes.add(std::to_string(signal) + " number " + std::to_string(count));
    });
    // One after the other: pending signals of a kind fold.
    kill(getpid(), SIGTERM);
    ASSERT_TRUE(notes.wait_for(std::to_string(SIGTERM) + " number 1"));
    kill(getpid(), SIGINT);
    ASSERT_TRUE(notes.wait_for(std::to_string(SIGINT) + " number 2"));
    kill(getpid(), SIGHUP);
    ASSERT_TRUE(notes.wait_for(std::to_string(SIGHUP) + " number 3"));
  }
  EXPECT_EQ(notes.all().size(), 3U) << "its own end is no signal to anybody";
}

TEST(SignalWaiter, EndsWithoutASignal) {
  block_signals();
  Notes notes;
  {
    const SignalWaiter waiter([&](int, int) { notes.add("told"); });
  }
  EXPECT_TRUE(notes.all().empty());
}

TEST(SignalWaiter, MakesABrokenPipeAnErrorOfTheWrite) {
  block_signals();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  EXPECT_EQ(write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  close(ends[1]);
}

}  // namespace
}  // namespace athanor::runtime
