#include "cli/project/versions_folder.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/revision_file.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScripts = ".py";
constexpr std::string_view kRevisions = ".sql";

/// What stands in the folders of a project, by kind.
struct Found {
  std::vector<fs::path> revisions;
  std::size_t scripts = 0;  ///< Alembic's own
};

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

Result<void> add_folder(Found& found, const fs::path& folder, const Project& project,
                        const ports::Filesystem& files) {
  const auto listed = files.list(folder);
  std::error_code error;
  if (!listed && !fs::exists(folder, error)) return fail(versions_missing(folder, project));
  if (!listed) return fail(listed.error());
  for (const auto& file : *listed) {
    const bool hidden = file.name.starts_with('.');  // editors leave such beside what they edit
    if (!hidden && file.name.ends_with(kRevisions)) found.revisions.push_back(folder / file.name);
    if (file.name.ends_with(kScripts) && file.name != "__init__.py") ++found.scripts;
  }
  return {};
}

}  // namespace

Result<std::vector<fs::path>> revision_files(const Project& project, const ports::Filesystem& files) {
  Found found;
  for (const fs::path& location : project.version_locations) {
    for (const fs::path& folder : folders_of(location, project.recursive)) {
      if (auto added = add_folder(found, folder, project, files); !added)
        return fail(std::move(added.error()));
    }
  }
  if (found.revisions.empty() && found.scripts > 0) {
    return fail(
        ErrorKind::Terminal, "NotImported",
        fmt::format("{} holds {} Python script(s) of Alembic and no SQL revision. Turn them into SQL with: "
                    "athanor import",
                    project.version_locations.front().string(), found.scripts),
        ErrorSite{.file = project.version_locations.front().string()});
  }
  std::ranges::sort(found.revisions);
  return std::move(found.revisions);
}

Result<std::vector<Revision>> read_revisions(const Project& project, const ports::Filesystem& files,
                                             ReadDepth depth) {
  const auto paths = revision_files(project, files);
  if (!paths) return fail(paths.error());
  std::vector<Revision> revisions;
  revisions.reserve(paths->size());
  for (const fs::path& path : *paths) {
    const auto text = files.read(path);
    if (!text) return fail(text.error());
    auto revision = depth == ReadDepth::Heads ? parse_revision_head(*text, path.string())
                                              : parse_revision_file(*text, path.string());
    if (!revision) return fail(std::move(revision.error()));
    revisions.push_back(std::move(*revision));
  }
  return revisions;
}

Result<RevisionGraph> read_graph(const Project& project, const ports::Filesystem& files, ReadDepth depth) {
  auto revisions = read_revisions(project, files, depth);
  if (!revisions) return fail(std::move(revisions.error()));
  auto graph = RevisionGraph::build(std::move(*revisions));
  if (!graph) return fail(to_error(graph.error()));
  return std::move(*graph);
}

}  // namespace athanor::cli
