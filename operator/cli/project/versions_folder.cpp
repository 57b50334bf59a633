#include "cli/project/versions_folder.hpp"

#include <string_view>
#include <utility>

#include "cli/project/alembic_scripts.hpp"
#include "core/revision_file.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string_view> ids_of(const std::vector<Revision>& revisions) {
  std::vector<std::string_view> ids;
  ids.reserve(revisions.size());
  for (const Revision& revision : revisions) ids.push_back(revision.id);
  return ids;
}

}  // namespace

Result<ProjectTexts> read_texts(const Project& project, const ports::Filesystem& files) {
  const auto listing = list_versions(project);
  if (!listing) return fail(listing.error());
  ProjectTexts texts;
  std::vector<Revision> heads;
  for (const fs::path& path : listing->revisions) {
    auto text = files.read(path);
    if (!text) return fail(std::move(text.error()));
    texts.files.push_back({path, std::move(*text)});
    if (listing->scripts.empty()) continue;
    if (auto head = parse_revision_head(texts.files.back().text, path.string()))
      heads.push_back(std::move(*head));
  }
  const auto imported = check_imported(project, *listing, ids_of(heads), files);
  if (!imported && imported.error().reason != "NotImported") return fail(imported.error());
  if (!imported) texts.not_imported = imported.error();
  return texts;
}

Result<std::vector<Revision>> read_revisions(const Project& project, const ports::Filesystem& files,
                                             ReadDepth depth) {
  const auto listing = list_versions(project);
  if (!listing) return fail(listing.error());
  std::vector<Revision> revisions;
  revisions.reserve(listing->revisions.size());
  for (const fs::path& path : listing->revisions) {
    const auto text = files.read(path);
    if (!text) return fail(text.error());
    auto revision = depth == ReadDepth::Heads ? parse_revision_head(*text, path.string())
                                              : parse_revision_file(*text, path.string());
    if (!revision) return fail(std::move(revision.error()));
    revisions.push_back(std::move(*revision));
  }
  if (auto imported = check_imported(project, *listing, ids_of(revisions), files); !imported)
    return fail(std::move(imported.error()));
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
