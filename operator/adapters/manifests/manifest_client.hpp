// The ports of a cluster on top of the store.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "adapters/manifests/object_store.hpp"
#include "adapters/manifests/state_directory.hpp"
#include "ports/resource_client.hpp"
#include "ports/watch_source.hpp"

namespace athanor::manifests {

class ManifestWatch final : public ports::WatchSource {
 public:
  ManifestWatch(const ObjectStore& store, Kind kind) : store_(store), kind_(kind) {}

  [[nodiscard]] Result<ports::ListPage> list(std::size_t limit, const std::string& continue_token,
                                             std::stop_token stop) override;
  /// Never idle: there is no connection that could be dead, so that `idle_timeout` does not matter.
  [[nodiscard]] Result<void> watch(const std::string& resource_version, std::chrono::seconds server_timeout,
                                   std::chrono::seconds idle_timeout, const ports::WatchHandler& handler,
                                   std::stop_token stop) override;

 private:
  const ObjectStore& store_;
  Kind kind_;
};

/// Status goes to the state directory first and into the store when it is there. Leases are kept in memory:
/// there is one operator.
class ManifestClient final : public ports::ResourceClient {
 public:
  ManifestClient(ObjectStore& store, StateDirectory& state) : store_(store), state_(state) {}

  [[nodiscard]] Result<std::string> cluster_id() override { return std::string(); }
  [[nodiscard]] Result<ports::ConfigMap> config_map(const ports::ObjectKey& key) override;
  [[nodiscard]] Result<ports::Secret> secret(const ports::ObjectKey& key) override;
  [[nodiscard]] Result<std::string> patch_status(const ports::ObjectKey& key, std::string_view uid,
                                                 std::string_view merge_patch) override;
  [[nodiscard]] Result<ports::Lease> lease(const ports::ObjectKey& key) override;
  [[nodiscard]] Result<ports::Lease> create_lease(const ports::Lease& lease) override;
  [[nodiscard]] Result<ports::Lease> update_lease(const ports::Lease& lease) override;
  [[nodiscard]] Result<void> create_event(const ports::EventRecord& event) override;
  [[nodiscard]] Result<void> update_event_series(const ports::EventRecord& event) override;

  /// Takes away the status of an environment whose manifest is gone.
  [[nodiscard]] Result<void> forget_status(const ports::ObjectKey& key);

 private:
  ObjectStore& store_;
  StateDirectory& state_;
  std::mutex status_mutex_;  ///< a file and the store change together
  std::mutex lease_mutex_;
  std::map<ports::ObjectKey, ports::Lease> leases_;
  std::uint64_t lease_version_ = 0;
};

}  // namespace athanor::manifests
