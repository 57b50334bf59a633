// Time, so that tests need no sleeps.
#pragma once

#include <chrono>
#include <stop_token>

namespace athanor::ports {

using Millis = std::chrono::milliseconds;
using MonoTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  /// Never goes back; for intervals.
  [[nodiscard]] virtual MonoTime now() const = 0;
  /// What the calendar says; for what people read.
  [[nodiscard]] virtual WallTime wall_now() const = 0;
  /// Sleeps, or returns early with false as soon as `stop` is requested.
  virtual bool sleep_for(Millis duration, std::stop_token stop) = 0;
};

}  // namespace athanor::ports
