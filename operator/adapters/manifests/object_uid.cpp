#include "adapters/manifests/object_uid.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace athanor::manifests {

std::string random_uid(ports::Randomness& randomness) {
  const std::uint64_t high = randomness.bits();
  const std::uint64_t low = randomness.bits();
  const std::uint64_t version_4 = 0x4000 | (high & 0x0fff);
  const std::uint64_t variant_10 = 0x8000 | ((low >> 48) & 0x3fff);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, version_4,
                     variant_10, low & 0xffff'ffff'ffff);
}

}  // namespace athanor::manifests
