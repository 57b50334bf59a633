// How long one exchange may wait for its answer. Knows nothing of the library.
#pragma once

#include <chrono>
#include <stop_token>

#include "adapters/kubernetes/http_exchange.hpp"
#include "adapters/kubernetes/transport_options.hpp"

namespace athanor::kubernetes {

/// For one exchange at a time: the inactivity timeout counts anew for each wait, the deadline from
/// construction.
class ExchangePatience {
 public:
  using Wait = HttpExchange::Wait (HttpExchange::*)(HttpExchange::Time, const std::stop_token&);

  /// @param hurry once requested, there are `hurried` left at most
  ExchangePatience(const TransportOptions& options, std::stop_token hurry, std::chrono::milliseconds hurried);

  /// Of a whole answer, as the options have it.
  explicit ExchangePatience(const TransportOptions& options)
      : ExchangePatience(options, options.hurry, options.hurried_deadline) {}

  /// @return true if the wait found the exchange Ready; false: it took too long
  [[nodiscard]] bool outlasts(HttpExchange& exchange, Wait wait);

 private:
  std::chrono::milliseconds inactivity_;
  HttpExchange::Time due_;
  std::stop_token hurry_;
  std::chrono::milliseconds hurried_;
};

}  // namespace athanor::kubernetes
