// Every request that the operator makes of an API server, as values. Pure: no connection, no clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "ports/event_sink.hpp"
#include "ports/http_transport.hpp"
#include "ports/objects.hpp"

namespace athanor::kubernetes {

/// A request, and what an RBAC rule would call it.
struct ApiRequest {
  ports::HttpRequest http;
  std::string verb;      ///< get, list, watch, create, update, patch
  std::string group;     ///< empty for the core group
  std::string resource;  ///< with the subresource: "migrationenvironments/status"
  std::string ns;        ///< empty: all namespaces, or none
  std::string name;      ///< empty for collections
};

/// What the operator watches.
enum class WatchedKind {
  MigrationEnvironment,  ///< whole objects of athanor.dev/v1alpha1
  ConfigMap,             ///< metadata only (PartialObjectMetadata)
};

/// Everything but letters, digits and `-._~` as %XX (RFC 3986, section 2.3).
[[nodiscard]] std::string percent_encode(std::string_view text);

/// One page of a consistent LIST.
/// @param ns empty for all namespaces
[[nodiscard]] ApiRequest list_request(WatchedKind kind, const std::string& ns, std::size_t limit,
                                      const std::string& continue_token);

/// A WATCH with bookmarks, from just after `resource_version`.
/// @param server_timeout asked of the server as timeoutSeconds
[[nodiscard]] ApiRequest watch_request(WatchedKind kind, const std::string& ns,
                                       const std::string& resource_version,
                                       std::chrono::seconds server_timeout);

[[nodiscard]] ApiRequest get_environment_request(const ports::ObjectKey& key);
[[nodiscard]] ApiRequest get_config_map_request(const ports::ObjectKey& key);
[[nodiscard]] ApiRequest get_secret_request(const ports::ObjectKey& key);
[[nodiscard]] ApiRequest get_namespace_request(const std::string& name);

/// A patch of a MigrationEnvironment's /status, on condition that the object's uid is `uid`.
///
/// It goes as a JSON patch that tests metadata.uid first: API servers take a uid in a merge patch of /status
/// without a word and without comparing it. Each field of `.status` is replaced whole, null takes it away.
/// REQUIRES: `.status` exists, as the CRD's default for it makes sure.
/// @return Terminal `ApiRejected` if merge_patch is no JSON object with an object `status`
[[nodiscard]] Result<ApiRequest> patch_status_request(const ports::ObjectKey& key, std::string_view uid,
                                                      std::string_view merge_patch);

/// A merge patch of a MigrationEnvironment itself, not of its status.
/// @param manager whom metadata.managedFields names as the writer
/// @return Terminal `ApiRejected` if merge_patch is no JSON object
[[nodiscard]] Result<ApiRequest> patch_environment_request(const ports::ObjectKey& key,
                                                           std::string_view merge_patch,
                                                           std::string_view manager);

[[nodiscard]] ApiRequest get_lease_request(const ports::ObjectKey& key);
[[nodiscard]] ApiRequest create_lease_request(const ports::Lease& lease);
[[nodiscard]] ApiRequest update_lease_request(const ports::Lease& lease);

/// Creates an events.k8s.io/v1 Event, cut to that API's limits (note 1,024 bytes; reason, action and
/// reportingInstance 128 each), invalid UTF-8 replaced.
[[nodiscard]] ApiRequest create_event_request(const ports::EventRecord& record);
/// A merge patch of an Event's series.
[[nodiscard]] ApiRequest patch_event_series_request(const ports::EventRecord& record);

}  // namespace athanor::kubernetes
