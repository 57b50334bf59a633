#include "runtime/signal_waiter.hpp"

#include <csignal>
#include <utility>

#include <pthread.h>

namespace athanor::runtime {
namespace {

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_signals() {
  const sigset_t set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A peer that went away is an error of the write, not of the process.
  std::signal(SIGPIPE, SIG_IGN);
}

SignalWaiter::SignalWaiter(std::function<void(int, int)> on_signal)
    : on_signal_(std::move(on_signal)), thread_([this] { wait(); }) {}

SignalWaiter::~SignalWaiter() {
  ending_ = true;
  // Only this thread gets it; it is the one way to end a sigwait.
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

void SignalWaiter::wait() {
  const sigset_t set = awaited_signals();
  int count = 0;
  for (;;) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (ending_) return;
    on_signal_(signal, ++count);
  }
}

}  // namespace athanor::runtime
