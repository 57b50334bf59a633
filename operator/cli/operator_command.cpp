#include "cli/operator_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "adapters/kubernetes/cpprest_transport.hpp"
#include "adapters/prometheus/observability_server.hpp"
#include "adapters/prometheus/prometheus_metrics.hpp"
#include "adapters/system/posix_filesystem.hpp"
#include "adapters/system/system_clock.hpp"
#include "adapters/system/system_randomness.hpp"
#include "cli/backend.hpp"
#include "cli/commands/database_connectors.hpp"
#include "cli/version.hpp"
#include "controller/migration_controller.hpp"
#include "runtime/signal_waiter.hpp"

namespace athanor::cli {
namespace {

constexpr const char* kLeaseName = "athanor";

int could_not_start(ports::Log& log, const Error& error) {
  log.write(ports::LogLevel::Error, "could not start", {{"reason", error.reason}, {"error", error.message}});
  return 1;
}

void log_end(ports::Log& log, int code) {
  log.write(ports::LogLevel::Info, "athanor ends", {{"code", std::to_string(code)}});
}

/// Ends the process and destroys nothing: a thread is still at work with all of it. The database rolls back
/// what is open once the connection is gone.
[[noreturn]] void end_at_once(ports::Log& log, int code) {
  log_end(log, code);
  std::_Exit(code);
}

runtime::ManagerOptions manager_options(const OperatorOptions& options, const std::string& home,
                                        ports::Randomness& randomness) {
  runtime::ManagerOptions manager;
  manager.controller = "migrationenvironment";
  manager.workers.slots = options.workers;
  manager.grace = options.grace;
  manager.instance = runtime::holder_identity(randomness);
  // A folder of manifests has one reader: there is nobody to be elected against.
  if (options.leader_elect && options.manifests.empty()) {
    const std::string& ns = options.lease_namespace.empty() ? home : options.lease_namespace;
    manager.election = runtime::Candidate{{ns, kLeaseName}, manager.instance, {}};
  }
  return manager;
}

prometheus_metrics::HealthChecks health_checks(const controller::MigrationController& controller) {
  return {.alive = []() -> Result<void> { return {}; },
          .ready = [&controller]() -> Result<void> {
            if (controller.ready()) return {};
            return fail(ErrorKind::Transient, "NotReady",
                        "The caches are not in sync yet, or the lease is lost.");
          }};
}

}  // namespace

int run_operator(const OperatorOptions& options) {
  runtime::block_signals();
  kubernetes::initialize_http_threads();

  system::SystemClock clock;
  system::SystemRandomness randomness;
  system::PosixFilesystem files;
  const auto log = make_log(options.log_format, options.log_level, clock);
  prometheus_metrics::PrometheusMetrics metrics{std::string(kVersion)};

  const std::stop_source hurry;
  const BackendPorts backend_ports{clock, randomness, files, metrics, *log, hurry.get_token()};
  auto backend = options.manifests.empty() ? make_cluster_backend(options, backend_ports)
                                           : make_standalone_backend(options, backend_ports);
  if (!backend) return could_not_start(*log, backend.error());

  DatabaseConnectors connectors;
  runtime::ManagerOptions manager = manager_options(options, (*backend)->home(), randomness);
  manager.on_stuck = [&log](int code) { end_at_once(*log, code); };
  controller::MigrationController controller(
      manager, {(*backend)->client(), clock, randomness, metrics, *log, &(*backend)->lease_client(), hurry},
      connectors, (*backend)->watches(), !options.manifests.empty());
  auto server = prometheus_metrics::ObservabilityServer::start(
      {options.metrics_address, options.health_address}, metrics.collectable(), health_checks(controller));
  if (!server) return could_not_start(*log, server.error());
  log->write(ports::LogLevel::Info, "athanor starts",
             {{"version", std::string(kVersion)},
              {"objects", (*backend)->origin()},
              {"metrics_port", std::to_string((*server)->metrics_port())},
              {"health_port", std::to_string((*server)->health_port())}});

  std::stop_source stop;
  const runtime::SignalWaiter signals([&stop, &log](int, int count) {
    if (count == 1) log->write(ports::LogLevel::Info, "stopping: running revisions end first");
    stop.request_stop();
  });
  const int code = controller.run(stop.get_token());
  log_end(*log, code);
  return code;
}

}  // namespace athanor::cli
