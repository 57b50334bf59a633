// Which environments a ConfigMap matters to.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/migration_environment.hpp"
#include "ports/objects.hpp"

namespace athanor::controller {

/// Kept by the watch on environments, asked by the watch on ConfigMaps. Thread-safe.
class EnvironmentIndex {
 public:
  /// Takes what the environment reads; an environment whose spec does not decode reads nothing.
  void put(const ports::WatchedObject& environment);
  void erase(const ports::ObjectKey& environment);

  /// Environments of the ConfigMap's namespace that name it or select it, for revisions or for their
  /// connection.
  [[nodiscard]] std::vector<ports::ObjectKey> readers_of(const ports::ObjectMeta& config_map) const;

 private:
  /// There is one for every environment, and few of them select.
  struct Reads {
    std::vector<std::string> names;  ///< ConfigMaps that spec.revisions and spec.database name
    std::unique_ptr<const api::LabelSelector> selector;  ///< null: none
  };

  mutable std::mutex mutex_;
  std::map<ports::ObjectKey, Reads> environments_;
};

}  // namespace athanor::controller
