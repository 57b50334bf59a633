#include "cli/plugin/environment_view.hpp"

#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"

namespace athanor::cli {

bool EnvironmentView::suspended() const {
  const auto found = json.find("spec");
  return found != json.end() && found->is_object() &&
         found->value("suspend", nlohmann::ordered_json()) == true;
}

bool EnvironmentView::ready() const {
  const Condition* condition = find_condition(status.conditions, "Ready");
  return condition != nullptr && condition->status == ConditionStatus::True && observed();
}

EnvironmentView view_of(const ports::WatchedObject& object) {
  auto json = nlohmann::ordered_json::parse(object.json, nullptr, false);
  if (!json.is_object()) json = nlohmann::ordered_json::object();
  return {object.meta, api::decode_spec(object.json), api::decode_status(object.json), std::move(json)};
}

Result<EnvironmentView> read_environment(PluginWorld& world, const std::string& name) {
  const ports::ObjectKey key{world.ns, name};
  const auto object = world.environments.environment(key);
  if (!object) return fail(explained(object.error(), key));
  return view_of(*object);
}

Error explained(Error error, const ports::ObjectKey& key) {
  if (error.reason != "NotFound") return error;
  const bool of_the_object =
      !key.name.empty() && error.message.find('"' + key.name + '"') != std::string::npos;
  error.message =
      of_the_object
          ? fmt::format(
                "There is no MigrationEnvironment {} in namespace {}. Those that there are: "
                "kubectl athanor status -n {} (-A for every namespace).",
                key.name, key.ns, key.ns)
          : "This cluster knows no MigrationEnvironments: install the custom resource with "
            "kubectl apply -f crds/athanor.dev_migrationenvironments.yaml, or with the chart; or is "
            "this the wrong --context?";
  if (!of_the_object) error.reason = "NoCustomResource";
  return error;
}

std::string command_for(const char* verb, const ports::ObjectKey& key) {
  return fmt::format("kubectl athanor {} {} -n {}", verb, key.name, key.ns);
}

}  // namespace athanor::cli
