#include "adapters/manifests/manifest_client.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace athanor::manifests {
namespace {

using nlohmann::json;
using ports::ObjectKey;

tl::unexpected<Error> not_found(std::string_view kind, const ObjectKey& key) {
  return fail(
      ErrorKind::Transient, "NotFound",
      fmt::format("{} {} stands in no manifest; add one to the folder of manifests", kind, key.to_string()));
}

}  // namespace

Result<ports::ListPage> ManifestWatch::list(std::size_t limit, const std::string& continue_token,
                                            std::stop_token /*stop*/) {
  return store_.list(kind_, limit, continue_token);
}

Result<void> ManifestWatch::watch(const std::string& resource_version, std::chrono::seconds server_timeout,
                                  std::chrono::seconds /*idle_timeout*/, const ports::WatchHandler& handler,
                                  std::stop_token stop) {
  return store_.watch(kind_, resource_version, server_timeout, handler, std::move(stop));
}

Result<ports::ConfigMap> ManifestClient::config_map(const ObjectKey& key) {
  const auto found = store_.find(Kind::ConfigMap, key);
  if (!found) return not_found("ConfigMap", key);
  return ports::ConfigMap{found->meta, found->manifest->data, found->manifest->binary_data};
}

Result<ports::Secret> ManifestClient::secret(const ObjectKey& key) {
  const auto found = store_.find(Kind::Secret, key);
  if (!found) return not_found("Secret", key);
  return ports::Secret{found->meta, found->manifest->data};
}

Result<std::string> ManifestClient::patch_status(const ObjectKey& key, std::string_view uid,
                                                 std::string_view merge_patch) {
  const json patch = json::parse(merge_patch, nullptr, /*allow_exceptions=*/false);
  if (!patch.is_object() || !patch.contains("status") || !patch["status"].is_object()) {
    return fail(ErrorKind::Terminal, "ApiRejected", "a status patch without a status");
  }
  const std::scoped_lock lock(status_mutex_);
  const auto found = store_.find(Kind::Environment, key);
  if (!found) return not_found("MigrationEnvironment", key);
  if (found->meta.uid != uid) {
    return fail(ErrorKind::Conflict, "Conflict", fmt::format("{} is another object now", key.to_string()));
  }
  json status = found->status.empty() ? json::object() : json::parse(found->status);
  status.merge_patch(patch["status"]);
  const std::string text = status.dump();
  // Generation and spec as the scan left them: both of one reading of the store.
  const SavedStatus saved{found->meta.generation, found->manifest->spec_hash, text, found->meta.uid};
  if (auto done = state_.save(key, saved); !done) return fail(done.error());
  const auto changed = store_.set_status(key, text);
  if (!changed) return not_found("MigrationEnvironment", key);
  return changed->meta.resource_version;
}

Result<void> ManifestClient::forget_status(const ObjectKey& key) {
  const std::scoped_lock lock(status_mutex_);
  if (store_.find(Kind::Environment, key)) return {};  // it is back already
  return state_.remove(key);
}

Result<ports::Lease> ManifestClient::lease(const ObjectKey& key) {
  const std::scoped_lock lock(lease_mutex_);
  const auto found = leases_.find(key);
  if (found == leases_.end()) return not_found("Lease", key);
  return found->second;
}

Result<ports::Lease> ManifestClient::create_lease(const ports::Lease& lease) {
  const std::scoped_lock lock(lease_mutex_);
  const auto [place, made] = leases_.try_emplace(lease.key, lease);
  if (!made) {
    return fail(ErrorKind::Conflict, "AlreadyExists",
                fmt::format("Lease {} is there", lease.key.to_string()));
  }
  place->second.resource_version = std::to_string(++lease_version_);
  return place->second;
}

Result<ports::Lease> ManifestClient::update_lease(const ports::Lease& lease) {
  const std::scoped_lock lock(lease_mutex_);
  const auto found = leases_.find(lease.key);
  if (found == leases_.end()) return not_found("Lease", lease.key);
  if (found->second.resource_version != lease.resource_version) {
    return fail(ErrorKind::Conflict, "Conflict", fmt::format("Lease {} was changed", lease.key.to_string()));
  }
  found->second = lease;
  found->second.resource_version = std::to_string(++lease_version_);
  return found->second;
}

Result<void> ManifestClient::create_event(const ports::EventRecord& event) {
  return state_.append_event(event);
}

Result<void> ManifestClient::update_event_series(const ports::EventRecord& event) {
  return state_.append_event(event);
}

}  // namespace athanor::manifests
