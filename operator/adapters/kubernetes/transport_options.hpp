// What every ports::HttpTransport to an API server is told.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

#include "adapters/kubernetes/tls_settings.hpp"

namespace athanor::kubernetes {

struct TransportOptions {
  std::string server;  ///< https://host:port/path or http://…; an IPv6 address in brackets
  TlsSettings tls;
  std::string user_agent = "athanor";
  /// A request that isn't a stream fails after so long without a byte,
  std::chrono::milliseconds inactivity_timeout{std::chrono::seconds{10}};
  /// and after so long in all. The head of a stream must come within it too.
  std::chrono::milliseconds deadline{std::chrono::seconds{60}};
  /// Once it is requested, a request that isn't a stream gets `hurried_deadline` at most, one that is under
  /// way that much more: the process is ending, and must not wait for a server that hangs.
  std::stop_token hurry;
  std::chrono::milliseconds hurried_deadline{std::chrono::seconds{2}};
  /// The longest answer that is taken; of a stream, the longest answer that isn't status 200.
  std::size_t max_body_bytes = std::size_t{64} * 1024 * 1024;
};

/// What a request for the Lease may take, in all. Two that hang, and the pause between them, fit into the 10
/// s in which a leader has to renew: one dead connection costs no lease. (controller-runtime gives its lease
/// client half of that time, too.)
inline constexpr std::chrono::milliseconds kLeaseTimeout{std::chrono::seconds{3}};

/// The same server, for a transport that leader election has to itself.
[[nodiscard]] inline TransportOptions for_lease(TransportOptions options) {
  options.inactivity_timeout = kLeaseTimeout;
  options.deadline = kLeaseTimeout;
  return options;
}

}  // namespace athanor::kubernetes
