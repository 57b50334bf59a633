// MigrationEnvironment: JSON text to values and back.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/migration_environment.hpp"
#include "core/result.hpp"

namespace athanor::api {

/// Decodes `.spec` of a whole object's JSON, with defaults filled in. Trusts no server to have validated:
/// unknown enum values, wrong types, both or neither of exclusive fields, malformed durations are errors;
/// unknown fields are ignored (a newer CRD may know them).
/// @return Terminal `InvalidSpec`, naming each bad field by its path (spec.database.url), what stands there
/// (never a value that
///   may hold a password) and what is expected
[[nodiscard]] Result<Spec> decode_spec(std::string_view object_json);

/// Fields under `.spec` that decode_spec() passes over because it doesn't know them, by path: most often a
/// typing error. An API server prunes them; where there is none (standalone mode) they are worth a warning.
[[nodiscard]] std::vector<std::string> unknown_spec_fields(std::string_view object_json);

/// Decodes `.status`, as leniently as possible: what doesn't fit is left at its default, since the operator
/// wrote it itself and works everything out again.
[[nodiscard]] Status decode_status(std::string_view object_json);

/// The JSON merge patch {"status": {...}} that carries every field we own, null for what is gone.
[[nodiscard]] std::string encode_status_patch(const Status& status);

/// A Go duration as Kubernetes writes it ("1h30m", "500ms", "0s"), in milliseconds; nullopt if it isn't one,
/// or is negative, or over 292 years. Parts of a millisecond are rounded up: a limit never becomes 0, which
/// would mean none.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The same the other way, as Go prints it: "1h30m0s", "1.5s", "350ms", "0s". Negative counts as 0.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

/// True if an object with these labels is selected (matchLabels and matchExpressions, all must hold).
/// An empty selector selects nothing here: selecting every ConfigMap of a namespace is never meant.
[[nodiscard]] bool selects(const LabelSelector& selector,
                           const std::map<std::string, std::string, std::less<>>& labels);

}  // namespace athanor::api
