// A folder of its own for a test, removed at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace athanor::testing {

/// Below $ATHANOR_TEST_TMP, else below the working directory.
class TempFolder {
 public:
  TempFolder() : TempFolder(usual_parent()) {}
  explicit TempFolder(const std::filesystem::path& parent) {
    std::string name = parent / "test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary folder in " + parent.string());
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  static std::filesystem::path usual_parent() {
    const char* set = std::getenv("ATHANOR_TEST_TMP");
    return set != nullptr && *set != '\0' ? std::filesystem::path(set) : std::filesystem::current_path();
  }

  std::filesystem::path path_;
};

}  // namespace athanor::testing
