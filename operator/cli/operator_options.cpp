#include "cli/operator_options.hpp"

#include <map>

#include <CLI/CLI.hpp>

namespace athanor::cli {

void add_operator_options(CLI::App& command, OperatorOptions& options) {
  auto* manifests = command
                        .add_option("--manifests", options.manifests,
                                    "Read MigrationEnvironments, ConfigMaps and Secrets from a folder of "
                                    "YAML manifests instead of an "
                                    "API server (standalone mode)")
                        ->type_name("DIR")
                        ->check(CLI::ExistingDirectory);
  auto* state = command
                    .add_option("--state-dir", options.state_dir,
                                "Standalone mode: where each environment's status is written, as YAML")
                    ->type_name("DIR");
  manifests->needs(state);
  state->needs(manifests);
  command
      .add_option("--kubeconfig", options.kubeconfig,
                  "Kubeconfig file; without it $KUBECONFIG, the pod's service account, or ~/.kube/config")
      ->type_name("FILE")
      ->excludes(manifests);
  command
      .add_option("--context", options.context, "Context of the kubeconfig; its current-context without it")
      ->excludes(manifests);
  command
      .add_option("--namespace", options.namespaces,
                  "Watch this namespace only; may be given several times (none: all)")
      ->type_name("NAME")
      ->excludes(manifests)
      ->expected(1)
      ->take_all();
  command.add_option("--metrics-address", options.metrics_address, "Where /metrics is served")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command.add_option("--health-address", options.health_address, "Where /healthz and /readyz are served")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command.add_flag("--leader-elect{true}", options.leader_elect,
                   "Work only while holding the Lease, so that several replicas can stand by (default true)");
  command
      .add_option("--leader-elect-namespace", options.lease_namespace,
                  "Namespace of the Lease; without it the pod's or the context's")
      ->type_name("NAME");
  command
      .add_option("--workers", options.workers,
                  "How many environments are looked at at the same time; long migrations do not count")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command
      .add_option_function<unsigned>(
          "--shutdown-grace", [&options](unsigned seconds) { options.grace = std::chrono::seconds(seconds); },
          "Seconds that running revisions get to end after SIGTERM before they are cancelled (default 25)")
      ->type_name("SECONDS");
  command.add_option("--log-format", options.log_format, "text or json (default text)")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, LogFormat>{{"text", LogFormat::Text}, {"json", LogFormat::Json}}));
  command.add_option("--log-level", options.log_level, "debug, info, warning or error (default info)")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, ports::LogLevel>{{"debug", ports::LogLevel::Debug},
                                                 {"info", ports::LogLevel::Info},
                                                 {"warning", ports::LogLevel::Warning},
                                                 {"error", ports::LogLevel::Error}}));
}

}  // namespace athanor::cli
