#include "runtime/rate_limiter.hpp"

#include "core/backoff.hpp"

namespace athanor::runtime {

ports::Millis RateLimiter::next(const ports::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  return exponential_backoff(base_, failures_[key]++, cap_);
}

void RateLimiter::forget(const ports::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  failures_.erase(key);
}

std::uint32_t RateLimiter::failures(const ports::ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto place = failures_.find(key);
  return place == failures_.end() ? 0 : place->second;
}

}  // namespace athanor::runtime
