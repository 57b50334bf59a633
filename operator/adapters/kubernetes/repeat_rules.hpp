// Which requests may be sent again, and when a failure calls for that or for another connection. Pure.
#pragma once

#include "adapters/kubernetes/http_exchange.hpp"
#include "ports/http_transport.hpp"

namespace athanor::kubernetes {

/// Whether it does no harm if the server sees the request twice: the idempotent methods among those that an
/// API server knows (RFC 9110, 9.2.2), and what its maker says of it (HttpRequest::may_repeat).
[[nodiscard]] bool may_repeat(const ports::HttpRequest& request);

/// What a failed exchange says of the connection it went over.
enum class Suspicion {
  None,
  Stale,   ///< the server had closed it: the request never arrived
  Silent,  ///< no answer in time
};

/// @param failure of an exchange that ended before its answer began: once that has begun, the request did
/// arrive, and the connection was alive
[[nodiscard]] Suspicion suspicion_of(const ExchangeFailure& failure);

}  // namespace athanor::kubernetes
