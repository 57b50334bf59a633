#include "adapters/kubernetes/object_decoder.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/kubernetes/base64.hpp"

namespace athanor::kubernetes {
namespace {

using nlohmann::json;

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::size_t kMaxForeignBodyBytes = 200;
constexpr int kGone = 410;

tl::unexpected<Error> unreadable(std::string_view what) {
  return fail(
      ErrorKind::Transient, "ApiUnavailable",
      fmt::format("the API server's answer is not {}; is something else answering in its place?", what));
}

/// The member, or a null value where it is missing or `object` is no object.
const json& member(const json& object, std::string_view name) {
  static const json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t number_of(const json& value) {
  return value.is_number_integer() ? value.get<std::int64_t>() : std::int64_t{0};
}

ports::StringMap strings_of(const json& value) {
  ports::StringMap strings;
  if (!value.is_object()) return strings;
  for (const auto& [key, entry] : value.items()) {
    if (entry.is_string()) strings.emplace(key, entry.get<std::string>());
  }
  return strings;
}

ports::ObjectMeta meta_of(const json& object) {
  const json& metadata = member(object, "metadata");
  ports::ObjectMeta meta;
  meta.key = {text_of(member(metadata, "namespace")), text_of(member(metadata, "name"))};
  meta.uid = text_of(member(metadata, "uid"));
  meta.resource_version = text_of(member(metadata, "resourceVersion"));
  meta.generation = number_of(member(metadata, "generation"));
  meta.labels = strings_of(member(metadata, "labels"));
  meta.annotations = strings_of(member(metadata, "annotations"));
  if (const auto found = meta.annotations.find(kLastApplied); found != meta.annotations.end()) {
    meta.annotations.erase(found);
  }
  meta.deleting = member(metadata, "deletionTimestamp").is_string();
  return meta;
}

/// Takes out what only servers and kubectl read, which is often more than half of an object.
void strip(json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return;
  metadata->erase("managedFields");
  const auto annotations = metadata->find("annotations");
  if (annotations != metadata->end() && annotations->is_object()) {
    annotations->erase(std::string(kLastApplied));
  }
}

ports::WatchedObject watched(json&& object, ObjectContent content) {
  ports::WatchedObject seen;
  seen.meta = meta_of(object);
  if (content == ObjectContent::Whole) {
    strip(object);
    seen.json = object.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return seen;
}

std::optional<ports::WatchEventType> event_type(const std::string& word) {
  if (word == "ADDED") return ports::WatchEventType::Added;
  if (word == "MODIFIED") return ports::WatchEventType::Modified;
  if (word == "DELETED") return ports::WatchEventType::Deleted;
  if (word == "BOOKMARK") return ports::WatchEventType::Bookmark;
  return std::nullopt;
}

ApiStatus status_of(const json& object) {
  ApiStatus status;
  status.code = static_cast<int>(number_of(member(object, "code")));
  status.reason = text_of(member(object, "reason"));
  status.message = text_of(member(object, "message"));
  status.retry_after_seconds = number_of(member(member(object, "details"), "retryAfterSeconds"));
  return status;
}

tl::unexpected<Error> watch_error(const json& object) {
  const ApiStatus status = status_of(object);
  if (status.code == kGone || status.reason == "Expired" || status.reason == "Gone") {
    return fail(ErrorKind::Transient, "Expired",
                fmt::format("the watch's resource version is too old: {}", status.message));
  }
  return fail(ErrorKind::Transient, "ApiUnavailable",
              fmt::format("the API server ended the watch with an error: {} ({} {})", status.message,
                          status.code, status.reason));
}

/// Undoes base64 in every value of `field`; names the key where a value is none.
Result<ports::StringMap> decoded_strings(const json& object, std::string_view field) {
  ports::StringMap decoded;
  for (auto& [key, encoded] : strings_of(member(object, field))) {
    std::optional<std::string> bytes = base64_decode(encoded);
    if (!bytes) {
      return unreadable(fmt::format("base64 in {}[{}] of {}", field, key, meta_of(object).key.to_string()));
    }
    decoded.emplace(key, std::move(*bytes));
  }
  return decoded;
}

/// @param kind as it has to stand in the object
Result<json> parse_object(std::string_view body, std::string_view kind) {
  json object = json::parse(body, nullptr, false);
  if (!object.is_object() || !member(object, "metadata").is_object() ||
      text_of(member(object, "kind")) != kind) {
    return unreadable(fmt::format("a {}", kind));
  }
  return object;
}

std::string first_line(std::string_view body) {
  std::string line(body.substr(0, std::min(body.find_first_of("\r\n"), kMaxForeignBodyBytes)));
  // A page that isn't ours may hold any bytes; the message must survive being written as JSON.
  return json::parse(json(line).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

}  // namespace

ApiStatus decode_api_status(std::string_view body) {
  const json object = json::parse(body, nullptr, false);
  if (text_of(member(object, "kind")) == "Status") return status_of(object);
  ApiStatus status;
  status.message = first_line(body);
  return status;
}

Result<ports::ListPage> decode_list(std::string_view body, ObjectContent content) {
  json list = json::parse(body, nullptr, false);
  const json& metadata = member(list, "metadata");
  ports::ListPage page;
  page.resource_version = text_of(member(metadata, "resourceVersion"));
  page.continue_token = text_of(member(metadata, "continue"));
  if (page.resource_version.empty()) return unreadable("a list with a resourceVersion");
  const auto items = list.find("items");
  if (items == list.end() || items->is_null()) return page;
  if (!items->is_array()) return unreadable("a list of objects");
  page.items.reserve(items->size());
  for (json& item : *items) page.items.push_back(watched(std::move(item), content));
  return page;
}

Result<ports::WatchEvent> decode_watch_line(std::string_view line, ObjectContent content) {
  json event = json::parse(line, nullptr, false);
  const std::string word = text_of(member(event, "type"));
  const auto object = event.is_object() ? event.find("object") : event.end();
  if (object == event.end() || !object->is_object()) return unreadable("a watch event");
  if (word == "ERROR") return watch_error(*object);
  const std::optional<ports::WatchEventType> type = event_type(word);
  if (!type) return unreadable("a watch event of a known type");
  ports::WatchEvent decoded;
  decoded.type = *type;
  if (*type == ports::WatchEventType::Bookmark) {
    decoded.object.meta.resource_version = meta_of(*object).resource_version;
  } else {
    decoded.object = watched(std::move(*object), content);
  }
  if (decoded.object.meta.resource_version.empty()) return unreadable("a watch event with a resourceVersion");
  return decoded;
}

Result<ports::WatchedObject> decode_object(std::string_view body) {
  json object = json::parse(body, nullptr, false);
  if (!object.is_object() || !member(object, "metadata").is_object()) return unreadable("an object");
  return watched(std::move(object), ObjectContent::Whole);
}

Result<ports::ObjectMeta> decode_meta(std::string_view body) {
  const json object = json::parse(body, nullptr, false);
  if (!member(object, "metadata").is_object()) return unreadable("an object with metadata");
  return meta_of(object);
}

Result<ports::ConfigMap> decode_config_map(std::string_view body) {
  const Result<json> object = parse_object(body, "ConfigMap");
  if (!object) return fail(object.error());
  Result<ports::StringMap> binary = decoded_strings(*object, "binaryData");
  if (!binary) return fail(binary.error());
  return ports::ConfigMap{meta_of(*object), strings_of(member(*object, "data")), std::move(*binary)};
}

Result<ports::Secret> decode_secret(std::string_view body) {
  const Result<json> object = parse_object(body, "Secret");
  if (!object) return fail(object.error());
  Result<ports::StringMap> data = decoded_strings(*object, "data");
  if (!data) return fail(data.error());
  return ports::Secret{meta_of(*object), std::move(*data)};
}

Result<ports::Lease> decode_lease(std::string_view body) {
  Result<json> object = parse_object(body, "Lease");
  if (!object) return fail(object.error());
  // Left out of an update, they stay as they are.
  (*object)["metadata"].erase("managedFields");
  const ports::ObjectMeta meta = meta_of(*object);
  const json& spec = member(*object, "spec");
  ports::Lease lease;
  lease.key = meta.key;
  lease.resource_version = meta.resource_version;
  lease.holder = text_of(member(spec, "holderIdentity"));
  lease.duration_seconds = number_of(member(spec, "leaseDurationSeconds"));
  lease.acquire_time = text_of(member(spec, "acquireTime"));
  lease.renew_time = text_of(member(spec, "renewTime"));
  lease.transitions = number_of(member(spec, "leaseTransitions"));
  lease.json = object->dump(-1, ' ', false, json::error_handler_t::replace);
  return lease;
}

}  // namespace athanor::kubernetes
