// Imported revisions as files, judged before any is written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/import/import_set.hpp"
#include "core/result.hpp"
#include "core/revision.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

struct RevisionFile {
  std::filesystem::path path;
  std::string text;
  Revision revision;  ///< as it is read back from `text`
};

struct ImportPlan {
  std::vector<RevisionFile> files;  ///< one for each of the set's revisions, in their order
  std::vector<Refusal> refused;     ///< revisions that a file cannot hold
};

/// Names and writes each file in memory, and reads it back. No side effects.
/// @param folder for revisions that belong to none of their own
/// @param slug_length characters of the message in a file's name
[[nodiscard]] ImportPlan plan_files(const ImportSet& set, const std::filesystem::path& folder,
                                    std::size_t slug_length);

/// Looks at what is in the way, and whether all of it together is a history. No side effects.
/// @param existing the revisions that are there already
/// @return the files still to be written, for one that is there with the very same text is left alone;
/// Terminal `FileExists` for one with another text, the errors of the graph
[[nodiscard]] Result<std::vector<RevisionFile>> files_to_write(const ImportPlan& plan,
                                                               const std::vector<Revision>& existing,
                                                               const ports::Filesystem& files);

}  // namespace athanor::cli
