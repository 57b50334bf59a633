// From ConfigMaps to the set of revisions that an environment was given (design section 5).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/migration_environment.hpp"
#include "core/planner.hpp"
#include "core/result.hpp"
#include "ports/objects.hpp"
#include "ports/resource_client.hpp"

namespace athanor::controller {

/// What the ConfigMaps of one environment amounted to.
struct RevisionSet {
  std::string fingerprint;  ///< names, uids and versions of the ConfigMaps: equal means that nothing was
                            ///< written since
  Result<RevisionInputs> inputs;
  std::size_t ignored_keys = 0;  ///< neither .sql nor .sql.gz
};

/// The ConfigMaps of one namespace, as far as the metadata-only watch knows them.
using ConfigMapLister = std::function<std::vector<ports::ObjectMeta>(const std::string& ns)>;

/// Builds sets, and keeps each as long as somebody uses it: environments that read the same ConfigMaps share
/// one. Thread-safe.
class RevisionSource {
 public:
  RevisionSource(ports::ResourceClient& client, ConfigMapLister lister);

  /// The set for `spec` in namespace `ns`. ConfigMaps are fetched only when the watch has seen them change.
  /// @return never null; its inputs are Transient `ConfigMapMissing`, Terminal `NoRevisions`, `InvalidGzip`,
  ///   `InvalidRevisionFile` or a graph error; what could not be fetched is not kept
  [[nodiscard]] std::shared_ptr<const RevisionSet> read(const std::string& ns,
                                                        const api::RevisionsSpec& spec);

 private:
  std::shared_ptr<const RevisionSet> remember(std::shared_ptr<const RevisionSet> set);

  ports::ResourceClient& client_;
  ConfigMapLister lister_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<const RevisionSet>> sets_;
};

/// Reads every revision of one ConfigMap, data and binaryData alike.
/// @param ignored is increased by the keys that are no revision files
[[nodiscard]] Result<std::vector<Revision>> revisions_of(const ports::ConfigMap& config_map,
                                                         std::size_t& ignored);

}  // namespace athanor::controller
