// How statements name things. Identities hold names as SQL writes them.
#pragma once

#include <string>
#include <string_view>

#include "schema/model/object.hpp"

namespace athanor::schema {

/// schema.name, or the name alone.
[[nodiscard]] std::string qualified(const ObjectId& id);
/// schema.table of what belongs to a table.
[[nodiscard]] std::string table_of(const ObjectId& part);
/// What ALTER, DROP, COMMENT ON and GRANT call the kind: "MATERIALIZED VIEW".
[[nodiscard]] std::string_view keyword(ObjectKind kind);
/// 'text', with an E where it holds a backslash.
[[nodiscard]] std::string literal(std::string_view text);

}  // namespace athanor::schema
