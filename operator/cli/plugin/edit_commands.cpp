// What changes an environment: retry, suspend and resume.
#include <fmt/format.h>

#include "cli/commands/command.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/plugin/environment_view.hpp"
#include "cli/plugin/plugin_world.hpp"
#include "controller/time_text.hpp"

namespace athanor::cli {
namespace {

using nlohmann::ordered_json;

constexpr const char* kManager = "athanor-kubectl";

Result<void> patch(PluginWorld& world, const ports::ObjectKey& key, const ordered_json& merge_patch) {
  const auto patched = world.environments.patch_environment(key, merge_patch.dump(), kManager);
  if (!patched) return fail(explained(patched.error(), key));
  return {};
}

/// Says what was done. @param facts what scripts get beside the name
int told(PluginWorld& world, const PluginOptions& options, const ports::ObjectKey& key, bool changed,
         const ordered_json& facts, const std::string& words) {
  if (!options.json) {
    world.console.line(key.to_string() + " " + words);
    return kFine;
  }
  ordered_json json{{"namespace", key.ns}, {"name", key.name}, {"changed", changed}};
  json.update(facts);
  world.console.line(json_text(json));
  return kFine;
}

Result<int> set_suspended(PluginWorld& world, const PluginOptions& options, bool suspend,
                          const std::string& done, const std::string& already) {
  const auto view = read_environment(world, options.environment);
  if (!view) return fail(view.error());
  const ports::ObjectKey& key = view->meta.key;
  const bool changes = view->suspended() != suspend;
  if (changes) {
    if (auto patched = patch(world, key, {{"spec", {{"suspend", suspend}}}}); !patched)
      return fail(std::move(patched.error()));
  }
  return told(world, options, key, changes, {{"suspend", suspend}}, changes ? done : already);
}

}  // namespace

Result<int> run_retry(PluginWorld& world, const PluginOptions& options) {
  const auto view = read_environment(world, options.environment);
  if (!view) return fail(view.error());
  const ports::ObjectKey& key = view->meta.key;
  const std::string now = controller::rfc3339(world.clock.wall_now());
  const ordered_json annotations{{std::string(api::kReconcileAtAnnotation), now}};
  if (auto patched = patch(world, key, {{"metadata", {{"annotations", annotations}}}}); !patched)
    return fail(std::move(patched.error()));
  const std::string next =
      view->suspended() ? "It is checked again at once; while it is suspended, nothing is run: " +
                              command_for("resume", key)
                        : "It is checked again at once, and what failed is run once more. How it went: " +
                              command_for("status", key);
  return told(world, options, key, true, {{"reconcileAt", now}}, "is to be tried again. " + next);
}

Result<int> run_suspend(PluginWorld& world, const PluginOptions& options) {
  return set_suspended(
      world, options, true,
      "is suspended. A revision that is running ends, and no other is begun; the database is "
      "still checked.",
      "is suspended already; nothing was changed.");
}

Result<int> run_resume(PluginWorld& world, const PluginOptions& options) {
  return set_suspended(world, options, false, "is resumed. What is pending is run now.",
                       "is not suspended; nothing was changed.");
}

}  // namespace athanor::cli
