// What every ports::HttpTransport to an API server is told.
#pragma once

#include <chrono>
#include <cstddef>
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
  /// The longest answer that is taken; of a stream, the longest answer that isn't status 200.
  std::size_t max_body_bytes = std::size_t{64} * 1024 * 1024;
};

}  // namespace athanor::kubernetes
