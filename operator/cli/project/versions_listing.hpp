// What stands in a project's versions folders, told by names alone.
#pragma once

#include <filesystem>
#include <vector>

#include "cli/project/project.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// Paths, sorted.
struct VersionsListing {
  std::vector<std::filesystem::path> revisions;  ///< `.sql`
  std::vector<std::filesystem::path> scripts;    ///< `.py`: Alembic's own, or no revisions at all
};

/// Looks into no file. Hidden files, which editors leave beside what they edit, count for nothing.
/// @return Terminal `VersionsMissing` if a folder is not there, with the command that makes it; Terminal
/// `NotARevisionFile` for a link that leads nowhere, a folder or a device that is named as a revision
[[nodiscard]] Result<VersionsListing> list_versions(const Project& project);

}  // namespace athanor::cli
