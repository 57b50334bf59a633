#include "cli/project/versions_listing.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScripts = ".py";
constexpr std::string_view kRevisions = ".sql";
/// Alembic passes by what begins so.
constexpr std::string_view kPackage = "__init__";

/// `athanor init` makes a whole environment, and nothing in a folder that holds something.
bool can_be_initialised(const fs::path& folder, const Project& project) {
  const fs::path& home = project.script_location;
  std::error_code error;
  return folder == home / "versions" && (!fs::exists(home, error) || fs::is_empty(home, error)) && !error;
}

Error versions_missing(const fs::path& folder, const Project& project) {
  const std::string way_out = can_be_initialised(folder, project)
                                  ? "athanor init " + shell_word(project.script_location.string())
                                  : "mkdir -p " + shell_word(folder.string());
  return Error{ErrorKind::Terminal, "VersionsMissing",
               fmt::format("the folder {} is not there; {} expects [{}]'s revisions in it. Make it with: {}",
                           folder.string(), project.config.string(), project.section, way_out),
               ErrorSite{.file = folder.string()}};
}

Error unreadable(const fs::path& folder, const std::error_code& why) {
  return {ErrorKind::Transient, "FileUnreadable",
          fmt::format("cannot read {}: {}", folder.string(), why.message())};
}

Error not_a_file(const fs::directory_entry& entry) {
  const fs::path& path = entry.path();
  std::error_code error;
  std::string what = entry.is_directory(error) ? "a folder" : "no regular file";
  if (entry.is_symlink(error) && !entry.exists(error)) {
    what = fmt::format("a link to {}, which is not there", fs::read_symlink(path, error).string());
  }
  return {ErrorKind::Terminal, "NotARevisionFile",
          fmt::format("{} has the name of a revision, and is {}. Remove it, or give it another name.",
                      path.string(), what),
          ErrorSite{.file = path.string()}};
}

/// The folder and, where the project wants them, those below it.
std::vector<fs::path> folders_of(const fs::path& location, bool recursive) {
  std::vector<fs::path> folders{location};
  if (!recursive) return folders;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(location, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory() && entry->path().filename() != "__pycache__") folders.push_back(entry->path());
  }
  return folders;
}

/// A folder that is read itself may have any name.
bool is_read_too(const fs::directory_entry& entry, const Project& project) {
  std::error_code error;
  return project.recursive && !entry.is_symlink(error) && entry.is_directory(error);
}

Result<void> add_entry(VersionsListing& listing, const fs::directory_entry& entry, const Project& project) {
  const std::string_view path = entry.path().native();
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.starts_with('.')) return {};
  const bool is_revision = name.ends_with(kRevisions);
  const bool is_script = name.ends_with(kScripts) && !name.starts_with(kPackage);
  if (!is_revision && !is_script) return {};
  std::error_code error;
  if (entry.is_regular_file(error)) {
    (is_revision ? listing.revisions : listing.scripts).push_back(entry.path());
    return {};
  }
  const bool vanished = !entry.exists(error) && !entry.is_symlink(error);
  if (vanished || is_script || is_read_too(entry, project)) return {};
  return fail(not_a_file(entry));
}

Result<void> add_folder(VersionsListing& listing, const fs::path& folder, const Project& project) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  if (error == std::errc::no_such_file_or_directory) return fail(versions_missing(folder, project));
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (auto added = add_entry(listing, *entry, project); !added) return added;
  }
  if (error) return fail(unreadable(folder, error));
  return {};
}

}  // namespace

Result<VersionsListing> list_versions(const Project& project) {
  VersionsListing listing;
  for (const fs::path& location : project.version_locations) {
    for (const fs::path& folder : folders_of(location, project.recursive)) {
      if (auto added = add_folder(listing, folder, project); !added) return fail(std::move(added.error()));
    }
  }
  std::ranges::sort(listing.revisions);
  std::ranges::sort(listing.scripts);
  return listing;
}

}  // namespace athanor::cli
