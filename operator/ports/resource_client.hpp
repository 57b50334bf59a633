// Single reads and writes of Kubernetes objects. Every call may block, is bounded by the adapter's own
// timeout, and is safe to make from several threads.
//
// Errors: Transient `NotFound` (404), Transient `Unauthorized` (401), Transient `Forbidden` (403: the message
// prints the missing verb and resource), Conflict `Conflict` (409 on a version), Conflict `AlreadyExists`
// (409 on a create), Transient `ApiUnavailable` (no connection, 429, 5xx), Terminal `ApiRejected` (400, 422
// and the rest).
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "ports/event_sink.hpp"
#include "ports/objects.hpp"

namespace athanor::ports {

class ResourceClient {
 public:
  virtual ~ResourceClient() = default;

  /// What tells this cluster from others, and outlives certificates: the uid of the namespace kube-system;
  /// empty where the operator may not read it (then clusters aren't told apart). Standalone mode: empty.
  [[nodiscard]] virtual Result<std::string> cluster_id() = 0;

  [[nodiscard]] virtual Result<ConfigMap> config_map(const ObjectKey& key) = 0;
  [[nodiscard]] virtual Result<Secret> secret(const ObjectKey& key) = 0;

  /// Applies a JSON merge patch to the status subresource of a MigrationEnvironment: fields of `.status` that
  /// the patch names are replaced whole, those that are null go, others stay.
  /// @param uid of the object that the status was worked out for; a precondition, so
  /// that an object
  ///   made anew under the same name gets a Conflict instead of another's status
  /// @return the object's new resourceVersion
  [[nodiscard]] virtual Result<std::string> patch_status(const ObjectKey& key, std::string_view uid,
                                                         std::string_view merge_patch) = 0;

  [[nodiscard]] virtual Result<Lease> lease(const ObjectKey& key) = 0;
  [[nodiscard]] virtual Result<Lease> create_lease(const Lease& lease) = 0;
  /// Replaces; Conflict unless lease.resource_version is the current one.
  [[nodiscard]] virtual Result<Lease> update_lease(const Lease& lease) = 0;

  /// Creates an events.k8s.io/v1 Event (a name that exists already counts as success).
  [[nodiscard]] virtual Result<void> create_event(const EventRecord& event) = 0;
  /// Updates the series of an Event made before.
  [[nodiscard]] virtual Result<void> update_event_series(const EventRecord& event) = 0;
};

}  // namespace athanor::ports
