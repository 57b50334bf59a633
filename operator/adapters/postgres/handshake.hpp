// Opens a connection for libpqxx to use.
//
// libpqxx 6.4.5 opens its own from a string and keeps of a failure only the text, in the server's language.
// Opened here, the message has its SQLSTATE, and several hosts share one time limit.
#pragma once

#include <memory>

#include <libpq-fe.h>

#include "adapters/postgres/connection_plan.hpp"
#include "core/result.hpp"

namespace athanor::postgres {

struct ConnectionCloser {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, ConnectionCloser>;

/// Tries the hosts in order; the next one after a failure that another host may not have (not after a refused
/// login, as in libpq).
/// Ends within plan.limit for all hosts together; only name resolution, which can\'t be interrupted, may add
/// to it.
/// @return as DatabaseConnector::connect
[[nodiscard]] Result<ConnectionHandle> open_connection(const ConnectionPlan& plan);

}  // namespace athanor::postgres
