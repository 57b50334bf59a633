// The ConfigMaps of a cluster, as the API server has them and as the metadata-only watch has seen them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/config_map_reader.hpp"
#include "controller/revision_source.hpp"
#include "fakes/fake_resource_client.hpp"
#include "ports/objects.hpp"

namespace athanor::controller {

class ConfigMaps {
 public:
  explicit ConfigMaps(fakes::FakeResourceClient& client) : client_(client) {}

  /// Writes it, and lets the watch see that.
  void put(ports::ConfigMap config_map) {
    config_map.meta.resource_version = std::to_string(++version_);
    seen_[config_map.meta.key] = config_map.meta;
    client_.put(std::move(config_map));
  }
  void remove(const ports::ObjectKey& key) {
    seen_.erase(key);
    client_.remove_config_map(key);
  }
  /// Deletes it behind the back of the watch, which still knows it.
  void remove_unseen(const ports::ObjectKey& key) { client_.remove_config_map(key); }

  [[nodiscard]] ConfigMapLister lister() const {
    return [this](const std::string& ns) {
      std::vector<ports::ObjectMeta> metas;
      for (const auto& [key, meta] : seen_) {
        if (key.ns == ns) metas.push_back(meta);
      }
      return metas;
    };
  }

  [[nodiscard]] ConfigMapLookup lookup() const {
    return [this](const ports::ObjectKey& key) -> std::optional<ports::ObjectMeta> {
      const auto found = seen_.find(key);
      return found == seen_.end() ? std::nullopt : std::optional(found->second);
    };
  }

 private:
  fakes::FakeResourceClient& client_;
  std::map<ports::ObjectKey, ports::ObjectMeta> seen_;
  std::uint64_t version_ = 100;
};

}  // namespace athanor::controller
