// The flags of `athanor operator`.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "cli/log_output.hpp"
#include "ports/log.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

struct OperatorOptions {
  std::string manifests;  ///< standalone mode: a folder of YAML manifests in place of an API server
  std::string state_dir;  ///< standalone mode: where status goes
  std::string kubeconfig;
  std::string context;
  std::vector<std::string> namespaces;           ///< none: all
  std::string metrics_address = "0.0.0.0:8080";  ///< standalone mode: on loopback, unless it is given
  std::string health_address = "0.0.0.0:8081";
  bool leader_elect = true;
  std::string lease_namespace;  ///< empty: the operator's own
  std::size_t workers = 4;
  std::chrono::seconds grace{
      25};  ///< for running revisions after SIGTERM; Kubernetes kills after 30 s by default
  LogFormat log_format = LogFormat::Text;
  ports::LogLevel log_level = ports::LogLevel::Info;
};

/// Adds the flags to a command; `options` must outlive the parse.
void add_operator_options(CLI::App& command, OperatorOptions& options);

}  // namespace athanor::cli
