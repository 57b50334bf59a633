// ConfigMaps that a connection refers to, read when the watch has seen them change.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "ports/objects.hpp"
#include "ports/resource_client.hpp"

namespace athanor::controller {

/// A ConfigMap as the metadata-only watch knows it; nullopt if it does not.
using ConfigMapLookup = std::function<std::optional<ports::ObjectMeta>(const ports::ObjectKey&)>;

/// Keeps what it has read for as long as the watch shows the same version. Thread-safe.
class ConfigMapReader {
 public:
  ConfigMapReader(ports::ResourceClient& client, ConfigMapLookup lookup);

  /// Never null. One that the watch does not know is asked for each time: the watch may be behind.
  /// @return as ResourceClient::config_map; without binaryData
  [[nodiscard]] Result<std::shared_ptr<const ports::ConfigMap>> read(const ports::ObjectKey& key);

 private:
  struct Kept {
    ports::ObjectMeta seen;
    std::shared_ptr<const ports::ConfigMap> config_map;
  };

  ports::ResourceClient& client_;
  ConfigMapLookup lookup_;
  std::mutex mutex_;
  std::map<ports::ObjectKey, Kept> kept_;
};

}  // namespace athanor::controller
