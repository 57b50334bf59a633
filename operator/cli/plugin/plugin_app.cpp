#include "cli/plugin/plugin_app.hpp"

#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "adapters/system/posix_filesystem.hpp"
#include "adapters/system/system_clock.hpp"
#include "api/object_names.hpp"
#include "cli/commands/choice.hpp"
#include "cli/commands/command.hpp"
#include "cli/commands/command_line.hpp"
#include "cli/commands/failure.hpp"
#include "cli/plugin/cluster_session.hpp"
#include "cli/version.hpp"

namespace athanor::cli {
namespace {

std::string check_namespace(const std::string& text) {
  return api::is_namespace_name(text) ? "" : fmt::format("\"{}\" is no name of a namespace", text);
}

std::string check_environment(const std::string& text) {
  return api::is_object_name(text) ? "" : fmt::format("\"{}\" is no name of an environment", text);
}

/// As kubectl has them.
void add_cluster_options(CLI::App& command, PluginOptions& options) {
  constexpr const char* kGroup = "Cluster";
  command.add_option("-n,--namespace", options.ns, "The environment's namespace; without it the context's")
      ->type_name("NAMESPACE")
      ->check(CLI::Validator(check_namespace, ""))
      ->group(kGroup);
  command
      .add_option("--kubeconfig", options.kubeconfig,
                  "Kubeconfig file; without it $KUBECONFIG, or ~/.kube/config")
      ->type_name("FILE")
      ->group(kGroup);
  command
      .add_option("--context", options.context, "Context of the kubeconfig; its current-context without it")
      ->type_name("CONTEXT")
      ->group(kGroup);
}

void add_json(CLI::App& command, PluginOptions& options) {
  command.add_flag("--json", options.json, "Print JSON, errors too, for scripts");
  command
      .add_option_function<std::string>(
          "-o,--output", [&options](const std::string&) { options.json = true; }, "The same as --json")
      ->type_name("json")
      ->check(one_of({"json"}));
}

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& summary,
                      PluginOptions& options, PluginRun& chosen, PluginRun run) {
  CLI::App& command = *app.add_subcommand(name, summary);
  command.add_option("environment", options.environment, "Name of the MigrationEnvironment")
      ->type_name("ENVIRONMENT")
      ->check(CLI::Validator(check_environment, ""))
      ->required(name != "status");
  add_json(command, options);
  add_cluster_options(command, options);
  command.final_callback([&chosen, run] { chosen = run; });
  return command;
}

void add_status(CLI::App& app, PluginOptions& options, PluginRun& chosen) {
  CLI::App& command =
      add_command(app, "status", "Show where an environment stands, or all of them as a table", options,
                  chosen, run_status);
  auto* all = command.add_flag("-A,--all-namespaces", options.all_namespaces, "The table of every namespace");
  all->excludes("environment")->excludes("--namespace");
  command.add_flag("--check", options.check, "Exit with code 3 unless what is shown is Ready");
  command.footer(
      "With --json the objects themselves are printed.\n"
      "\n"
      "Examples:\n"
      "  kubectl athanor status staging -n shop\n"
      "  kubectl athanor status -A\n"
      "  kubectl athanor status staging --check || kubectl athanor plan staging");
}

int run_chosen(PluginRun run, const PluginOptions& options) {
  Console& console = process_console();
  const system::PosixFilesystem files;
  system::SystemClock clock;
  const auto session = ClusterSession::open(options, clock, files);
  if (!session) return tell(console, session.error(), options.json);
  ClusterSession& cluster = **session;
  const auto lister = [&cluster](kubernetes::WatchedKind kind) {
    return [&cluster, kind](const std::string& ns) { return cluster.list(kind, ns); };
  };
  PluginWorld world{console,
                    clock,
                    cluster.client(),
                    cluster.client(),
                    lister(kubernetes::WatchedKind::MigrationEnvironment),
                    lister(kubernetes::WatchedKind::ConfigMap),
                    cluster.ns()};
  const auto code = run(world, options);
  return code ? *code : tell(console, code.error(), options.json);
}

}  // namespace

bool is_plugin_name(std::string_view argv0) {
  return std::filesystem::path(argv0).filename() == "kubectl-athanor";
}

void add_plugin_commands(CLI::App& app, PluginOptions& options, PluginRun& run) {
  app.name("kubectl athanor");
  app.description("Looks after the MigrationEnvironments of a cluster.");
  add_status(app, options, run);
  add_command(app, "plan", "Show what is pending, with its statements", options, run, run_plan)
      .footer(
          "Made from the ConfigMaps that the environment names, and from where its status says that the "
          "database is. Statements that destroy data are marked with !.\n"
          "\n"
          "Example:\n"
          "  kubectl athanor plan production -n shop");
  add_command(app, "history", "Show what was applied last", options, run, run_history)
      .footer("Example:\n  kubectl athanor history staging -n shop");
  add_command(app, "retry", "Try again what failed", options, run, run_retry)
      .footer(
          "Sets the annotation athanor.dev/reconcile-at. What failed for good is else run again only once "
          "its "
          "revisions or its spec change.\n"
          "\n"
          "Example:\n"
          "  kubectl athanor retry staging -n shop");
  add_command(app, "suspend", "Begin no revision until resumed", options, run, run_suspend)
      .footer("Example:\n  kubectl athanor suspend production -n shop");
  add_command(app, "resume", "Run what is pending again", options, run, run_resume)
      .footer("Example:\n  kubectl athanor resume production -n shop");
  app.footer(
      "Exit codes: 0 fine; 1 failed; 2 wrong usage; 3 status --check found one that is not Ready.\n"
      "\n"
      "kubectl finds the plugin as kubectl-athanor in the PATH:\n"
      "  ln -s \"$(command -v athanor)\" ~/.local/bin/kubectl-athanor");
}

CommandEntry plugin_tree() {
  CLI::App app;
  PluginOptions options;
  PluginRun run = nullptr;
  add_plugin_commands(app, options, run);
  return command_tree(app);
}

int run_plugin(int argc, const char* const* argv) {
  CLI::App app;
  app.set_version_flag("--version", std::string("athanor ") + std::string(kVersion));
  app.require_subcommand(1);
  PluginOptions options;
  PluginRun run = nullptr;
  add_plugin_commands(app, options, run);
  if (const auto done = read_command_line(app, argc, argv, process_console())) return *done;
  return run_chosen(run, options);
}

}  // namespace athanor::cli
