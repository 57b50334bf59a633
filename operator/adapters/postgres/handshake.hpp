// Opens a connection for libpqxx to use.
//
// libpqxx 6.4.5 opens its own from a string and keeps of a failure only the text, in the server's language.
// Opened here, the message has its SQLSTATE, and several hosts share one time limit.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

#include <libpq-fe.h>

#include "adapters/postgres/connection_plan.hpp"
#include "adapters/postgres/resolver.hpp"
#include "core/result.hpp"

namespace athanor::postgres {

struct ConnectionCloser {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, ConnectionCloser>;

/// Tries the hosts in order, and each of a host's addresses; the next one after a failure that another may
/// not have (not after a refused login, as in libpq). Each has its share of the time.
/// @param end for all of them together, name resolution included
/// @return as DatabaseConnector::connect
[[nodiscard]] Result<ConnectionHandle> open_connection(const ConnectionPlan& plan, const Lookup& lookup,
                                                       std::chrono::steady_clock::time_point end,
                                                       const std::stop_token& cancel);

}  // namespace athanor::postgres
