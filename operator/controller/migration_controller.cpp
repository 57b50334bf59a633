#include "controller/migration_controller.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace athanor::controller {
namespace {

/// Whether a change is one that the operator acts on: its own status writes are not.
bool matters(const ports::ObjectMeta& before, const ports::ObjectMeta& after) {
  return before.uid != after.uid || before.generation != after.generation ||
         before.deleting != after.deleting || before.annotations != after.annotations;
}

}  // namespace

MigrationController::MigrationController(const runtime::ManagerOptions& options,
                                         const runtime::ManagerDeps& deps,
                                         ports::DatabaseConnector& connector,
                                         const std::vector<WatchedNamespace>& namespaces, bool standalone)
    : deps_(deps),
      connector_(connector),
      standalone_(standalone),
      revisions_(deps.client,
                 [this](const std::string& ns) {
                   std::vector<ports::ObjectMeta> metas;
                   for (const auto& object : config_maps_.list(ns)) metas.push_back(object->meta);
                   return metas;
                 }),
      referenced_(deps.client,
                  [this](const ports::ObjectKey& key) -> std::optional<ports::ObjectMeta> {
                    const auto object = config_maps_.get(key);
                    return object ? std::optional(object->meta) : std::nullopt;
                  }),
      manager_(options, deps) {
  for (const auto& watched : namespaces) {
    // ConfigMaps first: an environment that is looked at once the caches are in sync finds what it names.
    manager_.watch({{"configmaps", watched.ns},
                    watched.config_maps,
                    config_maps_,
                    [this](const auto& before, const auto& after) { return on_config_map(before, after); }});
    manager_.watch({{"migrationenvironments", watched.ns},
                    watched.environments,
                    environments_,
                    [this](const auto& before, const auto& after) { return on_environment(before, after); }});
  }
}

std::vector<ports::ObjectKey> MigrationController::on_environment(const runtime::ObjectPtr& before,
                                                                  const runtime::ObjectPtr& after) {
  const ports::ObjectKey& key = (after ? after : before)->meta.key;
  if (before && after && !matters(before->meta, after->meta)) return {};
  // An older version may be told after a newer one, and the store has the newer one by then.
  if (const auto latest = environments_.get(key)) {
    index_.put(*latest);
  } else {
    index_.erase(key);
  }
  const bool same_spec = before && after && before->meta.uid == after->meta.uid &&
                         before->meta.generation == after->meta.generation && !after->meta.deleting;
  if (!same_spec) {
    const std::scoped_lock lock(mutex_);
    if (reconciler_) reconciler_->interrupt(key);
  }
  return {key};
}

std::vector<ports::ObjectKey> MigrationController::on_config_map(const runtime::ObjectPtr& before,
                                                                 const runtime::ObjectPtr& after) const {
  std::vector<ports::ObjectKey> keys;
  // A label that was taken off matters to those who selected by it.
  for (const auto& object : {before, after}) {
    if (!object) continue;
    const auto readers = index_.readers_of(object->meta);
    keys.insert(keys.end(), readers.begin(), readers.end());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

Result<Reconciler*> MigrationController::reconciler() {
  {
    const std::scoped_lock lock(mutex_);
    if (reconciler_) return reconciler_.get();
  }
  // Not under the lock: the watches must not wait for the API server.
  auto cluster = deps_.client.cluster_id();
  if (!cluster) return fail(std::move(cluster.error()));
  const std::scoped_lock lock(mutex_);
  if (reconciler_) return reconciler_.get();
  reconciler_ = std::make_unique<Reconciler>(
      ReconcilerPorts{{deps_.client, connector_, deps_.clock, deps_.randomness, revisions_, referenced_},
                      manager_.events(),
                      deps_.metrics,
                      deps_.log,
                      [this](const ports::ObjectKey& key) { return environments_.get(key); }},
      OperatorIdentity{std::move(*cluster), standalone_});
  return reconciler_.get();
}

int MigrationController::run(const std::stop_token& stop) {
  return manager_.run(
      [this](const ports::ObjectKey& key, std::stop_token stop_work,
             std::stop_token cancel) -> runtime::ReconcileResult {
        auto found = reconciler();
        if (found) return (*found)->reconcile(key, std::move(stop_work), std::move(cancel));
        deps_.log.write(ports::LogLevel::Warning,
                        "the cluster's identity could not be read; it is tried again",
                        {{"error", found.error().message}});
        return {.requeue_after = std::nullopt, .failed = true};
      },
      stop);
}

}  // namespace athanor::controller
