// From an API server's answer to an Error. Pure.
#pragma once

#include <string>

#include "adapters/kubernetes/request_builder.hpp"
#include "core/result.hpp"
#include "ports/http_transport.hpp"

namespace athanor::kubernetes {

/// The RBAC rule that would allow a request, for people to paste: `apiGroups: [""], resources: ["secrets"],
/// verbs: ["get"]`.
[[nodiscard]] std::string rbac_rule(const ApiRequest& request);

/// The Error of an answer that is no success (2xx), with the kinds and reasons of ports/resource_client.hpp
/// and ports/watch_source.hpp. The message names verb, resource and object, and what the server said.
[[nodiscard]] Error error_of(const ApiRequest& request, const ports::HttpResponse& response);

/// Seconds that an answer asks to wait before trying again (Retry-After); 0 if it asks for none.
[[nodiscard]] int retry_after_seconds(const ports::HttpResponse& response);

}  // namespace athanor::kubernetes
