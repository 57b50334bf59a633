#include "engine/retry_policy.hpp"

#include <algorithm>

#include "core/backoff.hpp"

namespace athanor::engine {

std::chrono::milliseconds RetryPolicy::spread(std::chrono::milliseconds base, std::uint32_t failures,
                                              std::chrono::milliseconds cap) {
  return jittered(exponential_backoff(base, failures, cap), 0.5, randomness_.uniform());
}

std::optional<std::chrono::milliseconds> RetryPolicy::poll() {
  const auto now = clock_.now();
  if (!waiting_since_) waiting_since_ = now;
  const auto left =
      lock_patience_ - std::chrono::duration_cast<std::chrono::milliseconds>(now - *waiting_since_);
  if (left <= std::chrono::milliseconds::zero()) return std::nullopt;
  return std::min(spread(kFirstPoll, polls_++, kLongestPoll), left);
}

std::optional<std::chrono::milliseconds> RetryPolicy::wait_after(const Error& error) {
  if (error.reason == kLockHeld || error.reason == kStatementStillRunning) return poll();
  waiting_since_.reset();
  polls_ = 0;
  if (error.kind == ErrorKind::InDoubt) {
    if (++doubts_ >= kDoubts) return std::nullopt;
    return doubts_ == 1 ? std::chrono::milliseconds::zero() : spread(kFirstBackoff, doubts_, kLongestBackoff);
  }
  const std::string& state = error.site.sqlstate;
  if (error.reason == kLockTimeout) {
    if (++lock_timeouts_ >= kLockTimeouts) return std::nullopt;
    return spread(kFirstBackoff, lock_timeouts_ - 1, kLongestBackoff);
  }
  if (state == "40001" || state == "40P01" || error.reason == kCreatedConcurrently) {
    if (++collisions_ >= kCollisions) return std::nullopt;
    return spread(kFirstPoll, collisions_ - 1, kLongestPoll);
  }
  return std::nullopt;
}

}  // namespace athanor::engine
