// A folder below $TMPDIR that only this user can look into, removed at the end.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace athanor::system {

class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code error;
    std::string name = std::filesystem::temp_directory_path(error) / "athanor-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) {
      path_ = name;
    } else {
      why_ = std::error_code(errno, std::generic_category());
    }
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  /// Empty: it could not be made.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Why it could not.
  [[nodiscard]] std::error_code why() const { return why_; }

 private:
  std::filesystem::path path_;
  std::error_code why_;
};

}  // namespace athanor::system
