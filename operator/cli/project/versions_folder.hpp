// The revision files of a project.
#pragma once

#include <filesystem>
#include <vector>

#include "cli/project/project.hpp"
#include "core/result.hpp"
#include "core/revision.hpp"
#include "core/revision_graph.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

/// How much of each file is read.
enum class ReadDepth {
  Heads,  ///< what the graph is made of; no SQL, no checksums. Looking at 5,000 files costs no scan of their
          ///< SQL.
  Whole,
};

/// The paths of a project's revision files, sorted. Alembic's own scripts (`.py`) are no revisions here.
/// @return Terminal `VersionsMissing` if a folder is not there, with the command that makes it; Terminal
/// `NotImported` if there are Python scripts and no SQL
[[nodiscard]] Result<std::vector<std::filesystem::path>> revision_files(const Project& project,
                                                                        const ports::Filesystem& files);

/// Every revision of the project; none if there is no file.
/// @return as revision_files() and parse_revision_file()
[[nodiscard]] Result<std::vector<Revision>> read_revisions(const Project& project,
                                                           const ports::Filesystem& files, ReadDepth depth);

/// The project's graph.
/// @return as read_revisions(), and the graph's errors
[[nodiscard]] Result<RevisionGraph> read_graph(const Project& project, const ports::Filesystem& files,
                                               ReadDepth depth);

}  // namespace athanor::cli
