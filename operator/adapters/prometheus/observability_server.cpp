#include "adapters/prometheus/observability_server.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <CivetServer.h>
#include <fmt/format.h>
#include <malloc.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include "adapters/prometheus/health_routes.hpp"
#include "adapters/prometheus/listen_address.hpp"
#include "adapters/prometheus/server_shutdown.hpp"

namespace athanor::prometheus_metrics {
namespace {

constexpr std::string_view kMetricsPath = "/metrics";

/// What civetweb's callbacks, which carry no pointer of ours, need while a server is being made. They are
/// called on the thread that makes it.
struct Startup {
  HealthChecks* checks = nullptr;  ///< routes to install; nullptr: none
  std::string complaint;           ///< civetweb's own words
};

thread_local Startup* current_startup = nullptr;

class StartupScope {
 public:
  explicit StartupScope(Startup& startup) { current_startup = &startup; }
  ~StartupScope() { current_startup = nullptr; }
  StartupScope(const StartupScope&) = delete;
  StartupScope& operator=(const StartupScope&) = delete;
};

/// Exposer hides its server; the routes get in while its context is being made.
void on_context(const mg_context* context) {
  if (current_startup == nullptr || current_startup->checks == nullptr) return;
  install_health_routes(const_cast<mg_context*>(context), *current_startup->checks);
}

int on_log(const mg_connection* /*connection*/, const char* message) {
  // The first complaint has the cause; later ones only say what came of it.
  if (current_startup != nullptr && current_startup->complaint.empty()) current_startup->complaint = message;
  return 1;  // not to civetweb's own log
}

/// A scrape makes some megabytes of text for 1,000 environments, which malloc would keep until the next one.
void on_request_done(const mg_connection* connection, int /*status*/) {
  const char* path = mg_get_request_info(connection)->local_uri;
  if (path != nullptr && std::string_view(path) == kMetricsPath) ::malloc_trim(0);
}

CivetCallbacks callbacks() {
  CivetCallbacks callbacks;
  callbacks.end_request = on_request_done;
  callbacks.init_context = on_context;
  callbacks.log_message = on_log;
  return callbacks;
}

std::vector<std::string> server_options(const ListenAddress& address) {
  // Two threads: one client that hangs doesn't keep the next one waiting; and after 10 s it is cut off.
  return {"listening_ports", address.civetweb(), "num_threads", "2", "request_timeout_ms", "10000"};
}

/// Runs `make`, which starts a server, and words its failure.
template <class Make>
auto start_server(const ListenAddress& address, HealthChecks* checks, Make make) -> Result<decltype(make())> {
  // Debian's civetweb knows no IPv6, and then calls such an address an invalid port.
  if (address.host.find(':') != std::string::npos && mg_check_feature(MG_FEATURES_IPV6) == 0) {
    return fail(
        ErrorKind::Terminal, "AddressUnavailable",
        fmt::format("cannot listen on {}: the HTTP server was built without IPv6; give an IPv4 address",
                    address.civetweb()));
  }
  Startup startup{checks, {}};
  const StartupScope scope(startup);
  try {
    return make();
  } catch (const std::exception& error) {
    return fail(ErrorKind::Terminal, "AddressUnavailable",
                fmt::format("cannot listen on {}: {}", address.civetweb(),
                            startup.complaint.empty() ? error.what() : startup.complaint));
  }
}

}  // namespace

struct ObservabilityServer::Servers {
  HealthChecks checks;
  std::shared_ptr<::prometheus::Collectable> metrics;
  ListenAddress metrics_address;
  ListenAddress health_address;
  std::unique_ptr<::prometheus::Exposer> exposer;
  std::unique_ptr<CivetServer> health;
  bool health_on_exposer = false;

  Servers() = default;
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;
  ~Servers() {
    if (exposer) close_promptly(metrics_address, [this] { exposer.reset(); });
    if (health) close_promptly(health_address, [this] { health.reset(); });
  }

  Result<void> start_exposer(const ListenAddress& address) {
    const CivetCallbacks hooks = callbacks();
    auto started = start_server(address, health_on_exposer ? &checks : nullptr, [&] {
      return std::make_unique<::prometheus::Exposer>(server_options(address), &hooks);
    });
    if (!started) return fail(started.error());
    exposer = std::move(*started);
    exposer->RegisterCollectable(metrics, std::string(kMetricsPath));
    metrics_address = {address.host, exposer->GetListeningPorts().at(0)};
    return {};
  }

  Result<void> start_health(const ListenAddress& address) {
    const CivetCallbacks hooks = callbacks();
    auto started = start_server(
        address, &checks, [&] { return std::make_unique<CivetServer>(server_options(address), &hooks); });
    if (!started) return fail(started.error());
    health = std::move(*started);
    health_address = {address.host, health->getListeningPorts().at(0)};
    return {};
  }
};

Result<std::unique_ptr<ObservabilityServer>> ObservabilityServer::start(
    const ObservabilityAddresses& addresses, std::shared_ptr<::prometheus::Collectable> metrics,
    HealthChecks checks) {
  const auto metrics_address = parse_optional_address(addresses.metrics, "--metrics-address");
  if (!metrics_address) return fail(metrics_address.error());
  const auto health_address = parse_optional_address(addresses.health, "--health-address");
  if (!health_address) return fail(health_address.error());

  auto servers = std::make_unique<Servers>();
  servers->checks = std::move(checks);
  servers->metrics = std::move(metrics);
  // Port 0 twice means two ports.
  servers->health_on_exposer =
      *metrics_address && *metrics_address == *health_address && (*metrics_address)->port != 0;
  if (*metrics_address) {
    if (auto started = servers->start_exposer(**metrics_address); !started) return fail(started.error());
  }
  if (*health_address && !servers->health_on_exposer) {
    if (auto started = servers->start_health(**health_address); !started) return fail(started.error());
  }
  return std::unique_ptr<ObservabilityServer>(new ObservabilityServer(std::move(servers)));
}

ObservabilityServer::ObservabilityServer(std::unique_ptr<Servers> servers) : servers_(std::move(servers)) {}

ObservabilityServer::~ObservabilityServer() = default;

int ObservabilityServer::metrics_port() const {
  return servers_->metrics_address.port;
}

int ObservabilityServer::health_port() const {
  return servers_->health_on_exposer ? metrics_port() : servers_->health_address.port;
}

}  // namespace athanor::prometheus_metrics
