#include "cli/operator_options.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "adapters/prometheus/listen_address.hpp"
#include "api/object_names.hpp"
#include "cli/commands/choice.hpp"

namespace athanor::cli {
namespace {

std::string check_namespace(const std::string& text) {
  if (api::is_namespace_name(text)) return "";
  return fmt::format("\"{}\" is no name of a namespace: lower-case letters, digits and -, at most 63", text);
}

std::string check_address(const std::string& text) {
  const auto address = prometheus_metrics::parse_optional_address(text, "the address");
  return address ? "" : address.error().message;
}

/// A laptop's operator is nobody else's business; a pod's is scraped from outside.
void listen_on_loopback(OperatorOptions& options, const CLI::Option& metrics, const CLI::Option& health) {
  if (metrics.count() == 0) options.metrics_address = "127.0.0.1:8080";
  if (health.count() == 0) options.health_address = "127.0.0.1:8081";
}

void add_addresses(CLI::App& command, OperatorOptions& options) {
  const auto* metrics = command
                            .add_option("--metrics-address", options.metrics_address,
                                        "Where /metrics is served; 0: nowhere (default 0.0.0.0:8080, in "
                                        "standalone mode 127.0.0.1:8080)")
                            ->type_name("HOST:PORT")
                            ->check(check_address);
  const auto* health = command
                           .add_option("--health-address", options.health_address,
                                       "Where /healthz and /readyz are served; 0: nowhere (default "
                                       "0.0.0.0:8081, in standalone mode 127.0.0.1:8081)")
                           ->type_name("HOST:PORT")
                           ->check(check_address);
  command.parse_complete_callback([&options, metrics, health] {
    if (!options.manifests.empty()) listen_on_loopback(options, *metrics, *health);
  });
}

template <class Value, std::size_t N>
using Words = std::array<std::pair<std::string_view, Value>, N>;

constexpr Words<LogFormat, 2> kLogFormats{{{"text", LogFormat::Text}, {"json", LogFormat::Json}}};
constexpr Words<ports::LogLevel, 4> kLogLevels{{{"debug", ports::LogLevel::Debug},
                                                {"info", ports::LogLevel::Info},
                                                {"warning", ports::LogLevel::Warning},
                                                {"error", ports::LogLevel::Error}}};

/// An option whose value is one of some words.
/// @param listed the words, for people; the option's value before the parse is its default
/// @param words outlive the parse, as `chosen` does
template <class Value, std::size_t N>
void add_choice(CLI::App& command, const std::string& flag, const std::string& listed,
                const Words<Value, N>& words, Value& chosen) {
  const auto word_of = [](const auto& entry) { return entry.first; };
  const auto choose = [word_of, &words, &chosen](const std::string& text) {
    chosen = std::ranges::find(words, std::string_view(text), word_of)->second;
  };
  const auto names = words | std::views::keys;
  const auto usual = std::ranges::find(words, chosen, [](const auto& entry) { return entry.second; });
  command
      .add_option_function<std::string>(flag, choose, fmt::format("{} (default {})", listed, usual->first))
      ->type_name(fmt::format("{}", fmt::join(names, "|")))
      ->check(one_of({names.begin(), names.end()}));
}

/// An option and no flag: a flag would take `=false` alone, and leave `--leader-elect false` a stray word.
void add_leader_election(CLI::App& command, OperatorOptions& options) {
  const auto choose = [&options](const std::string& text) {
    if (!text.empty() && text != "true" && text != "false") {
      throw CLI::ValidationError("--leader-elect",
                                 fmt::format("\"{}\" is neither; say --leader-elect=true or =false", text));
    }
    options.leader_elect = text != "false";
  };
  command
      .add_option_function<std::string>(
          "--leader-elect", choose,
          "--leader-elect=true|false: work only while holding the Lease, so that several replicas can stand "
          "by (default true)")
      ->type_name("")
      ->expected(0, 1);
}

}  // namespace

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
      ->check(check_namespace)
      ->expected(1)
      ->take_all();
  add_addresses(command, options);
  add_leader_election(command, options);
  command
      .add_option("--leader-elect-namespace", options.lease_namespace,
                  "Namespace of the Lease; without it the pod's or the context's")
      ->type_name("NAME")
      ->check(check_namespace);
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
  add_choice(command, "--log-format", "text or json", kLogFormats, options.log_format);
  add_choice(command, "--log-level", "debug, info, warning or error", kLogLevels, options.log_level);
  command.footer(
      "SIGTERM and SIGINT let running revisions end first; see --shutdown-grace.\n"
      "\n"
      "Examples:\n"
      "  athanor operator --kubeconfig ~/.kube/config --namespace shop\n"
      "  athanor operator --manifests deploy/quickstart --state-dir /tmp/state");
}

}  // namespace athanor::cli
