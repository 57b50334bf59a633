// /metrics, /healthz and /readyz over HTTP.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"

namespace prometheus {
class Collectable;
}

namespace athanor::prometheus_metrics {

/// What the probes ask. Called on the server's threads, several at once; must answer soon. A failure's
/// message is shown to whoever asks: no secrets in it.
struct HealthChecks {
  std::function<Result<void>()> alive;  ///< /healthz: 200, or 503 and the reason
  std::function<Result<void>()> ready;  ///< /readyz: likewise
};

/// HOST:PORT each; see parse_listen_address(). Empty or "0": not served. The same for both: one server.
struct ObservabilityAddresses {
  std::string metrics;
  std::string health;
};

/// Serves until it is destroyed, which waits for requests under way. The threads inherit the signal mask of
/// the one that calls start().
class ObservabilityServer {
 public:
  /// @return Terminal `InvalidAddress`; Terminal `AddressUnavailable`, with the system's reason, if an
  /// address can't be bound
  [[nodiscard]] static Result<std::unique_ptr<ObservabilityServer>> start(
      const ObservabilityAddresses& addresses, std::shared_ptr<::prometheus::Collectable> metrics,
      HealthChecks checks);
  ~ObservabilityServer();
  ObservabilityServer(const ObservabilityServer&) = delete;
  ObservabilityServer& operator=(const ObservabilityServer&) = delete;

  /// The port that is listened on, also when 0 was asked for; 0: not served.
  [[nodiscard]] int metrics_port() const;
  [[nodiscard]] int health_port() const;

 private:
  struct Servers;
  explicit ObservabilityServer(std::unique_ptr<Servers> servers);
  std::unique_ptr<Servers> servers_;
};

}  // namespace athanor::prometheus_metrics
