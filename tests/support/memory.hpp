// How much memory this process holds.
#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace athanor::testing {

/// The highest resident size so far (VmHWM), in bytes: what was freed again counts. 0 with AddressSanitizer,
/// which puts what is freed in quarantine.
[[nodiscard]] inline std::size_t peak_resident_bytes() {
#ifdef __SANITIZE_ADDRESS__
  return 0;
#endif
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
  }
  return 0;
}

}  // namespace athanor::testing
