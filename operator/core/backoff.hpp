// How long to wait before trying again.
#pragma once

#include <chrono>
#include <cstdint>

namespace athanor {

/// base * 2^failures, at most cap. `failures` counts from 0.
[[nodiscard]] std::chrono::milliseconds exponential_backoff(std::chrono::milliseconds base,
                                                            std::uint32_t failures,
                                                            std::chrono::milliseconds cap);

/// Spreads a wait over [wait, wait * (1 + factor)).
/// @param uniform a random number in [0, 1)
[[nodiscard]] std::chrono::milliseconds jittered(std::chrono::milliseconds wait, double factor,
                                                 double uniform);

}  // namespace athanor
