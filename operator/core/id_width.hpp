// How long a revision's id may be: one rule for whoever writes ids, judges files, plans, or fills the version
// table.
//
// Alembic makes the column version_num as VARCHAR(32), and so does Athanor. PostgreSQL enforces the width
// that the column has, and somebody may have widened it: where there is a database, its column decides.
// SQLite enforces no width; any id goes there, as with Alembic, and only a move to PostgreSQL would be in the
// way.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/result.hpp"

namespace athanor {

/// Characters, in a version table that Alembic or Athanor made.
inline constexpr std::size_t kVersionColumnWidth = 32;

/// @param width of the version column, in characters; nullopt: any number
/// @return Terminal `RevisionIdTooLong`
[[nodiscard]] Result<void> check_id_width(std::string_view id, std::optional<std::size_t> width);

}  // namespace athanor
