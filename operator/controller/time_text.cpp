#include "controller/time_text.hpp"

#include <fmt/chrono.h>

namespace athanor::controller {

std::string rfc3339(ports::WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace athanor::controller
