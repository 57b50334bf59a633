// The parts of decode_spec(), one per object of the spec.
#pragma once

#include "api/fields.hpp"
#include "api/migration_environment.hpp"

namespace athanor::api {

/// Decodes `.spec`; what doesn't fit is noted and left at its default.
[[nodiscard]] Spec read_spec(const nlohmann::json& object, Notes& notes);

[[nodiscard]] DatabaseSpec read_database(const Fields& fields);
[[nodiscard]] RevisionsSpec read_revisions(const Fields& fields);

/// `.secretKeyRef` or `.configMapKeyRef`.
[[nodiscard]] KeyRef read_key_ref(const Fields& fields);

/// An identifier of the database: 1 to 63 bytes (PostgreSQL cuts longer ones), no control characters.
/// Absent: `fallback`.
[[nodiscard]] std::string read_identifier(const Fields& fields, std::string_view name, std::string fallback);

}  // namespace athanor::api
