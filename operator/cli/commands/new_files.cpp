#include "cli/commands/new_files.hpp"

#include <ranges>
#include <system_error>

#include <fmt/format.h>

namespace athanor::cli {

namespace fs = std::filesystem;

NewFiles::~NewFiles() {
  if (kept_) return;
  for (const fs::path& path : made_) static_cast<void>(files_.remove(path));
  std::error_code not_empty;
  for (const fs::path& folder : folders_ | std::views::reverse) fs::remove(folder, not_empty);
}

Result<void> NewFiles::create(const fs::path& path, std::string_view content) {
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

void tell_generated(Console& console, const fs::path& path) {
  console.line(fmt::format("  Generating {} ...  done", fs::absolute(path).lexically_normal().string()));
}

}  // namespace athanor::cli
