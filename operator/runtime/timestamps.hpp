// Times as the Kubernetes API writes them.
#pragma once

#include <string>

#include "ports/clock.hpp"

namespace athanor::runtime {

/// RFC 3339 in UTC with six digits of a second, the API's MicroTime: "2026-11-22T20:14:00.000000Z".
[[nodiscard]] std::string rfc3339_micros(ports::WallTime time);

}  // namespace athanor::runtime
