// A thread that calls back at a time that can be brought forward.
//
// Every timed wait of this room goes through an Alarm, and an Alarm waits through the injected clock: the
// rest waits on condition variables without a time, and so unit tests need no sleeps.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "ports/clock.hpp"

namespace athanor::runtime {

class Alarm {
 public:
  /// Called on the alarm's own thread, without any lock held.
  /// @return when to be called next, or nullopt to wait for arm()
  using Callback = std::function<std::optional<ports::MonoTime>(ports::MonoTime now)>;

  Alarm(ports::Clock& clock, Callback callback);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// Calls back at `due`, or at the time it is armed for already, whichever is earlier. Never blocks; may be
  /// called from the callback and with the caller's own locks held.
  void arm(ports::MonoTime due);

  /// Waits for a running callback and calls back no more. Not to be called from the callback.
  void stop();

 private:
  void run(const std::stop_token& stop);

  ports::Clock& clock_;
  Callback callback_;
  std::mutex mutex_;
  std::condition_variable_any armed_;
  std::optional<ports::MonoTime> due_;
  std::stop_source nap_{std::nostopstate};  ///< ends the sleep that is under way
  std::jthread thread_;                     ///< last, so that it ends before what it uses
};

}  // namespace athanor::runtime
