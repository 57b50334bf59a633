// From ConfigMaps to the set of revisions that an environment was given (design section 5).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
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

/// Design section 5: what all revisions of one set may have, in bytes, unpacked.
inline constexpr std::size_t kMaxSetBytes = std::size_t{64} * 1024 * 1024;

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
  ///   `InvalidRevisionFile`, `RevisionsTooLarge` or a graph error; what could not be fetched is not kept
  [[nodiscard]] std::shared_ptr<const RevisionSet> read(const std::string& ns,
                                                        const api::RevisionsSpec& spec);

 private:
  /// The ConfigMaps that a spec means, by name.
  using Chosen = std::map<std::string, ports::ObjectMeta>;

  std::shared_ptr<const RevisionSet> remember(std::shared_ptr<const RevisionSet> set);
  [[nodiscard]] Result<RevisionInputs> fetch(const std::string& ns, const Chosen& chosen,
                                             std::size_t& ignored);

  ports::ResourceClient& client_;
  ConfigMapLister lister_;
  std::mutex parsing_;  ///< reading takes several times what it reads: the peaks of two must not add up
  std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<const RevisionSet>> sets_;
};

/// What is read of one set, over all its ConfigMaps.
struct SetTally {
  std::size_t bytes_left = kMaxSetBytes;
  std::size_t ignored_keys = 0;  ///< no revision files
};

/// Reads every revision of one ConfigMap, data and binaryData alike.
[[nodiscard]] Result<std::vector<Revision>> revisions_of(const ports::ConfigMap& config_map, SetTally& tally);

}  // namespace athanor::controller
