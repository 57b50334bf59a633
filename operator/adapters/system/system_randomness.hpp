// The kernel's randomness.
#pragma once

#include <cstdint>

#include "ports/randomness.hpp"

namespace athanor::system {

/// Thread-safe; has no state of its own, so that forked or concurrent users never share a sequence.
class SystemRandomness final : public ports::Randomness {
 public:
  double uniform() override;
  std::uint64_t bits() override;
};

}  // namespace athanor::system
