// Files on the machine's own disks.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ports/filesystem.hpp"

namespace athanor::system {

/// Thread-safe; has no state. Errors are Transient `FileMissing`, `FileUnreadable` or `FileUnwritable`, and
/// what the port says beside; they name the path and the system's reason.
class PosixFilesystem final : public ports::Filesystem {
 public:
  [[nodiscard]] Result<std::string> read(const std::filesystem::path& path) const override;
  /// A file that vanishes while the folder is read is left out.
  [[nodiscard]] Result<std::vector<ports::FileStamp>> list(
      const std::filesystem::path& folder) const override;
  /// On disk (fsync of file and folder) when it returns. A file that was there keeps its mode.
  [[nodiscard]] Result<void> write_atomically(const std::filesystem::path& path,
                                              std::string_view content) override;
  [[nodiscard]] Result<void> create_atomically(const std::filesystem::path& path,
                                               std::string_view content) override;
  /// A file that isn't there is a success.
  [[nodiscard]] Result<void> remove(const std::filesystem::path& path) override;
};

}  // namespace athanor::system
