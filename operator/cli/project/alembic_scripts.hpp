// Alembic's Python scripts that stand beside SQL revisions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/project/project.hpp"
#include "cli/project/versions_listing.hpp"
#include "core/result.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

/// The revision that a script's text says it is, by its line `revision = "…"`.
/// @return "" if it has such a line that cannot be understood, nullopt if it has none: a helper, no script
[[nodiscard]] std::optional<std::string> script_revision(std::string_view text);

/// Is every script there as SQL too? Without, the history is not whole here. A script that is may stay, for
/// Alembic: its name, `<id>_….py`, tells so, and what doesn't is looked into.
/// @param ids of the SQL revisions
/// @return Terminal `NotImported`, naming the first script that is not, and the way out
[[nodiscard]] Result<void> check_imported(const Project& project, const VersionsListing& listing,
                                          std::span<const std::string_view> ids,
                                          const ports::Filesystem& files);

}  // namespace athanor::cli
