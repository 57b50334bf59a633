// A folder of manifests, read again file by file where something changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/manifests/folder_walk.hpp"
#include "adapters/manifests/manifest.hpp"
#include "ports/clock.hpp"
#include "ports/filesystem.hpp"
#include "ports/log.hpp"

namespace athanor::manifests {

/// The files that walk_folder() finds. Not thread-safe.
class ManifestFolder {
 public:
  /// @param excluded a folder that isn't entered: the state directory may lie inside
  ManifestFolder(std::filesystem::path folder, std::filesystem::path excluded,
                 const ports::Filesystem& filesystem, const ports::Clock& clock, ports::Log& log);

  /// Everything that the folder says now. New content, and that a file is gone, counts once the file has
  /// stayed the same for a second: half a file is often valid YAML. (In the first scan a file that is older
  /// than that counts at once.) A file that can't be read or understood counts as it did before, and an error
  /// in the log names file and line, once per content. Of two objects of one name the one that was there
  /// first counts, in the first scan that of the file that comes first by path, and an error names both
  /// files.
  /// @return Transient `ManifestsUnreadable` if the folder itself can't be read: nothing is known then, and
  /// nothing is to be deleted
  [[nodiscard]] Result<std::vector<ManifestPtr>> scan();

  /// How long until a file that changed may count; nullopt: none waits for that.
  [[nodiscard]] std::optional<ports::Millis> look_again_in() const;
  /// Whether the last scan read everything, so that an object that it didn't give is not there.
  [[nodiscard]] bool is_whole() const;

  /// The folders that the last scan entered.
  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return walk_.folders; }

 private:
  struct Stamp {
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct File {
    bool seen = false;
    std::optional<Stamp> stamp;  ///< as it was seen last; nullopt: the file is gone
    ports::MonoTime since;       ///< it has been so
    bool counts = false;         ///< it has been so for long enough, and was read since
    bool final = false;          ///< no later write can have the same stamp
    std::string content_hash;    ///< of what was read last; empty: it couldn't be
    ManifestFile content;        ///< of what was understood last
    std::string problem;         ///< why what is there now isn't what counts; empty: it is
  };
  using Slot = std::pair<Kind, ports::ObjectKey>;

  /// @return nullopt if there is no such file
  [[nodiscard]] static Result<std::optional<Stamp>> stamp_of(const std::filesystem::path& path);
  void note(File& file, const std::optional<Stamp>& stamp) const;
  void refresh(const std::filesystem::path& path, File& file, bool listed) const;
  static void take(const std::filesystem::path& path, File& file, const Result<std::string>& text);
  [[nodiscard]] std::vector<ManifestPtr> merge();
  void report();
  void report(const std::filesystem::path& path, const File& file);
  void say_once(ports::LogLevel level, const std::string& message, const std::string& detail);

  const std::filesystem::path folder_;
  const std::filesystem::path excluded_;
  const ports::Filesystem& filesystem_;
  const ports::Clock& clock_;
  ports::Log& log_;
  bool first_scan_ = true;
  FolderWalk walk_;
  std::map<std::filesystem::path, File> files_;
  std::map<Slot, std::string> holders_;  ///< the file that each object was taken from
  std::set<std::string> said_before_;    ///< by the scan before: what lasts is said once
  std::set<std::string> said_now_;
};

}  // namespace athanor::manifests
