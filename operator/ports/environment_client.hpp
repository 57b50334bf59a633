// What a person's tool reads and writes of single MigrationEnvironments. The operator watches them instead,
// and writes nothing but their status.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "ports/objects.hpp"

namespace athanor::ports {

/// Errors as those of ResourceClient.
class EnvironmentClient {
 public:
  virtual ~EnvironmentClient() = default;

  [[nodiscard]] virtual Result<WatchedObject> environment(const ObjectKey& key) = 0;

  /// Applies a JSON merge patch to metadata or spec: what it names is replaced, what is null goes.
  /// @param manager whom metadata.managedFields names as the one who wrote
  /// @return the object as it stands then
  [[nodiscard]] virtual Result<WatchedObject> patch_environment(const ObjectKey& key,
                                                                std::string_view merge_patch,
                                                                std::string_view manager) = 0;
};

}  // namespace athanor::ports
