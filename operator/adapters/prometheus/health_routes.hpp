// /healthz and /readyz on a civetweb server.
#pragma once

#include <string>

#include "adapters/prometheus/observability_server.hpp"

struct mg_context;

namespace athanor::prometheus_metrics {

/// An answer to a probe.
struct HealthAnswer {
  int status = 200;
  std::string body;
};

/// 200 "ok", or 503 and the reason; 500 if the check throws.
[[nodiscard]] HealthAnswer answer_probe(const std::function<Result<void>()>& check) noexcept;

/// @param checks: outlives the server
void install_health_routes(mg_context* context, HealthChecks& checks);

}  // namespace athanor::prometheus_metrics
