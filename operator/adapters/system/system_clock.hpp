// The machine's own clocks.
#pragma once

#include <stop_token>

#include "ports/clock.hpp"

namespace athanor::system {

/// Thread-safe; has no state, so that one may be made wherever it is needed.
class SystemClock final : public ports::Clock {
 public:
  [[nodiscard]] ports::MonoTime now() const override;
  [[nodiscard]] ports::WallTime wall_now() const override;
  /// Wakes at once when `stop` is requested. A duration of a year and more sleeps a year; a negative one
  /// not at all.
  /// @return false if `stop` was requested, before or during the sleep
  bool sleep_for(ports::Millis duration, std::stop_token stop) override;
};

}  // namespace athanor::system
