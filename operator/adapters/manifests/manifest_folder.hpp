// A folder of manifests, read again file by file where something changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/manifests/folder_walk.hpp"
#include "adapters/manifests/manifest.hpp"
#include "ports/clock.hpp"
#include "ports/filesystem.hpp"
#include "ports/log.hpp"

namespace athanor::manifests {

/// From which file each object was taken, relative to the folder, by what Manifest::describe() says.
using Holders = std::map<std::string, std::string>;

/// The files that walk_folder() finds. Not thread-safe.
class ManifestFolder {
 public:
  /// @param excluded a folder that isn't entered: the state directory may lie inside
  /// @param holders of the run before, so that a restart lets no other copy of an object take effect
  ManifestFolder(std::filesystem::path folder, std::filesystem::path excluded,
                 const ports::Filesystem& filesystem, const ports::Clock& clock, ports::Log& log,
                 Holders holders = {});

  /// Everything that the folder says now. New content, and that a file is gone, counts once the file has
  /// stayed the same for a second: half a file is often valid YAML. (In the first scan a file that is older
  /// than that counts at once.) A file that can't be read or understood counts as it did before, and an error
  /// in the log names file and line, once per content. Of two objects of one name that of the file that it
  /// was taken from before counts, and an error names both files. Where that is not known, or where the file
  /// may still hold it and can't be read, no other takes its place: the object stays what it was in this run,
  /// and is left out if it wasn't yet; is_whole() is false then.
  /// @return Transient `ManifestsUnreadable` if the folder itself can't be read: nothing is known then, and
  /// nothing is to be deleted
  [[nodiscard]] Result<std::vector<ManifestPtr>> scan();

  /// How long until a file that changed may count; nullopt: none waits for that.
  [[nodiscard]] std::optional<ports::Millis> look_again_in() const;
  /// Whether the last scan read everything and could decide between copies, so that an object that it didn't
  /// give is not there.
  [[nodiscard]] bool is_whole() const;

  /// The folders that the last scan entered.
  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return walk_.folders; }
  /// As of the last scan; to be given to the next run.
  [[nodiscard]] const Holders& holders() const { return holders_; }

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
  /// @return nullopt if there is no such file
  [[nodiscard]] static Result<std::optional<Stamp>> stamp_of(const std::filesystem::path& path);
  void note(File& file, const std::optional<Stamp>& stamp) const;
  void refresh(const std::filesystem::path& path, File& file, bool listed) const;
  static void take(const std::filesystem::path& path, File& file, const Result<std::string>& text);
  using Candidates = std::vector<ManifestPtr>;
  [[nodiscard]] std::map<std::string, Candidates> candidates() const;
  [[nodiscard]] std::string relative(const std::string& file) const;
  [[nodiscard]] bool may_hold(const std::string& relative_file) const;
  [[nodiscard]] ManifestPtr choose(const std::string& object, const Candidates& found) const;
  void report_copies(const ManifestPtr& chosen, const Candidates& found);
  void report_undecided(const std::string& object, const Candidates& found);
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
  Holders holders_;
  std::map<std::string, ManifestPtr> counting_;  ///< what each object is
  bool undecided_ = false;                       ///< which copy of some object counts
  std::set<std::string> said_before_;            ///< by the scan before: what lasts is said once
  std::set<std::string> said_now_;
};

}  // namespace athanor::manifests
