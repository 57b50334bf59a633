#include "controller/environment_index.hpp"

#include <algorithm>
#include <utility>

#include "api/codec.hpp"

namespace athanor::controller {

void EnvironmentIndex::put(const ports::WatchedObject& environment) {
  auto spec = api::decode_spec(environment.json);
  const std::scoped_lock lock(mutex_);
  if (spec) {
    environments_.insert_or_assign(environment.meta.key, std::move(spec->revisions));
  } else {
    environments_.erase(environment.meta.key);
  }
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
    const api::RevisionsSpec& spec = entry->second;
    const bool named = std::find(spec.config_maps.begin(), spec.config_maps.end(), config_map.key.name) !=
                       spec.config_maps.end();
    if (named || (spec.config_map_selector && api::selects(*spec.config_map_selector, config_map.labels))) {
      readers.push_back(entry->first);
    }
  }
  return readers;
}

}  // namespace athanor::controller
