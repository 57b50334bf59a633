// What a server, and the network to it, may take beyond the limits that an environment sets.
#pragma once

#include <chrono>

namespace athanor::postgres {

struct Patience {
  std::chrono::milliseconds bookkeeping{30'000};  ///< beside lock and statement timeout
  std::chrono::milliseconds answer{15'000};       ///< to a request to cancel
};

}  // namespace athanor::postgres
