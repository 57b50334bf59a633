#include "unit/controller/world.hpp"

#include <utility>

#include "api/codec.hpp"
#include "core/conditions.hpp"
#include "support/temp_folder.hpp"

namespace athanor::controller {

namespace fs = std::filesystem;

// Known here only: where it is, `testing::` no longer means GoogleTest's.
struct World::Folder {
  testing::TempFolder made;
};

World::World() : folder_(std::make_unique<Folder>()) {
  restart();
}

World::~World() = default;

void World::restart() {
  revisions_ = std::make_unique<RevisionSource>(client, config_maps.lister());
  referenced_ = std::make_unique<ConfigMapReader>(client, config_maps.lookup());
  const auto lookup = [this](const ports::ObjectKey& key) -> std::shared_ptr<const ports::WatchedObject> {
    const auto found = environments_.find(key);
    if (found == environments_.end()) return nullptr;
    return std::make_shared<ports::WatchedObject>(
        ports::WatchedObject{found->second.meta, found->second.object.dump()});
  };
  reconciler_ = std::make_unique<Reconciler>(
      ReconcilerPorts{
          {client, connector_, clock, randomness, *revisions_, *referenced_}, events, metrics, log, lookup},
      OperatorIdentity{"cluster-1", true});
}

void World::add(const ports::ObjectKey& key, const std::function<void(nlohmann::json&)>& change) {
  Environment environment;
  environment.meta.key = key;
  environment.meta.uid = "uid-of-" + key.name;
  environment.meta.generation = 1;
  environment.meta.resource_version = next_version();
  nlohmann::json& spec = environment.object["spec"];
  spec["database"]["url"] = "sqlite:///" + database_file(key).string();
  spec["revisions"]["configMaps"] = nlohmann::json::parse(R"([{"name": "revisions"}])");
  if (change) change(spec);
  environments_[key] = std::move(environment);
}

void World::change(const ports::ObjectKey& key, const std::function<void(nlohmann::json&)>& change) {
  Environment& environment = environments_.at(key);
  change(environment.object["spec"]);
  ++environment.meta.generation;
  environment.meta.resource_version = next_version();
}

void World::annotate(const ports::ObjectKey& key, const std::string& name, const std::string& value) {
  Environment& environment = environments_.at(key);
  environment.meta.annotations[name] = value;
  environment.meta.resource_version = next_version();
}

void World::take_annotation_off(const ports::ObjectKey& key, const std::string& name) {
  Environment& environment = environments_.at(key);
  environment.meta.annotations.erase(name);
  environment.meta.resource_version = next_version();
}

void World::meddle(const ports::ObjectKey& key, const std::function<void(nlohmann::json&)>& change) {
  Environment& environment = environments_.at(key);
  change(environment.object["status"]);
  environment.meta.resource_version = next_version();
}

void World::make_anew(const ports::ObjectKey& key, const std::string& uid) {
  Environment& environment = environments_.at(key);
  environment.meta.uid = uid;
  environment.object.erase("status");
}

runtime::ReconcileResult World::reconcile(const ports::ObjectKey& key, std::stop_token stop,
                                          std::stop_token cancel) {
  const auto result = reconciler_->reconcile(key, std::move(stop), std::move(cancel));
  if (watch_lags) return result;
  const auto patches = client.status_patches();
  for (; patches_seen_ < patches.size(); ++patches_seen_) {
    const auto found = environments_.find(patches[patches_seen_].key);
    if (found == environments_.end() || found->second.meta.uid != patches[patches_seen_].uid) continue;
    found->second.object.merge_patch(nlohmann::json::parse(patches[patches_seen_].patch));
    found->second.meta.resource_version = patches[patches_seen_].version;
  }
  return result;
}

api::Status World::status(const ports::ObjectKey& key) const {
  return api::decode_status(environments_.at(key).object.dump());
}

std::string World::condition(const ports::ObjectKey& key, std::string_view type) const {
  const api::Status now = status(key);
  const Condition* found = find_condition(now.conditions, type);
  if (found == nullptr) return "absent";
  return std::string(to_string(found->status)) + " " + found->reason;
}

std::string World::message(const ports::ObjectKey& key, std::string_view type) const {
  const api::Status now = status(key);
  const Condition* found = find_condition(now.conditions, type);
  return found == nullptr ? "absent" : found->message;
}

fs::path World::database_file(const ports::ObjectKey& key) const {
  return folder_->made.path() / (key.ns + "-" + key.name + ".db");
}

std::vector<std::string> World::ask(const ports::ObjectKey& key, std::string_view sql) {
  ports::ConnectionSpec spec;
  spec.url = "sqlite:///" + database_file(key).string();
  spec.allow_sqlite = true;
  auto database = sqlite_.connect(spec);
  if (!database) return {database.error().reason};
  const auto rows = (*database)->query(sql);
  if (!rows) return {rows.error().reason};
  std::vector<std::string> lines;
  for (const auto& row : *rows) {
    std::string line;
    for (const auto& cell : row) line += (line.empty() ? "" : "|") + cell.value_or("NULL");
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> World::tables(const ports::ObjectKey& key) {
  return ask(key,
             "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('alembic_version', "
             "'athanor_ledger') AND name NOT LIKE 'sqlite%' ORDER BY 1");
}

}  // namespace athanor::controller
