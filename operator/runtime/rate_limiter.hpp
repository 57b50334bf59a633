// How long a key that failed has to wait: longer each time.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "ports/clock.hpp"
#include "ports/objects.hpp"

namespace athanor::runtime {

/// Exponential per key. Thread-safe. A key that is never forgotten is remembered for ever: whoever reconciles
/// a key that is gone must forget() it.
class RateLimiter {
 public:
  static constexpr ports::Millis kBase{5};
  static constexpr ports::Millis kEnvironmentCap{std::chrono::minutes{5}};

  explicit RateLimiter(ports::Millis base = kBase, ports::Millis cap = kEnvironmentCap)
      : base_(base), cap_(cap) {}

  /// Counts one more failure. @return base * 2^(failures before this one), at most the cap
  [[nodiscard]] ports::Millis next(const ports::ObjectKey& key);
  /// The key succeeded or is gone: its next failure is its first.
  void forget(const ports::ObjectKey& key);
  /// Failures in a row.
  [[nodiscard]] std::uint32_t failures(const ports::ObjectKey& key) const;

 private:
  const ports::Millis base_;
  const ports::Millis cap_;
  mutable std::mutex mutex_;
  std::unordered_map<ports::ObjectKey, std::uint32_t> failures_;
};

}  // namespace athanor::runtime
