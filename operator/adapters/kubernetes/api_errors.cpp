#include "adapters/kubernetes/api_errors.hpp"

#include <charconv>

#include <fmt/format.h>

#include "adapters/kubernetes/object_decoder.hpp"

namespace athanor::kubernetes {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kRequestTimeout = 408;
constexpr int kConflict = 409;
constexpr int kGone = 410;
constexpr int kTooManyRequests = 429;
constexpr int kServerErrors = 500;

/// `get configmaps shop/revisions`, `list configmaps in all namespaces`
std::string describe(const ApiRequest& request) {
  if (!request.name.empty()) {
    return fmt::format("{} {} {}{}{}", request.verb, request.resource, request.ns,
                       request.ns.empty() ? "" : "/", request.name);
  }
  return fmt::format("{} {} in {}", request.verb, request.resource,
                     request.ns.empty() ? "all namespaces" : "namespace " + request.ns);
}

Error forbidden(const ApiRequest& request, const std::string& said) {
  // Admission and a namespace that is going away say 403 too; the authorizer says "User … cannot get …".
  const bool by_authorizer = said.find("cannot " + request.verb) != std::string::npos;
  std::string message = fmt::format("cannot {}: {}", describe(request), said);
  if (by_authorizer) {
    message += request.ns.empty()
                   ? fmt::format("; it takes a ClusterRole with the rule {{{}}}, bound to that user",
                                 rbac_rule(request))
                   : fmt::format("; it takes a Role in namespace {} with the rule {{{}}}, bound to that user",
                                 request.ns, rbac_rule(request));
  }
  return {ErrorKind::Transient, "Forbidden", std::move(message), {}};
}

Error conflict(const ApiRequest& request, const ApiStatus& status) {
  const bool exists = status.reason == "AlreadyExists" || (status.reason.empty() && request.verb == "create");
  return {ErrorKind::Conflict,
          exists ? "AlreadyExists" : "Conflict",
          fmt::format("cannot {}: {}", describe(request), status.message),
          {}};
}

}  // namespace

std::string rbac_rule(const ApiRequest& request) {
  return fmt::format("apiGroups: [\"{}\"], resources: [\"{}\"], verbs: [\"{}\"]", request.group,
                     request.resource, request.verb);
}

Error error_of(const ApiRequest& request, const ports::HttpResponse& response) {
  const ApiStatus status = decode_api_status(response.body);
  const std::string said = fmt::format("{} (HTTP {}{}{})", status.message, response.status,
                                       status.reason.empty() ? "" : " ", status.reason);
  const std::string message = fmt::format("cannot {}: {}", describe(request), said);
  switch (response.status) {
    case kUnauthorized:
      return {ErrorKind::Transient,
              "Unauthorized",
              message + "; the API server doesn't accept the token or client certificate that came along",
              {}};
    case kForbidden:
      return forbidden(request, said);
    case kNotFound:
      return {ErrorKind::Transient, "NotFound", message, {}};
    case kConflict:
      return conflict(request, status);
    case kGone:
      return {ErrorKind::Transient, "Expired", message, {}};
    case kRequestTimeout:
    case kTooManyRequests:
      return {ErrorKind::Transient, "ApiUnavailable", message, {}};
    default:
      break;
  }
  if (response.status >= kServerErrors) return {ErrorKind::Transient, "ApiUnavailable", message, {}};
  return {ErrorKind::Terminal, "ApiRejected", message, {}};
}

int retry_after_seconds(const ports::HttpResponse& response) {
  const auto found = response.headers.find("retry-after");
  if (found == response.headers.end()) return 0;
  const std::string& text = found->second;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // The other form, a date, is not one that API servers send.
  return error == std::errc() && end == text.data() + text.size() && seconds > 0 ? seconds : 0;
}

}  // namespace athanor::kubernetes
