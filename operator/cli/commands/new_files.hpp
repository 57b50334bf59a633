// Files that a command makes, all of them or none.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "cli/commands/command.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// Keeps account of what it made, and takes it away again unless `keep()` says that all of it is there.
class NewFiles {
 public:
  explicit NewFiles(ports::Filesystem& files) : files_(files) {}
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles();

  /// With the folders that it stands in. @return Terminal `FileExists`, or the system's reason
  [[nodiscard]] Result<void> create(const std::filesystem::path& path, std::string_view content);
  void keep() { kept_ = true; }

  /// What create() made, in its order.
  [[nodiscard]] const std::vector<std::filesystem::path>& made() const { return made_; }

 private:
  ports::Filesystem& files_;
  std::vector<std::filesystem::path> made_;
  std::vector<std::filesystem::path> folders_;  ///< outer ones first
  bool kept_ = false;
};

/// `  Generating /srv/shop/alembic/versions/3f2a_users.sql ...  done`, as Alembic says it.
void tell_generated(Console& console, const std::filesystem::path& path);

}  // namespace athanor::cli
