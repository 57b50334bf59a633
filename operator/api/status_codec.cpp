// `.status`: what the operator writes, and reads back after a restart.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "api/fields.hpp"
#include "api/utf8.hpp"

namespace athanor::api {
namespace {

using nlohmann::json;

constexpr std::size_t kShownIds = 3;       // in the columns of kubectl get
constexpr std::size_t kShownIdBytes = 32;  // the width of Alembic's version column

std::string cut_message(const std::string& text) {
  return std::string(utf8_prefix(text, kMaxMessageBytes));
}

// Not "" either: Kubernetes 1.20 built with a recent Go takes an empty string for null and refuses it (422).
json text_or_null(const std::string& text) {
  return text.empty() ? json() : json(text);
}

json number_or_null(const std::optional<std::int64_t>& number) {
  return number ? json(*number) : json();
}

json list_or_null(const std::vector<std::string>& items, std::size_t most) {
  if (items.empty()) return json();
  return std::vector<std::string>(items.begin(),
                                  items.begin() + static_cast<std::ptrdiff_t>(std::min(items.size(), most)));
}

/// "8e1d0c4a77b2,3f2a9c1b7d10", and "+2" for more; null for none.
json joined_or_null(const std::vector<std::string>& ids) {
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kShownIds); ++i) {
    text += (i == 0 ? "" : ",") + std::string(utf8_prefix(ids[i], kShownIdBytes));
  }
  if (ids.size() > kShownIds) text += fmt::format(",+{}", ids.size() - kShownIds);
  return text_or_null(text);
}

/// Inside a list null would be kept as it is, so that what is empty is left out.
json without_nulls(json object) {
  for (auto field = object.begin(); field != object.end();) {
    field = field->is_null() ? object.erase(field) : std::next(field);
  }
  return object;
}

json encode(const AppliedStatus& applied) {
  return {{"revision", text_or_null(applied.revision)},
          {"direction", text_or_null(applied.direction)},
          {"time", text_or_null(applied.time)},
          {"duration", format_duration(std::chrono::milliseconds{applied.duration_ms})}};
}

json encode(const FailureStatus& failure) {
  return {{"reason", text_or_null(failure.reason)},
          {"message", text_or_null(cut_message(failure.message))},
          {"revision", text_or_null(failure.revision)},
          {"file", text_or_null(failure.file)},
          {"line", failure.line > 0 ? json(failure.line) : json()},
          {"sqlstate", text_or_null(failure.sqlstate)},
          {"inputsHash", text_or_null(failure.inputs_hash)},
          {"firstTime", text_or_null(failure.first_time)}};
}

json encode(const DriftStatus& drift) {
  return {{"lastCheck", text_or_null(drift.last_check)},
          {"reason", text_or_null(drift.reason)},
          {"revisions", list_or_null(drift.revisions, kMaxRevisionsListed)},
          {"count", drift.count}};
}

json encode(const Condition& condition) {
  return without_nulls({{"type", condition.type},
                        {"status", to_string(condition.status)},
                        {"reason", text_or_null(condition.reason)},
                        {"message", text_or_null(cut_message(condition.message))},
                        {"lastTransitionTime", text_or_null(condition.last_transition_time)},
                        {"observedGeneration", std::max<std::int64_t>(condition.observed_generation, 0)}});
}

json encode_history(const std::vector<AppliedStatus>& history) {
  if (history.empty()) return json();
  json entries = json::array();
  for (std::size_t i = 0; i < std::min(history.size(), kMaxHistory); ++i) {
    entries.push_back(without_nulls(encode(history[i])));
  }
  return entries;
}

json encode_conditions(const std::vector<Condition>& conditions) {
  if (conditions.empty()) return json();
  json entries = json::array();
  for (const Condition& condition : conditions) entries.push_back(encode(condition));
  return entries;
}

/// Reads leniently: the notes are thrown away.
std::optional<std::int64_t> integer(const json& object, const char* name) {
  const auto found = object.find(name);
  const bool fits = found != object.end() && found->is_number_integer();
  return fits ? std::optional(found->get<std::int64_t>()) : std::nullopt;
}

std::string text(const Fields& fields, std::string_view name) {
  return fields.text(name).value_or("");
}

AppliedStatus decode_applied(const json& object, Notes& notes) {
  const Fields fields(object, "", notes);
  const auto duration = fields.duration("duration").value_or(std::chrono::milliseconds{0});
  return {text(fields, "revision"), text(fields, "direction"), text(fields, "time"), duration.count()};
}

FailureStatus decode_failure(const json& object, Notes& notes) {
  const Fields fields(object, "", notes);
  return {text(fields, "reason"),
          text(fields, "message"),
          text(fields, "revision"),
          text(fields, "file"),
          integer(object, "line").value_or(0),
          text(fields, "sqlstate"),
          text(fields, "inputsHash"),
          text(fields, "firstTime")};
}

DriftStatus decode_drift(const json& object, Notes& notes) {
  const Fields fields(object, "", notes);
  return {text(fields, "lastCheck"), text(fields, "reason"), fields.texts("revisions"),
          integer(object, "count").value_or(0)};
}

Condition decode_condition(const json& object, Notes& notes) {
  const Fields fields(object, "", notes);
  const std::string status = text(fields, "status");
  Condition condition;
  condition.type = text(fields, "type");
  condition.status = status == "True"    ? ConditionStatus::True
                     : status == "False" ? ConditionStatus::False
                                         : ConditionStatus::Unknown;
  condition.reason = text(fields, "reason");
  condition.message = text(fields, "message");
  condition.last_transition_time = text(fields, "lastTransitionTime");
  condition.observed_generation = integer(object, "observedGeneration").value_or(0);
  return condition;
}

/// Calls `take` for each object in a list, and passes over what is none.
template <class Take>
void each_object(const json& parent, const char* name, Take take) {
  const auto list = parent.find(name);
  if (list == parent.end() || !list->is_array()) return;
  for (const json& item : *list) {
    if (item.is_object()) take(item);
  }
}

const json* object_at(const json& parent, const char* name) {
  const auto found = parent.find(name);
  return found != parent.end() && found->is_object() ? &*found : nullptr;
}

}  // namespace

std::string encode_status_patch(const Status& status) {
  const json fields = {
      {"observedGeneration", status.observed_generation},
      {"observedDigest", text_or_null(status.observed_digest)},
      {"current", joined_or_null(status.current_revisions)},
      {"target", joined_or_null(status.target_revisions)},
      {"currentRevisions", list_or_null(status.current_revisions, kMaxRevisionsListed)},
      {"targetRevisions", list_or_null(status.target_revisions, kMaxRevisionsListed)},
      {"pendingRevisions", list_or_null(status.pending_revisions, kMaxPendingListed)},
      {"pendingCount", number_or_null(status.pending_count)},
      {"pendingDestructiveStatements", number_or_null(status.pending_destructive_statements)},
      {"lastApplied", status.last_applied ? encode(*status.last_applied) : json()},
      {"history", encode_history(status.history)},
      {"drift", status.drift ? encode(*status.drift) : json()},
      {"failure", status.failure ? encode(*status.failure) : json()},
      {"failedRun", status.failed_run ? encode(*status.failed_run) : json()},
      {"lastHandledReconcileAt", text_or_null(status.last_handled_reconcile_at)},
      {"lastHandledTakeOver", text_or_null(status.last_handled_take_over)},
      {"conditions", encode_conditions(status.conditions)},
  };
  // A server's message may be in any encoding: what isn't UTF-8 becomes U+FFFD.
  return json{{"status", fields}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

Status decode_status(std::string_view object_json) {
  Status status;
  const json object = json::parse(object_json, nullptr, /*allow_exceptions=*/false);
  const json* found = object.is_object() ? object_at(object, "status") : nullptr;
  if (found == nullptr) return status;
  const json& source = *found;
  Notes notes;
  const Fields fields(source, "", notes);
  status.observed_generation = integer(source, "observedGeneration").value_or(-1);
  status.observed_digest = text(fields, "observedDigest");
  status.current_revisions = fields.texts("currentRevisions");
  status.target_revisions = fields.texts("targetRevisions");
  status.pending_revisions = fields.texts("pendingRevisions");
  status.pending_count = integer(source, "pendingCount");
  status.pending_destructive_statements = integer(source, "pendingDestructiveStatements");
  if (const json* applied = object_at(source, "lastApplied"))
    status.last_applied = decode_applied(*applied, notes);
  each_object(source, "history",
              [&](const json& item) { status.history.push_back(decode_applied(item, notes)); });
  if (const json* drift = object_at(source, "drift")) status.drift = decode_drift(*drift, notes);
  if (const json* failure = object_at(source, "failure")) status.failure = decode_failure(*failure, notes);
  if (const json* run = object_at(source, "failedRun")) status.failed_run = decode_failure(*run, notes);
  status.last_handled_reconcile_at = text(fields, "lastHandledReconcileAt");
  status.last_handled_take_over = text(fields, "lastHandledTakeOver");
  each_object(source, "conditions", [&](const json& item) {
    Condition condition = decode_condition(item, notes);
    if (!condition.type.empty()) status.conditions.push_back(std::move(condition));
  });
  return status;
}

}  // namespace athanor::api
