#include "adapters/manifests/manifest_folder.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/digest.hpp"

namespace athanor::manifests {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 8;
/// A file that was written so short a time ago may be written again within the same tick of its time stamp.
constexpr std::chrono::seconds kStampSettles{2};

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

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

tl::unexpected<Error> unreadable(const fs::path& folder, const std::error_code& error) {
  return fail(ErrorKind::Transient, "ManifestsUnreadable",
              fmt::format("cannot read the folder {}: {}; what it said before still counts", folder.string(),
                          error.message()));
}

}  // namespace

ManifestFolder::ManifestFolder(fs::path folder, fs::path excluded, const ports::Filesystem& filesystem,
                               ports::Log& log)
    : folder_(std::move(folder)), excluded_(std::move(excluded)), filesystem_(filesystem), log_(log) {}

Result<std::vector<fs::path>> ManifestFolder::walk() {
  std::vector<fs::path> found;
  std::vector<fs::path> folders{folder_};
  std::error_code error;
  fs::recursive_directory_iterator entry(folder_, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    const fs::path& path = entry->path();
    std::error_code gone;  // between being listed and being looked at
    const bool hidden = is_hidden_or_backup(path.filename().string());
    if (entry->is_directory(gone) && !entry->is_symlink(gone)) {
      const bool enter = !hidden && entry.depth() < kMaxDepth && !fs::equivalent(path, excluded_, gone);
      if (enter) folders.push_back(path);
      if (!enter) entry.disable_recursion_pending();
    } else if (!hidden && is_manifest(path) && entry->is_regular_file(gone)) {
      found.push_back(path);
    }
    entry.increment(error);
  }
  if (error) return unreadable(folder_, error);
  std::sort(found.begin(), found.end());
  folders_ = std::move(folders);
  return found;
}

std::optional<ManifestFolder::Stamp> ManifestFolder::stamp_of(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return Stamp{nanoseconds(info.st_mtim), nanoseconds(info.st_ctim), static_cast<std::uint64_t>(info.st_size),
               static_cast<std::uint64_t>(info.st_ino)};
}

void ManifestFolder::refresh(const fs::path& path, File& file) const {
  const std::optional<Stamp> stamp = stamp_of(path);
  if (stamp && file.settled && *stamp == file.stamp) return;
  const auto text = filesystem_.read(path);
  if (!stamp || !text) {
    file.settled = false;
    file.problem = text ? fmt::format("cannot look at {}", path.string()) : text.error().message;
    return;
  }
  file.stamp = *stamp;
  const std::int64_t settles = std::chrono::nanoseconds(kStampSettles).count();
  file.settled = now_ns() - std::max(stamp->modified_ns, stamp->changed_ns) > settles;
  std::string hash = sha256_hex(*text);
  if (hash == file.content_hash && !file.content_hash.empty()) {
    if (!file.content_problem) file.problem.clear();
    return;
  }
  file.content_hash = std::move(hash);
  auto content = parse_manifests(*text, path.string());
  file.content_problem = !content;
  file.problem = content ? "" : content.error().message;
  if (content) file.content = *std::move(content);
}

void ManifestFolder::say_once(ports::LogLevel level, std::string_view message, const std::string& detail) {
  const std::string key = fmt::format("{}: {}", message, detail);
  if (said_now_.insert(key).second && !said_before_.contains(key)) {
    log_.write(level, message, {{"detail", detail}});
  }
}

void ManifestFolder::report(const fs::path& path, const File& file) {
  if (!file.problem.empty()) {
    say_once(ports::LogLevel::Error, "a manifest file can't be used; what it said before still counts",
             file.problem);
  }
  for (const std::string& warning : file.content.warnings) {
    say_once(ports::LogLevel::Warning, "a manifest has a field that nobody reads", warning);
  }
  for (const std::string& ignored : file.content.ignored) {
    say_once(ports::LogLevel::Info, "ignored an object of another kind",
             fmt::format("{} in {}", ignored, path.string()));
  }
}

std::vector<ManifestPtr> ManifestFolder::merge() {
  std::vector<ManifestPtr> all;
  std::map<std::pair<Kind, ports::ObjectKey>, const Manifest*> first;
  for (const auto& [path, file] : files_) {
    report(path, file);
    for (const ManifestPtr& manifest : file.content.manifests) {
      const auto [place, is_first] = first.try_emplace({manifest->kind, manifest->key}, manifest.get());
      if (is_first) {
        all.push_back(manifest);
        continue;
      }
      say_once(ports::LogLevel::Error, "an object stands in the manifests twice; the first one counts",
               fmt::format("{} in {}:{} and in {}:{}", manifest->describe(), place->second->file,
                           place->second->line, manifest->file, manifest->line));
    }
  }
  return all;
}

Result<std::vector<ManifestPtr>> ManifestFolder::scan() {
  const auto paths = walk();
  if (!paths) return fail(paths.error());
  std::erase_if(files_, [&paths](const auto& file) {
    return !std::binary_search(paths->begin(), paths->end(), file.first);
  });
  for (const fs::path& path : *paths) refresh(path, files_[path]);
  said_now_.clear();
  std::vector<ManifestPtr> manifests = merge();
  said_before_ = std::exchange(said_now_, {});
  return manifests;
}

}  // namespace athanor::manifests
