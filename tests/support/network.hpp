// Loopback addresses for tests.
#pragma once

#include <cstdint>

namespace athanor::testing {

/// A TCP port that was free on 127.0.0.1 just now. Throws std::runtime_error.
[[nodiscard]] std::uint16_t free_port();

/// Whether something accepts connections there.
[[nodiscard]] bool accepts_connections(std::uint16_t port);

}  // namespace athanor::testing
