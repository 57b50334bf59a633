// Host names to addresses, within a time limit: libpq's own lookup can't be interrupted.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace athanor::postgres {

/// Looks a name up, however long that takes; called in a thread that may be left behind.
/// @return numeric addresses in the order to try them; Transient `DatabaseUnreachable`
using Lookup = std::function<Result<std::vector<std::string>>(const std::string& host)>;

/// The system's name service, by getaddrinfo.
[[nodiscard]] Result<std::vector<std::string>> look_up(const std::string& host);

/// Waits for `lookup` until `deadline`, or until `cancel` is requested.
/// @return as Lookup
[[nodiscard]] Result<std::vector<std::string>> resolve(const std::string& host, const Lookup& lookup,
                                                       std::chrono::steady_clock::time_point deadline,
                                                       const std::stop_token& cancel);

}  // namespace athanor::postgres
