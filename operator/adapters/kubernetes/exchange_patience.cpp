#include "adapters/kubernetes/exchange_patience.hpp"

#include <algorithm>
#include <utility>

namespace athanor::kubernetes {

using Clock = std::chrono::steady_clock;

ExchangePatience::ExchangePatience(const TransportOptions& options, std::stop_token hurry,
                                   std::chrono::milliseconds hurried)
    : inactivity_(options.inactivity_timeout),
      due_(Clock::now() + options.deadline),
      hurry_(std::move(hurry)),
      hurried_(hurried) {}

bool ExchangePatience::outlasts(HttpExchange& exchange, Wait wait) {
  const HttpExchange::Time now = Clock::now();
  // Bytes that keep coming must not put the end off.
  if (now >= due_) return false;
  const HttpExchange::Time inactive = now + inactivity_;
  HttpExchange::Wait waited = (exchange.*wait)(std::min(inactive, due_), hurry_);
  if (waited == HttpExchange::Wait::Stopped) {
    hurry_ = {};
    due_ = std::min(due_, Clock::now() + hurried_);
    waited = (exchange.*wait)(std::min(inactive, due_), hurry_);
  }
  return waited == HttpExchange::Wait::Ready;
}

}  // namespace athanor::kubernetes
