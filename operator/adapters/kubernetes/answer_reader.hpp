// Reads an answer out of its exchange, as a whole or piece by piece. Knows nothing of the library.
#pragma once

#include <chrono>
#include <stop_token>

#include "adapters/kubernetes/exchange_errors.hpp"
#include "adapters/kubernetes/exchange_patience.hpp"
#include "adapters/kubernetes/http_exchange.hpp"
#include "adapters/kubernetes/repeat_rules.hpp"
#include "adapters/kubernetes/transport_options.hpp"
#include "core/result.hpp"
#include "ports/http_transport.hpp"

namespace athanor::kubernetes {

struct WholeAnswer {
  Result<ports::HttpResponse> response;
  Suspicion suspicion = Suspicion::None;  ///< of the connection, where there is no response
};

/// For one exchange, whose answer can be read once.
class AnswerReader {
 public:
  /// All three must outlive the reader.
  AnswerReader(const TransportOptions& options, HttpExchange& exchange, const ExchangeErrors& errors)
      : options_(options), exchange_(exchange), errors_(errors) {}

  /// @param patience goes on from where it is: a request that is sent again gets no more time for that
  /// @return any status; Transient `ApiUnavailable` for no answer or an end of it in time, a broken one, or
  /// one of more than `max_body_bytes`; or the Error that kept the connection from being set up
  [[nodiscard]] WholeAnswer read_whole(ExchangePatience& patience);

  /// Status 200 goes to `on_chunk`, any other status is returned with its body.
  /// @param idle_timeout the longest pause between two pieces of a 200; the head must come within `deadline`
  /// @param stop once requested, a 200 is returned for what came until then, and one is made up where there
  /// is no head yet
  /// @return a 200 also for a stream that was cut off: the port counts that as its end, and whoever watches
  /// begins anew either way; Transient `WatchIdle` for a pause that is too long; Transient `ApiUnavailable`
  /// as of read_whole() for the head, for the body of another status, and for a stream that broke otherwise
  [[nodiscard]] Result<ports::HttpResponse> read_stream(std::chrono::milliseconds idle_timeout,
                                                        const ports::HttpChunkHandler& on_chunk,
                                                        const std::stop_token& stop);

 private:
  [[nodiscard]] ExchangeFailure failure() const { return exchange_.failure().value_or(ExchangeFailure{}); }
  [[nodiscard]] WholeAnswer read_body(const AnswerHead& head, ExchangePatience& patience);
  [[nodiscard]] Result<void> pipe(std::chrono::milliseconds idle_timeout,
                                  const ports::HttpChunkHandler& on_chunk, const std::stop_token& stop);

  const TransportOptions& options_;
  HttpExchange& exchange_;
  const ExchangeErrors& errors_;
};

}  // namespace athanor::kubernetes
