#include "runtime/timestamps.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace athanor::runtime {

std::string rfc3339_micros(ports::WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto micros = std::chrono::floor<std::chrono::microseconds>(time - seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), micros.count());
}

}  // namespace athanor::runtime
