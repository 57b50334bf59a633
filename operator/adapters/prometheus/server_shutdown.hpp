// Ending a civetweb server without waiting for its poll.
#pragma once

#include <functional>

#include "adapters/prometheus/listen_address.hpp"

namespace athanor::prometheus_metrics {

/// Runs `close`, which ends the server that listens on `address`. civetweb looks whether it should stop only
/// when its poll returns, which takes up to 2 s of a pod's grace time; a connection makes it return at once.
/// @param address with the port that is really listened on
void close_promptly(const ListenAddress& address, const std::function<void()>& close);

}  // namespace athanor::prometheus_metrics
