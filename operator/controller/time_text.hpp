// Wall-clock times as Kubernetes writes them.
#pragma once

#include <string>

#include "ports/clock.hpp"

namespace athanor::controller {

/// RFC 3339 in UTC, whole seconds: "2026-11-22T20:14:00Z".
[[nodiscard]] std::string rfc3339(ports::WallTime time);

}  // namespace athanor::controller
