#include "adapters/manifests/folder_walk.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace athanor::manifests {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 8;

bool is_hidden_or_backup(std::string_view name) {
  return name.empty() || name.front() == '.' || name.front() == '#' || name.back() == '~';
}

bool is_manifest(const fs::path& path) {
  constexpr std::array<std::string_view, 3> kExtensions{".yaml", ".yml", ".json"};
  const std::string extension = path.extension().string();
  const std::string stem = path.stem().string();
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end() &&
         stem != "kustomization" && stem != "Kustomization";
}

std::string cannot_read(const fs::path& folder, const std::error_code& error) {
  return fmt::format("cannot read the folder {}: {}", folder.string(), error.message());
}

class Walker {
 public:
  explicit Walker(const fs::path& excluded) : excluded_(excluded) {}

  /// @return what went wrong while the folder's own entries were read
  std::error_code enter(const fs::path& folder, int depth) {
    walk.folders.push_back(folder);
    std::error_code error;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      if (!is_hidden_or_backup(entry->path().filename().string())) visit(*entry, depth);
    }
    return error;
  }

  FolderWalk walk;

 private:
  void visit(const fs::directory_entry& entry, int depth) {
    std::error_code gone;  // between being listed and being looked at
    const fs::path& path = entry.path();
    if (entry.is_directory(gone)) {
      if (!entry.is_symlink(gone) && depth < kMaxDepth && !fs::equivalent(path, excluded_, gone))
        enter_below(path, depth + 1);
    } else if (is_manifest(path)) {
      const fs::file_type type = entry.status(gone).type();
      // `none`: a link to where we may not look. The file is not gone, and its reader says what is wrong.
      if (type == fs::file_type::regular || type == fs::file_type::none) walk.files.push_back(path);
    }
  }

  void enter_below(const fs::path& folder, int depth) {
    const std::error_code error = enter(folder, depth);
    if (error && error != std::errc::no_such_file_or_directory)
      walk.unreadable.push_back({folder, cannot_read(folder, error)});
  }

  const fs::path& excluded_;
};

}  // namespace

bool lies_in(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

bool FolderWalk::is_unknown(const fs::path& file) const {
  return std::any_of(unreadable.begin(), unreadable.end(),
                     [&file](const Unreadable& closed) { return lies_in(file, closed.folder); });
}

Result<FolderWalk> walk_folder(const fs::path& root, const fs::path& excluded) {
  Walker walker(excluded);
  if (const std::error_code error = walker.enter(root, 0))
    return fail(ErrorKind::Transient, "ManifestsUnreadable", cannot_read(root, error));
  std::sort(walker.walk.files.begin(), walker.walk.files.end());
  return std::move(walker.walk);
}

}  // namespace athanor::manifests
