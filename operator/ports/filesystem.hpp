// Files, as far as the operator touches them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace athanor::ports {

/// Changes when the file's content may have changed.
struct FileStamp {
  std::string name;  ///< within its folder
  std::int64_t modified_ns = 0;
  std::uint64_t size = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileStamp&) const = default;
};

class Filesystem {
 public:
  virtual ~Filesystem() = default;
  /// @return Transient `FileMissing` where there is none, Transient `FileUnreadable` for the rest, naming the
  /// path and the system's reason
  [[nodiscard]] virtual Result<std::string> read(const std::filesystem::path& path) const = 0;
  /// Regular files (links followed) right in a folder, sorted by name.
  [[nodiscard]] virtual Result<std::vector<FileStamp>> list(const std::filesystem::path& folder) const = 0;
  /// Writes a new file beside the old one and renames it over: a reader sees the old or the new, never half.
  /// Makes missing parent folders.
  [[nodiscard]] virtual Result<void> write_atomically(const std::filesystem::path& path,
                                                      std::string_view content) = 0;
  /// The same for a file that must not be there yet: of two that create it, one does.
  /// @return Terminal `FileExists` where there is one, which is left as it was
  [[nodiscard]] virtual Result<void> create_atomically(const std::filesystem::path& path,
                                                       std::string_view content) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& path) = 0;
};

}  // namespace athanor::ports
