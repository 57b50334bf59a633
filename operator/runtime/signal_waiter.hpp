// Signals, taken by one thread with sigwait: no handler ever interrupts the code.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace athanor::runtime {

/// Blocks SIGTERM, SIGINT and SIGHUP in this thread and in every thread that it starts, and ignores SIGPIPE.
/// First thing in main(): a thread that exists already isn't covered.
void block_signals();

/// Waits on a thread of its own. REQUIRES: block_signals() was called before any thread was started.
class SignalWaiter {
 public:
  /// @param on_signal called on the waiter's thread for every SIGTERM, SIGINT and SIGHUP; `count` is 1 for
  /// the first, so that an impatient second one can be told
  explicit SignalWaiter(std::function<void(int signal, int count)> on_signal);
  ~SignalWaiter();
  SignalWaiter(const SignalWaiter&) = delete;
  SignalWaiter& operator=(const SignalWaiter&) = delete;

 private:
  void wait();

  std::function<void(int, int)> on_signal_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace athanor::runtime
