// Kubernetes objects, as much of them as the operator needs. Plain values: no JSON library in sight.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace athanor::ports {

struct ObjectKey {
  std::string ns;
  std::string name;

  auto operator<=>(const ObjectKey&) const = default;
  [[nodiscard]] std::string to_string() const { return ns + "/" + name; }
};

using StringMap = std::map<std::string, std::string, std::less<>>;

struct ObjectMeta {
  ObjectKey key;
  std::string uid;
  std::string resource_version;  ///< opaque
  std::int64_t generation = 0;
  StringMap labels;
  StringMap annotations;  ///< without kubectl's last-applied-configuration
  bool deleting = false;  ///< has a deletionTimestamp

  bool operator==(const ObjectMeta&) const = default;
};

/// What a watch sees of an object.
struct WatchedObject {
  ObjectMeta meta;
  /// The whole object as JSON text, managedFields and last-applied-configuration dropped; empty in a
  /// metadata-only watch.
  std::string json;

  bool operator==(const WatchedObject&) const = default;
};

struct ConfigMap {
  ObjectMeta meta;
  StringMap data;
  StringMap binary_data;  ///< base64 already undone
};

struct Secret {
  ObjectMeta meta;
  StringMap data;  ///< base64 already undone
};

/// A coordination.k8s.io/v1 Lease.
struct Lease {
  ObjectKey key;
  std::string resource_version;
  std::string holder;  ///< empty: released
  std::int64_t duration_seconds = 0;
  std::string acquire_time;  ///< RFC 3339 with microseconds
  std::string renew_time;
  std::int64_t transitions = 0;
  /// The whole object as JSON text as it was read, managedFields dropped; an update keeps what others wrote
  /// there. Empty: there is nothing to keep.
  std::string json;
};

}  // namespace athanor::ports

template <>
struct std::hash<athanor::ports::ObjectKey> {
  std::size_t operator()(const athanor::ports::ObjectKey& key) const noexcept {
    const std::hash<std::string> of;
    return of(key.ns) * 31 + of(key.name);
  }
};
