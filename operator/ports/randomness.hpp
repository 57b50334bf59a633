// Randomness, so that tests can say what it will be. Implementations are safe to call from several threads.
#pragma once

#include <cstdint>

namespace athanor::ports {

class Randomness {
 public:
  virtual ~Randomness() = default;
  /// In [0, 1).
  virtual double uniform() = 0;
  virtual std::uint64_t bits() = 0;
};

}  // namespace athanor::ports
