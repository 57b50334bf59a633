// Files that a command makes, all of them or none.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands/command.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// Keeps account of what it made, and takes it away again unless `keep()` says that all of it is there.
class NewFiles {
 public:
  /// @param stop asked before each file
  NewFiles(ports::Filesystem& files, std::stop_token stop) : files_(files), stop_(std::move(stop)) {}
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles();

  /// With the folders that it stands in. @return Terminal `FileExists`, Transient `Stopped`, or the system's
  /// reason
  [[nodiscard]] Result<void> create(const std::filesystem::path& path, std::string_view content);
  /// What write_atomically() does, for a file that was there: REQUIRES nothing to be created after it.
  [[nodiscard]] Result<void> replace(const std::filesystem::path& path, std::string_view content);
  void keep() { kept_ = true; }

  /// What create() made, in its order.
  [[nodiscard]] const std::vector<std::filesystem::path>& made() const { return made_; }

 private:
  [[nodiscard]] Result<void> go_on();
  /// @return what is still there, for the system would not have it removed
  std::vector<std::filesystem::path> take_back();

  ports::Filesystem& files_;
  std::stop_token stop_;
  std::vector<std::filesystem::path> made_;
  std::vector<std::filesystem::path> folders_;  ///< outer ones first
  bool kept_ = false;
};

/// `  Generating /srv/shop/alembic/versions/3f2a_users.sql ...  done`, as Alembic says it.
void tell_generated(Console& console, const std::filesystem::path& path);

}  // namespace athanor::cli
