// From spec.database to a connection: follows its references to Secrets and ConfigMaps.
#pragma once

#include <string>

#include "api/migration_environment.hpp"
#include "core/result.hpp"
#include "ports/database.hpp"
#include "ports/resource_client.hpp"

namespace athanor::controller {

/// Reads each Secret and ConfigMap that `database` names once, from namespace `ns` only.
/// @param standalone allows sqlite URLs (design section 11)
/// @return Transient `SecretMissing`, `SecretKeyMissing`, `ConfigMapMissing`, `ConfigMapKeyMissing`, naming
/// object, key and
///   field; otherwise as ResourceClient
[[nodiscard]] Result<ports::ConnectionSpec> resolve_connection(const api::DatabaseSpec& database,
                                                               const std::string& ns,
                                                               ports::ResourceClient& client,
                                                               bool standalone);

}  // namespace athanor::controller
