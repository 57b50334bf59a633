// What is told of a database that changed hands.
#pragma once

#include <string>

#include <fmt/format.h>

#include "core/history.hpp"
#include "engine/migrator.hpp"

namespace athanor::cli {

/// Whose place was taken, for a line of its own; empty where nobody's was.
/// @param self whose the database is now
[[nodiscard]] inline std::string owner_change_text(const engine::Claim& claim, const Owner& self) {
  if (!claim.previous_owner) return {};
  const std::string before = claim.previous_owner->describe();
  if (claim.ownership == engine::Ownership::Copy) {
    return fmt::format(
        "The database is a copy of that of {}: it was recorded on another server, and is {}'s from now on.",
        before, self.describe());
  }
  return fmt::format("The database was taken over from {}, and is {}'s from now on.", before,
                     self.describe());
}

}  // namespace athanor::cli
