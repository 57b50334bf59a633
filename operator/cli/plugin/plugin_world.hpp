// What `kubectl athanor` works with, and what each of its commands is told.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/terminal/console.hpp"
#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/environment_client.hpp"
#include "ports/objects.hpp"
#include "ports/resource_client.hpp"

namespace athanor::cli {

/// Every object of one kind. @param ns empty: in all namespaces
using ObjectLister = std::function<Result<std::vector<ports::WatchedObject>>(const std::string& ns)>;

struct PluginWorld {
  Console& console;
  ports::Clock& clock;
  ports::EnvironmentClient& environments;
  ports::ResourceClient& objects;
  ObjectLister list_environments;
  ObjectLister list_config_maps;  ///< metadata alone
  std::string ns;                 ///< -n, or the context's
};

/// Options as kubectl has them, and the environment that is meant.
struct PluginOptions {
  std::filesystem::path kubeconfig;
  std::string context;
  std::string ns;
  bool json = false;
  std::string environment;      ///< empty: all of the namespace (status only)
  bool all_namespaces = false;  ///< status only
  bool check = false;           ///< status only: exit code 3 unless Ready
};

/// What a command does. @return the process's exit code
using PluginRun = Result<int> (*)(PluginWorld&, const PluginOptions&);

[[nodiscard]] Result<int> run_status(PluginWorld& world, const PluginOptions& options);
[[nodiscard]] Result<int> run_plan(PluginWorld& world, const PluginOptions& options);
[[nodiscard]] Result<int> run_history(PluginWorld& world, const PluginOptions& options);
[[nodiscard]] Result<int> run_retry(PluginWorld& world, const PluginOptions& options);
[[nodiscard]] Result<int> run_suspend(PluginWorld& world, const PluginOptions& options);
[[nodiscard]] Result<int> run_resume(PluginWorld& world, const PluginOptions& options);

}  // namespace athanor::cli
