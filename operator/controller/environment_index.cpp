#include "controller/environment_index.hpp"

#include <algorithm>
#include <utility>

#include "api/codec.hpp"

namespace athanor::controller {
namespace {

std::vector<std::string> names_in(const api::Spec& spec) {
  std::vector<std::string> names = spec.revisions.config_maps;
  const api::DatabaseSpec& database = spec.database;
  for (const auto& [keyword, source] : database.connection) {
    if (source.config_map) names.push_back(source.config_map->name);
  }
  if (database.tls.root_cert && database.tls.root_cert->config_map) {
    names.push_back(database.tls.root_cert->config_map->name);
  }
  names.shrink_to_fit();
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void EnvironmentIndex::put(const ports::WatchedObject& environment) {
  auto spec = api::decode_spec(environment.json);
  const std::scoped_lock lock(mutex_);
  if (!spec) {
    environments_.erase(environment.meta.key);
    return;
  }
  Reads reads{names_in(*spec), nullptr};
  if (auto& selector = spec->revisions.config_map_selector) {
    reads.selector = std::make_unique<const api::LabelSelector>(*std::move(selector));
  }
  environments_.insert_or_assign(environment.meta.key, std::move(reads));
}

void EnvironmentIndex::erase(const ports::ObjectKey& environment) {
  const std::scoped_lock lock(mutex_);
  environments_.erase(environment);
}

std::vector<ports::ObjectKey> EnvironmentIndex::readers_of(const ports::ObjectMeta& config_map) const {
  std::vector<ports::ObjectKey> readers;
  const std::scoped_lock lock(mutex_);
  for (auto entry = environments_.lower_bound({config_map.key.ns, ""});
       entry != environments_.end() && entry->first.ns == config_map.key.ns; ++entry) {
    const auto& [names, selector] = entry->second;
    if (contains(names, config_map.key.name) || (selector && api::selects(*selector, config_map.labels))) {
      readers.push_back(entry->first);
    }
  }
  return readers;
}

}  // namespace athanor::controller
