#include "adapters/system/system_clock.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace athanor::system {
namespace {

// `now() + duration` must not overflow: Millis::max() means "until stopped" to some callers.
constexpr ports::Millis kLongestSleep = std::chrono::hours{24 * 365};

}  // namespace

ports::MonoTime SystemClock::now() const {
  return std::chrono::steady_clock::now();
}

ports::WallTime SystemClock::wall_now() const {
  return std::chrono::system_clock::now();
}

bool SystemClock::sleep_for(ports::Millis duration, std::stop_token stop) {
  const ports::MonoTime end = now() + std::clamp(duration, ports::Millis::zero(), kLongestSleep);
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  // Nobody ever makes the predicate true: only the stop token and the clock end the wait.
  stopped.wait_until(lock, stop, end, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace athanor::system
