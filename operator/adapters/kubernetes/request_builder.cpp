#include "adapters/kubernetes/request_builder.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace athanor::kubernetes {
namespace {

using nlohmann::json;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kMergePatch = "application/merge-patch+json";
constexpr std::string_view kJsonPatch = "application/json-patch+json";
constexpr std::string_view kMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
constexpr std::string_view kMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

constexpr std::string_view kAthanorGroup = "athanor.dev";
constexpr std::string_view kAthanorVersion = "v1alpha1";
constexpr std::string_view kReportingController = "athanor.dev/operator";

// Limits of events.k8s.io/v1 (pkg/apis/core/validation/events.go of Kubernetes), in bytes.
constexpr std::size_t kMaxNoteBytes = 1024;
constexpr std::size_t kMaxWordBytes = 128;

/// A resource as it stands in URLs and in RBAC rules.
struct ResourceType {
  std::string_view group;  ///< empty for the core group
  std::string_view version;
  std::string_view plural;
};

constexpr ResourceType kEnvironments{kAthanorGroup, kAthanorVersion, "migrationenvironments"};
constexpr ResourceType kConfigMaps{"", "v1", "configmaps"};
constexpr ResourceType kSecrets{"", "v1", "secrets"};
constexpr ResourceType kNamespaces{"", "v1", "namespaces"};
constexpr ResourceType kLeases{"coordination.k8s.io", "v1", "leases"};
constexpr ResourceType kEvents{"events.k8s.io", "v1", "events"};

const ResourceType& type_of(WatchedKind kind) {
  return kind == WatchedKind::MigrationEnvironment ? kEnvironments : kConfigMaps;
}

std::string path_of(const ResourceType& type, const std::string& ns, const std::string& name) {
  std::string path = type.group.empty() ? fmt::format("/api/{}", type.version)
                                        : fmt::format("/apis/{}/{}", type.group, type.version);
  if (!ns.empty()) path += "/namespaces/" + percent_encode(ns);
  path += fmt::format("/{}", type.plural);
  if (!name.empty()) path += "/" + percent_encode(name);
  return path;
}

ApiRequest request(std::string_view method, std::string_view verb, const ResourceType& type,
                   const ports::ObjectKey& key) {
  ApiRequest made;
  made.http.method = method;
  made.http.target = path_of(type, key.ns, key.name);
  made.http.headers["Accept"] = kJson;
  made.verb = verb;
  made.group = type.group;
  made.resource = type.plural;
  made.ns = key.ns;
  made.name = key.name;
  return made;
}

/// JSON text; bytes that aren't UTF-8 become U+FFFD instead of an exception.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void set_body(ApiRequest& made, std::string_view content_type, const json& body) {
  made.http.headers["Content-Type"] = content_type;
  made.http.body = dump(body);
}

/// At most `limit` bytes of valid UTF-8, cut between characters.
std::string cut(const std::string& text, std::size_t limit) {
  // Replacing may make the text longer, so it comes before cutting.
  auto valid = json::parse(dump(json(text))).get<std::string>();
  if (valid.size() <= limit) return valid;
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(valid[end]) & 0xC0U) == 0x80U) --end;
  valid.resize(end);
  return valid;
}

/// A merge patch's nulls mean absence, also within what it adds.
json without_nulls(const json& value) {
  if (!value.is_object()) return value;
  json kept = json::object();
  for (const auto& [name, member] : value.items()) {
    if (!member.is_null()) kept[name] = without_nulls(member);
  }
  return kept;
}

/// The operations of RFC 6902 that make `.status` what the merge patch says, unless the uid is another's.
json status_operations(std::string_view uid, const json& status) {
  json operations = json::array({{{"op", "test"}, {"path", "/metadata/uid"}, {"value", uid}}});
  for (const auto& [name, value] : status.items()) {
    const std::string path = (json::json_pointer("/status") / name).to_string();
    operations.push_back({{"op", "add"}, {"path", path}, {"value", without_nulls(value)}});
    // Removing what isn't there would be an error, so it is put there first.
    if (value.is_null()) operations.push_back({{"op", "remove"}, {"path", path}});
  }
  return operations;
}

json string_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

/// An object to write members into, made where there is none.
json& object_at(json& parent, const char* name) {
  json& child = parent[name];
  if (!child.is_object()) child = json::object();
  return child;
}

/// A PUT replaces the whole object: labels, annotations, owners and fields that others wrote go back as read.
json lease_body(const ports::Lease& lease) {
  json body = json::parse(lease.json, nullptr, false);
  if (!body.is_object()) body = json::object();
  body["apiVersion"] = "coordination.k8s.io/v1";
  body["kind"] = "Lease";
  json& metadata = object_at(body, "metadata");
  metadata["name"] = lease.key.name;
  metadata["namespace"] = lease.key.ns;
  metadata.erase("resourceVersion");
  if (!lease.resource_version.empty()) metadata["resourceVersion"] = lease.resource_version;
  json& spec = object_at(body, "spec");
  // Newer servers refuse an empty holderIdentity; null is a lease that nobody holds.
  spec["holderIdentity"] = string_or_null(lease.holder);
  spec["leaseDurationSeconds"] = lease.duration_seconds;
  spec["acquireTime"] = string_or_null(lease.acquire_time);
  spec["renewTime"] = string_or_null(lease.renew_time);
  spec["leaseTransitions"] = lease.transitions;
  return body;
}

json series_of(const ports::EventRecord& record) {
  return {{"count", record.series_count}, {"lastObservedTime", record.last_observed}};
}

ports::ObjectKey event_key(const ports::EventRecord& record) {
  return {record.event.regarding.key.ns, record.name};
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                            c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

ApiRequest list_request(WatchedKind kind, const std::string& ns, std::size_t limit,
                        const std::string& continue_token) {
  ApiRequest made = request("GET", "list", type_of(kind), {ns, ""});
  // Without a resourceVersion the server reads from etcd: never older than what was seen before, and the
  // limit counts (a list from its cache ignores it).
  made.http.target += fmt::format("?limit={}", limit);
  if (!continue_token.empty()) made.http.target += "&continue=" + percent_encode(continue_token);
  if (kind == WatchedKind::ConfigMap) made.http.headers["Accept"] = kMetadataList;
  return made;
}

ApiRequest watch_request(WatchedKind kind, const std::string& ns, const std::string& resource_version,
                         std::chrono::seconds server_timeout) {
  ApiRequest made = request("GET", "watch", type_of(kind), {ns, ""});
  made.http.target += fmt::format("?watch=true&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={}",
                                  percent_encode(resource_version), server_timeout.count());
  if (kind == WatchedKind::ConfigMap) made.http.headers["Accept"] = kMetadata;
  return made;
}

ApiRequest get_environment_request(const ports::ObjectKey& key) {
  return request("GET", "get", kEnvironments, key);
}

ApiRequest get_config_map_request(const ports::ObjectKey& key) {
  return request("GET", "get", kConfigMaps, key);
}

ApiRequest get_secret_request(const ports::ObjectKey& key) {
  return request("GET", "get", kSecrets, key);
}

ApiRequest get_namespace_request(const std::string& name) {
  return request("GET", "get", kNamespaces, {"", name});
}

Result<ApiRequest> patch_status_request(const ports::ObjectKey& key, std::string_view uid,
                                        std::string_view merge_patch) {
  const json patch = json::parse(merge_patch, nullptr, false);
  if (!patch.is_object() || !patch.contains("status") || !patch["status"].is_object()) {
    return fail(ErrorKind::Terminal, "ApiRejected",
                fmt::format("the status patch for {} is not a JSON object with a status", key.to_string()));
  }
  ApiRequest made = request("PATCH", "patch", kEnvironments, key);
  made.http.target += "/status";
  made.http.may_repeat = true;
  made.resource += "/status";
  set_body(made, kJsonPatch, status_operations(uid, patch["status"]));
  return made;
}

Result<ApiRequest> patch_environment_request(const ports::ObjectKey& key, std::string_view merge_patch,
                                             std::string_view manager) {
  const json patch = json::parse(merge_patch, nullptr, false);
  if (!patch.is_object()) {
    return fail(ErrorKind::Terminal, "ApiRejected",
                fmt::format("the patch for {} is not a JSON object", key.to_string()));
  }
  ApiRequest made = request("PATCH", "patch", kEnvironments, key);
  made.http.target += "?fieldManager=" + percent_encode(manager);
  made.http.may_repeat = true;  // what it sets, it sets a second time
  set_body(made, kMergePatch, patch);
  return made;
}

ApiRequest get_lease_request(const ports::ObjectKey& key) {
  return request("GET", "get", kLeases, key);
}

ApiRequest create_lease_request(const ports::Lease& lease) {
  ApiRequest made = request("POST", "create", kLeases, {lease.key.ns, ""});
  made.http.may_repeat = true;  // its name is given: a second one is told that the first exists
  set_body(made, kJson, lease_body(lease));
  return made;
}

ApiRequest update_lease_request(const ports::Lease& lease) {
  ApiRequest made = request("PUT", "update", kLeases, lease.key);
  set_body(made, kJson, lease_body(lease));
  return made;
}

ApiRequest create_event_request(const ports::EventRecord& record) {
  const ports::Event& event = record.event;
  const ports::ObjectMeta& regarding = event.regarding;
  const ports::ObjectKey key = event_key(record);
  json body{{"apiVersion", "events.k8s.io/v1"},
            {"kind", "Event"},
            {"metadata", {{"name", key.name}, {"namespace", key.ns}}},
            {"eventTime", record.event_time},
            {"reportingController", kReportingController},
            {"reportingInstance", cut(record.reporting_instance, kMaxWordBytes)},
            {"action", cut(event.action, kMaxWordBytes)},
            {"reason", cut(event.reason, kMaxWordBytes)},
            {"note", cut(event.note, kMaxNoteBytes)},
            {"type", event.type == ports::EventType::Normal ? "Normal" : "Warning"},
            {"regarding",
             {{"apiVersion", fmt::format("{}/{}", kAthanorGroup, kAthanorVersion)},
              {"kind", "MigrationEnvironment"},
              {"namespace", regarding.key.ns},
              {"name", regarding.key.name},
              {"uid", regarding.uid},
              {"resourceVersion", regarding.resource_version}}}};
  if (record.series_count > 0) body["series"] = series_of(record);
  ApiRequest made = request("POST", "create", kEvents, {key.ns, ""});
  made.http.may_repeat = true;  // as with leases
  set_body(made, kJson, body);
  return made;
}

ApiRequest patch_event_series_request(const ports::EventRecord& record) {
  ApiRequest made = request("PATCH", "patch", kEvents, event_key(record));
  made.http.may_repeat = true;
  set_body(made, kMergePatch, {{"series", series_of(record)}});
  return made;
}

}  // namespace athanor::kubernetes
