// Files in memory, as far as these tests read them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ports/filesystem.hpp"

namespace athanor::kubernetes {

class MemoryFiles final : public ports::Filesystem {
 public:
  MemoryFiles() = default;
  explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  void put(const std::string& path, const std::string& text) { files_[path] = text; }
  void take(const std::string& path) { files_.erase(path); }
  /// It is there, but may not be read.
  void forbid(const std::string& path) { forbidden_.insert(path); }
  [[nodiscard]] int reads() const { return reads_; }

  [[nodiscard]] Result<std::string> read(const std::filesystem::path& path) const override {
    ++reads_;
    const std::string name = path.lexically_normal().string();
    if (forbidden_.contains(name)) {
      return fail(ErrorKind::Transient, "FileUnreadable", "cannot read " + path.string());
    }
    const auto found = files_.find(name);
    if (found != files_.end()) return found->second;
    return fail(ErrorKind::Transient, "FileMissing", "cannot read " + path.string());
  }
  [[nodiscard]] Result<std::vector<ports::FileStamp>> list(const std::filesystem::path&) const override {
    return std::vector<ports::FileStamp>();
  }
  [[nodiscard]] Result<void> write_atomically(const std::filesystem::path&, std::string_view) override {
    return fail(ErrorKind::Transient, "FileUnwritable", "read-only");
  }
  [[nodiscard]] Result<void> create_atomically(const std::filesystem::path&, std::string_view) override {
    return fail(ErrorKind::Transient, "FileUnwritable", "read-only");
  }
  [[nodiscard]] Result<void> remove(const std::filesystem::path&) override {
    return fail(ErrorKind::Transient, "FileUnwritable", "read-only");
  }

 private:
  std::map<std::string, std::string> files_;
  std::set<std::string> forbidden_;
  mutable int reads_ = 0;
};

}  // namespace athanor::kubernetes
