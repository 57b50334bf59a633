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
                               const ports::Clock& clock, ports::Log& log, Holders holders)
    : folder_(std::move(folder)),
      excluded_(std::move(excluded)),
      filesystem_(filesystem),
      clock_(clock),
      log_(log),
      holders_(std::move(holders)) {}

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

std::map<std::string, ManifestFolder::Candidates> ManifestFolder::candidates() const {
  std::map<std::string, Candidates> candidates;
  for (const auto& [path, file] : files_) {
    for (const ManifestPtr& manifest : file.content.manifests)
      candidates[manifest->describe()].push_back(manifest);
  }
  return candidates;
}

std::string ManifestFolder::relative(const std::string& file) const {
  return fs::path(file).lexically_relative(folder_).string();
}

/// Whether the file is there, though what it says now isn't known.
bool ManifestFolder::may_hold(const std::string& relative_file) const {
  const fs::path path = folder_ / relative_file;
  if (walk_.is_unknown(path)) return true;
  const auto file = files_.find(path);
  return file != files_.end() && (!file->second.counts || !file->second.problem.empty());
}

/// @return null: not decided
ManifestPtr ManifestFolder::choose(const std::string& object, const Candidates& found) const {
  if (const auto holder = holders_.find(object); holder != holders_.end()) {
    const auto held = std::find_if(found.begin(), found.end(), [&](const ManifestPtr& candidate) {
      return relative(candidate->file) == holder->second;
    });
    if (held != found.end()) return *held;
    if (may_hold(holder->second)) return nullptr;
  }
  const bool no_choice = std::all_of(found.begin(), found.end(), [&found](const ManifestPtr& candidate) {
    return candidate->file == found.front()->file || candidate->hash == found.front()->hash;
  });
  return no_choice ? found.front() : nullptr;
}

void ManifestFolder::report_copies(const ManifestPtr& chosen, const Candidates& found) {
  for (const ManifestPtr& other : found) {
    if (other == chosen) continue;
    say_once(ports::LogLevel::Error,
             "an object stands in the manifests twice; the one that was there first counts",
             fmt::format("{} in {}:{} counts, and in {}:{} does not", other->describe(), chosen->file,
                         chosen->line, other->file, other->line));
  }
}

void ManifestFolder::report_undecided(const std::string& object, const Candidates& found) {
  std::vector<std::string> places;
  for (const ManifestPtr& each : found) places.push_back(fmt::format("{}:{}", each->file, each->line));
  const std::string copies = fmt::format("{} in {}", object, fmt::join(places, " and in "));
  const auto holder = holders_.find(object);
  if (holder == holders_.end() || !may_hold(holder->second)) {
    return say_once(ports::LogLevel::Error,
                    "an object stands in the manifests twice, and nothing tells which was there first: none "
                    "counts until one of them alone is left",
                    copies);
  }
  const fs::path path = folder_ / holder->second;
  const auto file = files_.find(path);
  if (file != files_.end() && file->second.problem.empty()) return;  // it is waited for, a moment
  say_once(ports::LogLevel::Error,
           "a copy of an object does not count, since the file that the object was taken from can't be used",
           fmt::format("{}; it was taken from {}", copies, path.string()));
}

std::vector<ManifestPtr> ManifestFolder::merge() {
  Holders holders;
  std::map<std::string, ManifestPtr> counting;
  std::vector<ManifestPtr> all;
  undecided_ = false;
  for (const auto& [object, found] : candidates()) {
    ManifestPtr chosen = choose(object, found);
    if (chosen) {
      holders.emplace(object, relative(chosen->file));
      report_copies(chosen, found);
    } else {
      undecided_ = true;
      report_undecided(object, found);
      if (const auto before = counting_.find(object); before != counting_.end()) chosen = before->second;
    }
    if (!chosen) continue;
    counting.emplace(object, chosen);
    all.push_back(std::move(chosen));
  }
  // Also of objects that are in sight nowhere: their files may say so again.
  for (const auto& [object, file] : holders_) {
    if (may_hold(file)) holders.emplace(object, file);
  }
  holders_ = std::move(holders);
  counting_ = std::move(counting);
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
  return !undecided_ && walk_.unreadable.empty() &&
         std::all_of(files_.begin(), files_.end(),
                     [](const auto& entry) { return entry.second.counts && entry.second.problem.empty(); });
}

}  // namespace athanor::manifests
