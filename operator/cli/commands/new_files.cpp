#include "cli/commands/new_files.hpp"

#include <ranges>
#include <system_error>

#include <fmt/format.h>

namespace athanor::cli {

namespace fs = std::filesystem;

NewFiles::~NewFiles() {
  if (!kept_) take_back();
}

std::vector<fs::path> NewFiles::take_back() {
  std::vector<fs::path> left;
  for (const fs::path& path : made_) {
    if (!files_.remove(path)) left.push_back(path);
  }
  std::error_code not_empty;
  for (const fs::path& folder : folders_ | std::views::reverse) fs::remove(folder, not_empty);
  made_.clear();
  folders_.clear();
  return left;
}

Result<void> NewFiles::go_on() {
  if (!stop_.stop_requested()) return {};
  const auto left = take_back();
  if (left.empty()) return fail(ErrorKind::Transient, "Stopped", "stopped; nothing that was written is left");
  return fail(ErrorKind::Transient, "Stopped",
              fmt::format("stopped, and {} file(s) could not be removed again: {} …", left.size(),
                          left.front().string()),
              ErrorSite{.file = left.front().string()});
}

Result<void> NewFiles::create(const fs::path& path, std::string_view content) {
  if (auto on = go_on(); !on) return on;
  std::error_code error;
  std::vector<fs::path> missing;
  for (fs::path folder = fs::absolute(path).parent_path();
       !fs::exists(folder, error) && folder.has_filename(); folder = folder.parent_path()) {
    missing.push_back(folder);
  }
  folders_.insert(folders_.end(), missing.rbegin(), missing.rend());
  auto created = files_.create_atomically(path, content);
  if (created) made_.push_back(path);
  return created;
}

Result<void> NewFiles::replace(const fs::path& path, std::string_view content) {
  if (auto on = go_on(); !on) return on;
  return files_.write_atomically(path, content);
}

void tell_generated(Console& console, const fs::path& path) {
  console.line(fmt::format("  Generating {} ...  done", fs::absolute(path).lexically_normal().string()));
}

}  // namespace athanor::cli
