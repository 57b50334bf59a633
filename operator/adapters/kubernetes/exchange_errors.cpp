#include "adapters/kubernetes/exchange_errors.hpp"

#include <cerrno>

#include <fmt/format.h>

namespace athanor::kubernetes {

Error ExchangeErrors::unavailable(std::string_view what) const {
  const std::string tls = diagnosis_.take();
  return {ErrorKind::Transient, "ApiUnavailable",
          fmt::format("{}: {}{}{}", subject(), what, tls.empty() ? "" : ": ", tls)};
}

Error ExchangeErrors::failed(const ExchangeFailure& failure) const {
  if (failure.error) return *failure.error;
  if (failure.cut_off()) return unavailable("the server closed the connection in the middle of its answer");
  if (failure.code == ETIMEDOUT) return unavailable("no answer in time");
  return unavailable(failure.what);
}

Error ExchangeErrors::idle(std::chrono::milliseconds idle_timeout) const {
  return {
      ErrorKind::Transient, "WatchIdle",
      fmt::format("{}: nothing came for {} ms; the connection is given up", subject(), idle_timeout.count())};
}

std::string ExchangeErrors::subject() const {
  return fmt::format("{} {}{}", request_.method, server_,
                     request_.target.substr(0, request_.target.find('?')));
}

}  // namespace athanor::kubernetes
