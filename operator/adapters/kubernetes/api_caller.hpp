// Requests with credentials, counted, and tried again where that is all it takes.
#pragma once

#include <chrono>
#include <stop_token>

#include "adapters/kubernetes/request_builder.hpp"
#include "adapters/kubernetes/token_source.hpp"
#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/http_transport.hpp"
#include "ports/metrics_sink.hpp"

namespace athanor::kubernetes {

/// Thread-safe. What it is given must outlive it.
///
/// A 401 is tried once more with a token read anew. A 429 with Retry-After is waited out, up to
/// kLongestRetryAfter, at most kMaxThrottleRetries times. Every answer counts into
/// rest_client_requests_total{code,method}, one that never came with the code `<error>` as client-go has it.
class ApiCaller {
 public:
  static constexpr std::chrono::seconds kLongestRetryAfter{3};
  static constexpr int kMaxThrottleRetries = 2;

  /// @param metrics may be null
  ApiCaller(ports::HttpTransport& transport, TokenSource& tokens, ports::Clock& clock,
            ports::MetricsSink* metrics)
      : transport_(transport), tokens_(tokens), clock_(clock), metrics_(metrics) {}

  /// The answer of a success (2xx).
  /// @param stop ends the waits between tries
  /// @return the Errors of ports/resource_client.hpp and ports/watch_source.hpp
  [[nodiscard]] Result<ports::HttpResponse> call(const ApiRequest& request, std::stop_token stop = {});

  /// A stream of status 200, to its end.
  /// @return as call(); Transient `WatchIdle`
  [[nodiscard]] Result<void> stream(const ApiRequest& request, std::chrono::milliseconds idle_timeout,
                                    const ports::HttpChunkHandler& on_chunk, std::stop_token stop);

 private:
  template <class Send>
  Result<ports::HttpResponse> with_token(const ApiRequest& request, const Send& send);
  void count(const ApiRequest& request, const Result<ports::HttpResponse>& answer);

  ports::HttpTransport& transport_;
  TokenSource& tokens_;
  ports::Clock& clock_;
  ports::MetricsSink* metrics_;
};

}  // namespace athanor::kubernetes
