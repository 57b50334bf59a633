// From an exchange that failed to an Error, with the reasons of ports/http_transport.hpp. Knows nothing of
// the library.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "adapters/kubernetes/http_exchange.hpp"
#include "adapters/kubernetes/tls_settings.hpp"
#include "core/result.hpp"
#include "ports/http_transport.hpp"

namespace athanor::kubernetes {

/// The Errors of one request. Each message begins with its method, server and path, without the query.
class ExchangeErrors {
 public:
  /// All three must outlive the object.
  /// @param server the URL as TransportOptions has it
  /// @param diagnosis of the connections that the request may go over
  ExchangeErrors(const std::string& server, const ports::HttpRequest& request, TlsDiagnosis& diagnosis)
      : server_(server), request_(request), diagnosis_(diagnosis) {}

  /// Transient `ApiUnavailable`. Takes the diagnosis, which belongs to the message.
  /// @param what went wrong, for a person
  [[nodiscard]] Error unavailable(std::string_view what) const;

  /// What the library told: an Error of ours as it is (and the diagnosis stays), anything else as
  /// unavailable().
  [[nodiscard]] Error failed(const ExchangeFailure& failure) const;

  /// Transient `WatchIdle`.
  /// @param idle_timeout how long the stream brought no byte
  [[nodiscard]] Error idle(std::chrono::milliseconds idle_timeout) const;

 private:
  [[nodiscard]] std::string subject() const;

  const std::string& server_;
  const ports::HttpRequest& request_;
  TlsDiagnosis& diagnosis_;
};

}  // namespace athanor::kubernetes
