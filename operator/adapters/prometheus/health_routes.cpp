#include "adapters/prometheus/health_routes.hpp"

#include <string_view>

#include <civetweb.h>
#include <fmt/format.h>

namespace athanor::prometheus_metrics {
namespace {

using Check = std::function<Result<void>()>;

std::string_view status_text(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

/// civetweb calls this for each request; no exception may pass through it.
int handle_probe(mg_connection* connection, void* check) noexcept {
  const std::string_view method = mg_get_request_info(connection)->request_method;
  const bool head = method == "HEAD";
  const HealthAnswer answer = head || method == "GET" ? answer_probe(*static_cast<const Check*>(check))
                                                      : HealthAnswer{405, "GET or HEAD\n"};
  const std::string_view text = status_text(answer.status);
  mg_printf(connection,
            "HTTP/1.1 %d %.*s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
            answer.status, static_cast<int>(text.size()), text.data(), answer.body.size());
  if (!head) mg_write(connection, answer.body.data(), answer.body.size());
  return answer.status;
}

}  // namespace

HealthAnswer answer_probe(const Check& check) noexcept {
  try {
    const Result<void> result = check();
    if (result) return {200, "ok\n"};
    return {503, fmt::format("{}: {}\n", result.error().reason, result.error().message)};
  } catch (...) {
    return {500, "the check failed\n"};
  }
}

void install_health_routes(mg_context* context, HealthChecks& checks) {
  mg_set_request_handler(context, "/healthz$", handle_probe, &checks.alive);
  mg_set_request_handler(context, "/readyz$", handle_probe, &checks.ready);
}

}  // namespace athanor::prometheus_metrics
