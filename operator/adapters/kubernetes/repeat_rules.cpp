#include "adapters/kubernetes/repeat_rules.hpp"

#include <cerrno>

namespace athanor::kubernetes {

bool may_repeat(const ports::HttpRequest& request) {
  return request.may_repeat || request.method == "GET" || request.method == "HEAD" ||
         request.method == "PUT" || request.method == "DELETE";
}

Suspicion suspicion_of(const ExchangeFailure& failure) {
  if (failure.code == ETIMEDOUT) return Suspicion::Silent;
  return failure.may_be_stale() ? Suspicion::Stale : Suspicion::None;
}

}  // namespace athanor::kubernetes
