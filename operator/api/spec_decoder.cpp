#include "api/spec_decoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "api/object_names.hpp"

namespace athanor::api {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxIdentifierBytes = 63;  // PostgreSQL's NAMEDATALEN - 1
constexpr std::size_t kMaxTargetBytes = 255;
constexpr std::size_t kMaxConfigMaps = 256;

struct Bounds {
  milliseconds least;
  milliseconds most;
};

// A statement that waits for its lock without a limit blocks every query of the application behind it.
constexpr Bounds kLockTimeout{milliseconds{1}, hours{1}};
// 0 is no limit; the rest fits PostgreSQL's 32-bit milliseconds.
constexpr Bounds kStatementTimeout{milliseconds{0}, hours{24 * 24}};
constexpr Bounds kDriftInterval{seconds{10}, hours{7 * 24}};

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

milliseconds read_bounded(const Fields& fields, std::string_view name, Bounds bounds, milliseconds fallback) {
  const auto duration = fields.duration(name);
  if (!duration) return fallback;
  if (*duration < bounds.least || *duration > bounds.most) {
    fields.problem(name, fmt::format("is {}, expected {} to {}", format_duration(*duration),
                                     format_duration(bounds.least), format_duration(bounds.most)));
    return fallback;
  }
  return *duration;
}

template <class Enum, std::size_t N>
Enum read_enum(const Fields& fields, std::string_view name,
               const std::array<std::pair<std::string_view, Enum>, N>& choices, Enum fallback) {
  const auto written = fields.text(name);
  if (!written) return fallback;
  std::string expected;
  for (const auto& [word, value] : choices) {
    if (*written == word) return value;
    expected += (expected.empty() ? "" : " or ") + std::string(word);
  }
  fields.problem(name, fmt::format("is {}, expected {}", shown(*written), expected));
  return fallback;
}

std::string read_target(const Fields& spec) {
  const auto target = spec.text("target");
  if (!target) return Spec{}.target;
  const bool has_space = target->find(' ') != std::string::npos || has_control_character(*target);
  if (target->empty() || target->size() > kMaxTargetBytes || has_space) {
    spec.problem("target", fmt::format("is {}, expected heads, head, base, a revision id or label@head",
                                       shown(*target)));
  }
  return *target;
}

PolicySpec read_policy(const Fields& fields) {
  using enum PolicySpec::Downgrade;
  using enum PolicySpec::EditedRevision;
  constexpr std::array<std::pair<std::string_view, PolicySpec::Downgrade>, 2> kDowngrade{
      {{"Deny", Deny}, {"Allow", Allow}}};
  constexpr std::array<std::pair<std::string_view, PolicySpec::EditedRevision>, 2> kEdited{
      {{"Fail", Fail}, {"Warn", Warn}}};
  PolicySpec policy;
  policy.downgrade = read_enum(fields, "downgrade", kDowngrade, policy.downgrade);
  policy.edited_revision = read_enum(fields, "editedRevision", kEdited, policy.edited_revision);
  policy.lock_timeout = read_bounded(fields, "lockTimeout", kLockTimeout, policy.lock_timeout);
  policy.statement_timeout =
      read_bounded(fields, "statementTimeout", kStatementTimeout, policy.statement_timeout);
  return policy;
}

AdoptSpec read_adopt(const Fields& fields) {
  // Alembic's version table is taken over without being asked for.
  constexpr std::array kTools{MigrationTool::GolangMigrate, MigrationTool::Dbmate, MigrationTool::Goose,
                              MigrationTool::Flyway, MigrationTool::Atlas};
  std::array<std::pair<std::string_view, MigrationTool>, kTools.size()> choices;
  std::ranges::transform(kTools, choices.begin(), [](auto tool) { return std::pair(to_string(tool), tool); });
  AdoptSpec adopt;
  if (!fields.has("from")) fields.problem("from", "is missing; name the tool that managed the database");
  adopt.from = read_enum(fields, "from", choices, adopt.from);
  adopt.table = fields.text("table").value_or("");
  const bool too_long = adopt.table.size() > 2 * kMaxIdentifierBytes + 1;
  if (fields.has("table") && (adopt.table.empty() || too_long || has_control_character(adopt.table))) {
    fields.problem("table", fmt::format("is {}, expected table or schema.table", shown(adopt.table)));
  }
  return adopt;
}

LabelSelector::Requirement read_requirement(const Fields& fields) {
  LabelSelector::Requirement requirement{fields.text("key").value_or(""),
                                         fields.text("operator").value_or(""), fields.texts("values")};
  if (!is_label_key(requirement.key)) {
    fields.problem("key", fmt::format("is {}, expected a label's key", shown(requirement.key)));
  }
  const bool takes_values = requirement.op == "In" || requirement.op == "NotIn";
  if (!takes_values && requirement.op != "Exists" && requirement.op != "DoesNotExist") {
    fields.problem("operator",
                   fmt::format("is {}, expected In, NotIn, Exists or DoesNotExist", shown(requirement.op)));
  } else if (takes_values == requirement.values.empty()) {
    fields.problem(
        "values", fmt::format("{} for the operator {}", takes_values ? "must have an entry" : "must be empty",
                              requirement.op));
  }
  for (const std::string& value : requirement.values) {
    if (!is_label_value(value)) fields.problem("values", fmt::format("{} is no label's value", shown(value)));
  }
  return requirement;
}

LabelSelector read_selector(const Fields& fields) {
  LabelSelector selector;
  selector.match_labels = fields.text_map("matchLabels");
  for (const auto& [key, value] : selector.match_labels) {
    if (!is_label_key(key) || !is_label_value(value)) {
      fields.problem("matchLabels", fmt::format("{}: {} is no label", shown(key), shown(value)));
    }
  }
  for (const Fields& requirement : fields.objects("matchExpressions")) {
    selector.match_expressions.push_back(read_requirement(requirement));
  }
  if (selector.match_labels.empty() && selector.match_expressions.empty()) {
    fields.problem("", "is empty and would select nothing; give matchLabels or matchExpressions");
  }
  return selector;
}

bool is_digest(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  return text.size() == kPrefix.size() + 64 && text.starts_with(kPrefix) &&
         text.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

}  // namespace

std::string read_identifier(const Fields& fields, std::string_view name, std::string fallback) {
  auto identifier = fields.text(name);
  if (!identifier) return fallback;
  if (identifier->empty() || identifier->size() > kMaxIdentifierBytes || has_control_character(*identifier)) {
    fields.problem(name, fmt::format("is {}, expected an identifier of 1 to {} bytes", shown(*identifier),
                                     kMaxIdentifierBytes));
  }
  return *identifier;
}

RevisionsSpec read_revisions(const Fields& fields) {
  RevisionsSpec revisions;
  const bool has_list = fields.has("configMaps");
  for (const Fields& item : fields.objects("configMaps")) {
    const std::string name = item.text("name").value_or("");
    if (!is_object_name(name)) {
      item.problem("name", fmt::format("is {}, expected the name of a ConfigMap", shown(name)));
    } else if (std::find(revisions.config_maps.begin(), revisions.config_maps.end(), name) !=
               revisions.config_maps.end()) {
      item.problem("name", fmt::format("{} is listed twice", shown(name)));
    }
    revisions.config_maps.push_back(name);
  }
  if (revisions.config_maps.size() > kMaxConfigMaps) {
    fields.problem("configMaps", fmt::format("has {} entries, at most {} are taken; use configMapSelector",
                                             revisions.config_maps.size(), kMaxConfigMaps));
  }
  const auto selector = fields.object("configMapSelector");
  if (selector) revisions.config_map_selector = read_selector(*selector);
  if (!has_list && !fields.has("configMapSelector")) {
    fields.problem("", "names no revisions; give configMaps, configMapSelector or both");
  } else if (has_list && revisions.config_maps.empty() && !selector) {
    fields.problem("configMaps", "is empty; name the ConfigMaps that hold the revisions");
  }
  revisions.digest = fields.text("digest").value_or("");
  if (fields.has("digest") && !is_digest(revisions.digest)) {
    fields.problem("digest", fmt::format("is {}, expected sha256: and 64 lower-case hex digits",
                                         shown(revisions.digest)));
  }
  return revisions;
}

Spec read_spec(const nlohmann::json& object, Notes& notes) {
  Spec spec;
  const auto found = object.is_object() ? object.find("spec") : object.end();
  if (!object.is_object() || found == object.end() || !found->is_object()) {
    notes.problem("spec", "is missing or no object");
    return spec;
  }
  const Fields fields(*found, "spec", notes);
  spec.suspend = fields.boolean("suspend").value_or(spec.suspend);
  if (const auto database = fields.object("database")) {
    spec.database = read_database(*database);
  } else if (!fields.has("database")) {
    fields.problem("database", "is missing; give one of url, urlFrom, connection in it");
  }
  if (const auto revisions = fields.object("revisions")) {
    spec.revisions = read_revisions(*revisions);
  } else if (!fields.has("revisions")) {
    fields.problem("revisions", "is missing; give configMaps, configMapSelector or both in it");
  }
  spec.target = read_target(fields);
  if (const auto table = fields.object("versionTable")) {
    spec.version_table = read_identifier(*table, "name", spec.version_table);
    spec.version_table_schema = read_identifier(*table, "schema", "");
  }
  if (const auto adopt = fields.object("adopt")) spec.adopt = read_adopt(*adopt);
  if (const auto policy = fields.object("policy")) spec.policy = read_policy(*policy);
  if (const auto drift = fields.object("drift")) {
    spec.drift_interval = read_bounded(*drift, "interval", kDriftInterval, spec.drift_interval);
  }
  return spec;
}

Result<Spec> decode_spec(std::string_view object_json) {
  const auto object = nlohmann::json::parse(object_json, nullptr, /*allow_exceptions=*/false);
  Notes notes;
  Spec spec = read_spec(object, notes);
  if (!notes.clean()) return fail(ErrorKind::Terminal, "InvalidSpec", notes.text());
  return spec;
}

namespace {

void collect_unknown(const nlohmann::json& value, const std::string& path, const Notes& notes,
                     std::vector<std::string>& unknown) {
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      collect_unknown(value[i], fmt::format("{}[{}]", path, i), notes, unknown);
    }
    return;
  }
  if (!value.is_object()) return;
  for (const auto& [key, field] : value.items()) {
    const std::string field_path = path + "." + key;
    if (!notes.known().contains(field_path)) {
      unknown.push_back(field_path);
    } else {
      collect_unknown(field, field_path, notes, unknown);
    }
  }
}

}  // namespace

std::vector<std::string> unknown_spec_fields(std::string_view object_json) {
  std::vector<std::string> unknown;
  const auto object = nlohmann::json::parse(object_json, nullptr, /*allow_exceptions=*/false);
  Notes notes;
  (void)read_spec(object, notes);
  if (object.is_object() && object.contains("spec")) collect_unknown(object["spec"], "spec", notes, unknown);
  return unknown;
}

}  // namespace athanor::api
