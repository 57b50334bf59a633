#include "adapters/manifests/manifest_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/digest.hpp"

namespace athanor::manifests {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// Half a file is often valid YAML, so that only the passage of time tells that a writer is done.
constexpr seconds kSettles{1};
/// A file that is written again within one tick of its time stamps (FAT counts in twos) may look the same.
constexpr seconds kLongestTick{2};
/// Any age beyond is as good; a clock before 1970 can't overflow.
constexpr seconds kOldEnough{3600};

constexpr std::string_view kStillCounts = "; what it said before still counts";

std::int64_t nanoseconds_of(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

nanoseconds age_of(std::int64_t modified_ns, ports::WallTime now) {
  const auto wall = std::chrono::duration_cast<nanoseconds>(now.time_since_epoch());
  return std::clamp(wall - nanoseconds(modified_ns), nanoseconds(0), nanoseconds(kOldEnough));
}

}  // namespace

ManifestFolder::ManifestFolder(fs::path folder, fs::path excluded, const ports::Filesystem& filesystem,
                               const ports::Clock& clock, ports::Log& log)
    : folder_(std::move(folder)),
      excluded_(std::move(excluded)),
      filesystem_(filesystem),
      clock_(clock),
      log_(log) {}

Result<std::optional<ManifestFolder::Stamp>> ManifestFolder::stamp_of(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) {
    return Stamp{nanoseconds_of(info.st_mtim), nanoseconds_of(info.st_ctim),
                 static_cast<std::uint64_t>(info.st_size), static_cast<std::uint64_t>(info.st_ino)};
  }
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  return fail(ErrorKind::Transient, "FileUnreadable",
              fmt::format("cannot look at {}: {}", path.string(), std::generic_category().message(errno)));
}

void ManifestFolder::note(File& file, const std::optional<Stamp>& stamp) const {
  if (file.seen && stamp == file.stamp) return;
  file.seen = true;
  file.stamp = stamp;
  file.since = clock_.now();
  if (first_scan_ && stamp) file.since -= age_of(stamp->modified_ns, clock_.wall_now());
  file.counts = false;
  file.final = false;
}

void ManifestFolder::take(const fs::path& path, File& file, const Result<std::string>& text) {
  if (!text) {
    file.content_hash.clear();
    file.problem = text.error().message;
    return;
  }
  std::string hash = sha256_hex(*text);
  if (hash == file.content_hash) return;
  file.content_hash = std::move(hash);
  auto content = parse_manifests(*text, path.string());
  file.problem = content ? "" : content.error().message;
  if (content) file.content = *std::move(content);
}

void ManifestFolder::refresh(const fs::path& path, File& file, bool listed) const {
  const auto stamp = listed ? stamp_of(path) : std::nullopt;
  if (!stamp) {
    file.counts = true;
    file.final = false;
    take(path, file, fail(stamp.error()));
    return;
  }
  note(file, *stamp);
  const auto unchanged_for = clock_.now() - file.since;
  if (file.final || unchanged_for < kSettles) return;
  if (file.stamp) {
    const auto text = filesystem_.read(path);
    if (const auto after = stamp_of(path); after && *after != file.stamp) return note(file, *after);
    file.final = text && unchanged_for >= kLongestTick;
    take(path, file, text);
  }
  file.counts = true;
}

void ManifestFolder::say_once(ports::LogLevel level, const std::string& message, const std::string& detail) {
  const std::string key = fmt::format("{}: {}", message, detail);
  if (said_now_.insert(key).second && !said_before_.contains(key)) {
    log_.write(level, message, {{"detail", detail}});
  }
}

void ManifestFolder::report(const fs::path& path, const File& file) {
  if (!file.problem.empty()) {
    const bool said_something = !file.content.manifests.empty();
    say_once(ports::LogLevel::Error,
             fmt::format("a manifest file can't be used{}", said_something ? kStillCounts : ""),
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

void ManifestFolder::report() {
  for (const FolderWalk::Unreadable& closed : walk_.unreadable) {
    const bool said_something = std::any_of(files_.begin(), files_.end(), [&closed](const auto& entry) {
      return lies_in(entry.first, closed.folder) && !entry.second.content.manifests.empty();
    });
    say_once(ports::LogLevel::Error,
             fmt::format("a folder of manifests can't be read{}", said_something ? kStillCounts : ""),
             closed.message);
  }
  for (const auto& [path, file] : files_) report(path, file);
}

std::vector<ManifestPtr> ManifestFolder::merge() {
  std::map<Slot, std::vector<ManifestPtr>> candidates;
  for (const auto& [path, file] : files_) {
    for (const ManifestPtr& manifest : file.content.manifests)
      candidates[{manifest->kind, manifest->key}].push_back(manifest);
  }
  std::map<Slot, std::string> holders;
  std::vector<ManifestPtr> all;
  for (const auto& [slot, found] : candidates) {
    const auto holder = holders_.find(slot);
    auto chosen = std::find_if(found.begin(), found.end(), [&](const ManifestPtr& candidate) {
      return holder != holders_.end() && candidate->file == holder->second;
    });
    if (chosen == found.end()) chosen = found.begin();
    holders.emplace(slot, (*chosen)->file);
    all.push_back(*chosen);
    for (const ManifestPtr& other : found) {
      if (other == *chosen) continue;
      say_once(ports::LogLevel::Error,
               "an object stands in the manifests twice; the one that was there first counts",
               fmt::format("{} in {}:{} counts, and in {}:{} does not", other->describe(), (*chosen)->file,
                           (*chosen)->line, other->file, other->line));
    }
  }
  holders_ = std::move(holders);
  return all;
}

Result<std::vector<ManifestPtr>> ManifestFolder::scan() {
  auto walk = walk_folder(folder_, excluded_);
  if (!walk) return fail(walk.error());
  walk_ = *std::move(walk);
  for (const fs::path& path : walk_.files) files_.try_emplace(path);
  for (auto entry = files_.begin(); entry != files_.end();) {
    auto& [path, file] = *entry;
    const bool listed = std::binary_search(walk_.files.begin(), walk_.files.end(), path);
    if (listed || !walk_.is_unknown(path)) {
      refresh(path, file, listed);
    } else {
      file.counts = true;  // as it was: nothing to wait for
    }
    const bool gone = file.counts && file.seen && !file.stamp;
    entry = gone ? files_.erase(entry) : std::next(entry);
  }
  first_scan_ = false;
  said_now_.clear();
  report();
  std::vector<ManifestPtr> manifests = merge();
  said_before_ = std::exchange(said_now_, {});
  return manifests;
}

std::optional<ports::Millis> ManifestFolder::look_again_in() const {
  std::optional<ports::Millis> soonest;
  const ports::MonoTime now = clock_.now();
  for (const auto& [path, file] : files_) {
    if (file.counts) continue;
    const auto left = std::chrono::ceil<ports::Millis>(file.since + kSettles - now);
    soonest = std::min(soonest.value_or(left), left);
  }
  return soonest ? std::optional(std::max(*soonest, ports::Millis(0))) : std::nullopt;
}

bool ManifestFolder::is_whole() const {
  return walk_.unreadable.empty() && std::all_of(files_.begin(), files_.end(), [](const auto& entry) {
           return entry.second.counts && entry.second.problem.empty();
         });
}

}  // namespace athanor::manifests
