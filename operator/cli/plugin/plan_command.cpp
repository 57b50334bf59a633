#include <utility>

#include <fmt/format.h>

#include "cli/commands/command.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/plugin/environment_view.hpp"
#include "cli/plugin/pending_plan.hpp"
#include "cli/plugin/plugin_world.hpp"
#include "controller/revision_source.hpp"

namespace athanor::cli {
namespace {

Result<RevisionInputs> read_revisions(PluginWorld& world, const api::RevisionsSpec& spec) {
  const auto listed = world.list_config_maps(world.ns);
  if (!listed) return fail(listed.error());
  std::vector<ports::ObjectMeta> metas;
  for (const auto& object : *listed) metas.push_back(object.meta);
  controller::RevisionSource source(world.objects, [&metas](const std::string&) { return metas; });
  return source.read(world.ns, spec)->inputs;
}

/// What the plan cannot show, since it is worked out from the status.
void tell_doubts(PluginWorld& world, const EnvironmentView& view) {
  if (!view.observed()) {
    world.console.note("The operator has not looked at the latest change of the spec yet.");
  }
  if (view.status.failure) {
    world.console.note(fmt::format("The last check failed ({}); {} tells more.", view.status.failure->reason,
                                   command_for("status", view.meta.key)));
  }
}

}  // namespace

Result<int> run_plan(PluginWorld& world, const PluginOptions& options) {
  const auto view = read_environment(world, options.environment);
  if (!view) return fail(view.error());
  if (!view->spec) return fail(view->spec.error());
  const auto inputs = read_revisions(world, view->spec->revisions);
  if (!inputs) return fail(inputs.error());
  const auto plan = pending_plan(*view, *inputs);
  if (!plan) return fail(plan.error());
  if (options.json) {
    world.console.line(json_text(plan_json(*plan, view->meta.key)));
    return kFine;
  }
  world.console.out(plan_text(*plan, view->meta.key.to_string()));
  tell_doubts(world, *view);
  return kFine;
}

}  // namespace athanor::cli
