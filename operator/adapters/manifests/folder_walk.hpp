// Which files of a folder, and of the folders below it, are manifests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace athanor::manifests {

/// Whether a path lies in a folder or in one below it, by name alone.
[[nodiscard]] bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder);

struct FolderWalk {
  std::vector<std::filesystem::path> files;    ///< sorted
  std::vector<std::filesystem::path> folders;  ///< that were entered, the root first

  struct Unreadable {
    std::filesystem::path folder;
    std::string message;  ///< names the folder and the system's reason
  };
  std::vector<Unreadable> unreadable;  ///< what lies below them is not known

  /// Whether the walk cannot tell if this file is there.
  [[nodiscard]] bool is_unknown(const std::filesystem::path& file) const;
};

/// *.yaml, *.yml and *.json, 8 folders deep, but hidden ones, editors' backups and kustomization files. Links
/// to files are followed (that is how a mounted ConfigMap looks), links to folders not.
/// @param excluded a folder that isn't entered
/// @return Transient `ManifestsUnreadable` if the root itself can't be read
[[nodiscard]] Result<FolderWalk> walk_folder(const std::filesystem::path& root,
                                             const std::filesystem::path& excluded);

}  // namespace athanor::manifests
