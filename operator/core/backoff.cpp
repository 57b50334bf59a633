#include "core/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace athanor {

std::chrono::milliseconds exponential_backoff(std::chrono::milliseconds base, std::uint32_t failures,
                                              std::chrono::milliseconds cap) {
  // 62 doublings overflow any base; the cap is reached long before.
  const double wait = static_cast<double>(base.count()) * std::exp2(std::min<std::uint32_t>(failures, 62));
  if (wait >= static_cast<double>(cap.count())) return cap;
  return std::chrono::milliseconds(static_cast<std::int64_t>(wait));
}

std::chrono::milliseconds jittered(std::chrono::milliseconds wait, double factor, double uniform) {
  const double spread = static_cast<double>(wait.count()) * factor * uniform;
  return wait + std::chrono::milliseconds(static_cast<std::int64_t>(spread));
}

}  // namespace athanor
