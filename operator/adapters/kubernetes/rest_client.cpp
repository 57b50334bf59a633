#include "adapters/kubernetes/rest_client.hpp"

#include <fmt/format.h>

#include "adapters/kubernetes/object_decoder.hpp"

namespace athanor::kubernetes {

Result<std::string> RestClient::cluster_id() {
  const auto answer = call(get_namespace_request("kube-system"));
  if (!answer) {
    const std::string& reason = answer.error().reason;
    if (reason == "Forbidden" || reason == "NotFound") return std::string();
    return fail(answer.error());
  }
  return decode_meta(answer->body).map([](const ports::ObjectMeta& meta) { return meta.uid; });
}

Result<ports::ConfigMap> RestClient::config_map(const ports::ObjectKey& key) {
  const auto answer = call(get_config_map_request(key));
  if (!answer) return fail(answer.error());
  return decode_config_map(answer->body);
}

Result<ports::Secret> RestClient::secret(const ports::ObjectKey& key) {
  const auto answer = call(get_secret_request(key));
  if (!answer) return fail(answer.error());
  return decode_secret(answer->body);
}

Result<std::string> RestClient::patch_status(const ports::ObjectKey& key, std::string_view uid,
                                             std::string_view merge_patch) {
  const auto request = patch_status_request(key, uid, merge_patch);
  if (!request) return fail(request.error());
  const auto answer = call(*request);
  if (!answer) return fail(refused_patch(key, uid, answer.error()));
  return decode_meta(answer->body).map([](const ports::ObjectMeta& meta) { return meta.resource_version; });
}

Error RestClient::refused_patch(const ports::ObjectKey& key, std::string_view uid, Error error) {
  if (error.reason != "ApiRejected") return error;
  // A failed test of the uid looks like any other patch that can't be applied (422).
  const auto current = call(get_environment_request(key));
  if (!current) return current.error().reason == "NotFound" ? current.error() : error;
  const auto meta = decode_meta(current->body);
  if (!meta || meta->uid == uid) return error;
  return {ErrorKind::Conflict,
          "Conflict",
          fmt::format("{} was deleted and made anew (uid {} instead of {})", key.to_string(), meta->uid, uid),
          {}};
}

Result<ports::WatchedObject> RestClient::environment(const ports::ObjectKey& key) {
  const auto answer = call(get_environment_request(key));
  if (!answer) return fail(answer.error());
  return decode_object(answer->body);
}

Result<ports::WatchedObject> RestClient::patch_environment(const ports::ObjectKey& key,
                                                           std::string_view merge_patch,
                                                           std::string_view manager) {
  const auto request = patch_environment_request(key, merge_patch, manager);
  if (!request) return fail(request.error());
  const auto answer = call(*request);
  if (!answer) return fail(answer.error());
  return decode_object(answer->body);
}

Result<ports::Lease> RestClient::lease(const ports::ObjectKey& key) {
  const auto answer = call(get_lease_request(key));
  if (!answer) return fail(answer.error());
  return decode_lease(answer->body);
}

Result<ports::Lease> RestClient::create_lease(const ports::Lease& lease) {
  const auto answer = call(create_lease_request(lease));
  if (!answer) return fail(answer.error());
  return decode_lease(answer->body);
}

Result<ports::Lease> RestClient::update_lease(const ports::Lease& lease) {
  const auto answer = call(update_lease_request(lease));
  if (!answer) return fail(answer.error());
  return decode_lease(answer->body);
}

Result<void> RestClient::create_event(const ports::EventRecord& event) {
  const auto answer = call(create_event_request(event));
  if (answer || answer.error().reason == "AlreadyExists") return {};
  return fail(answer.error());
}

Result<void> RestClient::update_event_series(const ports::EventRecord& event) {
  const auto answer = call(patch_event_series_request(event));
  if (!answer) return fail(answer.error());
  return {};
}

}  // namespace athanor::kubernetes
