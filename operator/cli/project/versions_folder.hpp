// The revision files of a project.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
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

/// Every revision file of a project as it stands there, for who judges them by themselves.
struct ProjectTexts {
  struct File {
    std::filesystem::path path;
    std::string text;
  };
  std::vector<File> files;
  std::optional<Error> not_imported;  ///< what check_imported() says
};

/// @return list_versions()'s errors, the system's
[[nodiscard]] Result<ProjectTexts> read_texts(const Project& project, const ports::Filesystem& files);

/// Every revision of the project; none if there is no file.
/// @return as list_versions(), parse_revision_file() and check_imported()
[[nodiscard]] Result<std::vector<Revision>> read_revisions(const Project& project,
                                                           const ports::Filesystem& files, ReadDepth depth);

/// The project's graph.
/// @return as read_revisions(), and the graph's errors
[[nodiscard]] Result<RevisionGraph> read_graph(const Project& project, const ports::Filesystem& files,
                                               ReadDepth depth);

}  // namespace athanor::cli
