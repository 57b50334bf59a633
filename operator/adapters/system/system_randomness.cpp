#include "adapters/system/system_randomness.hpp"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace athanor::system {

double SystemRandomness::uniform() {
  // 53 bits are what a double holds between 0 and 1 without rounding up to 1.
  return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

std::uint64_t SystemRandomness::bits() {
  std::uint64_t value = 0;
  // getrandom gives so few bytes in one piece; only a signal before the pool is ready can interrupt it.
  while (::getrandom(&value, sizeof(value), 0) != static_cast<ssize_t>(sizeof(value))) {
    if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
  }
  return value;
}

}  // namespace athanor::system
