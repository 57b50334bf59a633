#include <algorithm>

#include <fmt/format.h>

#include "cli/commands/command.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/plugin/environment_view.hpp"
#include "cli/plugin/plugin_world.hpp"
#include "cli/plugin/status_text.hpp"

namespace athanor::cli {
namespace {

Result<int> show_one(PluginWorld& world, const PluginOptions& options) {
  const auto view = read_environment(world, options.environment);
  if (!view) return fail(view.error());
  if (options.json) {
    world.console.line(json_text(view->json));
  } else {
    world.console.out(status_text(*view));
  }
  return options.check && !view->ready() ? kDifference : kFine;
}

Result<int> show_all(PluginWorld& world, const PluginOptions& options) {
  const std::string ns = options.all_namespaces ? "" : world.ns;
  const auto objects = world.list_environments(ns);
  if (!objects) return fail(explained(objects.error(), {ns, ""}));
  std::vector<EnvironmentView> views;
  for (const auto& object : *objects) views.push_back(view_of(object));
  std::ranges::sort(views, {}, [](const EnvironmentView& view) { return view.meta.key; });
  const bool all_ready = std::ranges::all_of(views, [](const EnvironmentView& view) { return view.ready(); });
  if (options.json) {
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    for (auto& view : views) items.push_back(std::move(view.json));
    world.console.line(
        json_text(nlohmann::ordered_json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", items}}));
  } else if (views.empty()) {
    world.console.note(ns.empty() ? "There are no MigrationEnvironments in any namespace."
                                  : fmt::format("There are no MigrationEnvironments in namespace {}.", ns));
  } else {
    world.console.out(status_table(views, options.all_namespaces));
  }
  return options.check && !all_ready ? kDifference : kFine;
}

}  // namespace

Result<int> run_status(PluginWorld& world, const PluginOptions& options) {
  return options.environment.empty() ? show_all(world, options) : show_one(world, options);
}

}  // namespace athanor::cli
