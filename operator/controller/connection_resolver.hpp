// From spec.database to a connection: follows its references to Secrets and ConfigMaps.
#pragma once

#include <map>
#include <string>

#include "api/migration_environment.hpp"
#include "controller/config_map_reader.hpp"
#include "core/result.hpp"
#include "ports/database.hpp"
#include "ports/resource_client.hpp"

namespace athanor::controller {

/// Where references lead.
struct ReferencePorts {
  ports::ResourceClient& client;  ///< Secrets, one GET each time
  ConfigMapReader& config_maps;
};

/// uid and resourceVersion of each object that was read, by "Secret ns/name" or "ConfigMap ns/name": they
/// tell that a connection may be another one, and nothing of what makes it.
using ReadVersions = std::map<std::string, std::string>;

/// Reads each Secret and ConfigMap that `database` names once, from namespace `ns` only. Line ends behind a
/// value are left off; certificates stay as they are.
/// @param standalone allows sqlite URLs (design section 11)
/// @param versions gets those of what was read, whether or not all could be
/// @return Transient `SecretMissing`, `SecretKeyMissing`, `ConfigMapMissing`, `ConfigMapKeyMissing`, naming
/// object, key and
///   field; Terminal `InvalidDatabaseUrl` for a control character inside a value and
///   `DatabaseSchemeNotAllowed`, naming the same and never the value; otherwise as ResourceClient
[[nodiscard]] Result<ports::ConnectionSpec> resolve_connection(const api::DatabaseSpec& database,
                                                               const std::string& ns,
                                                               const ReferencePorts& references,
                                                               bool standalone, ReadVersions& versions);

}  // namespace athanor::controller
