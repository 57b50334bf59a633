// ports::HttpTransport on cpprestsdk, which no other file of the tree knows of.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

#include "adapters/kubernetes/transport_options.hpp"
#include "core/result.hpp"
#include "ports/filesystem.hpp"
#include "ports/http_transport.hpp"

namespace athanor::kubernetes {

/// Starts cpprestsdk's threads: one, instead of 40. All its work is waiting for sockets, and with one thread
/// its connections are never touched from two (cancelling included). Call it early in main: after signals are
/// blocked, since the thread inherits the mask, and before other threads begin, since it sets an environment
/// variable (defer_system_authorities). Every CpprestTransport calls it too, and only the first call counts.
void initialize_http_threads();

/// Thread-safe. A request that may arrive twice (HttpRequest::may_repeat says which) goes over a pool of kept
/// connections, and is sent again, once and on a new connection, if the server turns out to have closed its
/// own. Streams, and requests that may not, get a new connection each, which costs a TLS handshake (and, by a
/// habit of the library, 20 ms for reading the system's CAs, where there are any). Redirects are not
/// followed.
///
/// REQUIRES: destroyed before main returns (cpprestsdk's threads end with static objects).
class CpprestTransport final : public ports::HttpTransport {
 public:
  /// Certificates are read once to say early what is wrong with them, and again for each new connection.
  /// @param files must outlive the transport
  /// @return Terminal `InvalidServerUrl`; Transient `FileMissing`, `FileUnreadable` or `TlsSettingsInvalid`
  [[nodiscard]] static Result<std::unique_ptr<CpprestTransport>> create(TransportOptions options,
                                                                        const ports::Filesystem& files);
  ~CpprestTransport() override;

  /// Errors, beside the port's: Transient `FileMissing`, `FileUnreadable` or `TlsSettingsInvalid` for
  /// certificates that went bad since. A 401 also drops the pooled connections, so that the next request
  /// presents what is in the certificate files now; so does an answer that doesn't come in time, since what
  /// lost it (a load balancer that forgot its connections, a node that is gone) may have lost all of them.
  [[nodiscard]] Result<ports::HttpResponse> send(const ports::HttpRequest& request) override;
  [[nodiscard]] Result<ports::HttpResponse> stream(const ports::HttpRequest& request,
                                                   std::chrono::milliseconds idle_timeout,
                                                   const ports::HttpChunkHandler& on_chunk,
                                                   std::stop_token stop) override;

 private:
  class Impl;
  explicit CpprestTransport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace athanor::kubernetes
