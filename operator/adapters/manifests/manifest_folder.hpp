// A folder of manifests, read again file by file where something changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/manifests/manifest.hpp"
#include "ports/filesystem.hpp"
#include "ports/log.hpp"

namespace athanor::manifests {

/// *.yaml, *.yml and *.json in a folder and the folders below it (8 deep), but hidden ones, editors' backups
/// and kustomization files. Links to files are followed (that is how a mounted ConfigMap looks), links to
/// folders not. Not thread-safe.
class ManifestFolder {
 public:
  /// @param excluded a folder that isn't entered: the state directory may lie inside
  ManifestFolder(std::filesystem::path folder, std::filesystem::path excluded,
                 const ports::Filesystem& filesystem, ports::Log& log);

  /// Everything that the folder says now. A file that can't be read or understood counts as it did before,
  /// and an error in the log names file and line, once per content. Of two objects of one name the one in the
  /// file that comes first by path counts, and an error names both files.
  /// @return Transient `ManifestsUnreadable` if the folder itself can't be read: nothing is known then, and
  /// nothing is to be deleted
  [[nodiscard]] Result<std::vector<ManifestPtr>> scan();

  /// The folders that the last scan entered.
  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  struct Stamp {
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct File {
    Stamp stamp;
    bool settled = false;          ///< the stamp is old enough to tell any later write
    std::string content_hash;      ///< of what was read last; empty: it couldn't be
    ManifestFile content;          ///< of what was understood last
    bool content_problem = false;  ///< it could be read but not understood
    std::string problem;           ///< why what is there now isn't what counts; empty: it is
  };

  [[nodiscard]] Result<std::vector<std::filesystem::path>> walk();
  [[nodiscard]] static std::optional<Stamp> stamp_of(const std::filesystem::path& path);
  void refresh(const std::filesystem::path& path, File& file) const;
  [[nodiscard]] std::vector<ManifestPtr> merge();
  void report(const std::filesystem::path& path, const File& file);
  void say_once(ports::LogLevel level, std::string_view message, const std::string& detail);

  const std::filesystem::path folder_;
  const std::filesystem::path excluded_;
  const ports::Filesystem& filesystem_;
  ports::Log& log_;
  std::map<std::filesystem::path, File> files_;
  std::vector<std::filesystem::path> folders_;
  std::set<std::string> said_before_;  ///< by the scan before: what lasts is said once
  std::set<std::string> said_now_;
};

}  // namespace athanor::manifests
