// JSON of the API server to plain values. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "ports/objects.hpp"
#include "ports/watch_source.hpp"

namespace athanor::kubernetes {

/// How much of an object a watch keeps.
enum class ObjectContent {
  Whole,         ///< WatchedObject::json is the object without managedFields and last-applied-configuration
  MetadataOnly,  ///< WatchedObject::json stays empty
};

/// What a `Status` object says (kind Status of the API machinery); empty parts where the body is none.
struct ApiStatus {
  int code = 0;
  std::string reason;  ///< NotFound, AlreadyExists, Conflict, Expired, …
  std::string message;
  std::int64_t retry_after_seconds = 0;
};

/// Never fails: a body that is no Status (a proxy's page) gives the first line of its text as message.
[[nodiscard]] ApiStatus decode_api_status(std::string_view body);

// All of these: Transient `ApiUnavailable` if the text isn't JSON of the expected shape, saying what was
// read; a value is never printed, since it may be a Secret's.

[[nodiscard]] Result<ports::ListPage> decode_list(std::string_view body, ObjectContent content);

/// One line of a watch. An ERROR event gives its error: Transient `Expired` for 410, otherwise
/// `ApiUnavailable`.
[[nodiscard]] Result<ports::WatchEvent> decode_watch_line(std::string_view line, ObjectContent content);

/// A whole object, as a watch keeps it.
[[nodiscard]] Result<ports::WatchedObject> decode_object(std::string_view body);
[[nodiscard]] Result<ports::ObjectMeta> decode_meta(std::string_view body);
[[nodiscard]] Result<ports::ConfigMap> decode_config_map(std::string_view body);
[[nodiscard]] Result<ports::Secret> decode_secret(std::string_view body);
[[nodiscard]] Result<ports::Lease> decode_lease(std::string_view body);

}  // namespace athanor::kubernetes
