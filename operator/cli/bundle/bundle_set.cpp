#include "cli/bundle/bundle_set.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "api/object_names.hpp"
#include "cli/bundle/bundle_names.hpp"
#include "controller/revision_source.hpp"
#include "core/digest.hpp"
#include "core/revision_file.hpp"
#include "core/revision_graph.hpp"

namespace athanor::cli {
namespace {

Error invalid_key(const std::string& path, const std::string& key) {
  return {ErrorKind::Terminal, "InvalidKey",
          fmt::format("{}: \"{}\" is no key of a ConfigMap, which has at most 250 letters, digits, dashes, "
                      "dots and underscores. Name the file {}; the revision's id stands in its head.",
                      path, key, better_key(key)),
          ErrorSite{.file = path}};
}

Error duplicate_key(const std::string& path, const std::string& other) {
  return {
      ErrorKind::Terminal, "DuplicateKey",
      fmt::format("{} and {} have the same name, and a ConfigMap has room for one entry of a name. Rename "
                  "one of them; the revision's id stands in its head.",
                  other, path),
      ErrorSite{.file = path}};
}

Error set_too_large() {
  return {ErrorKind::Terminal, "RevisionsTooLarge",
          fmt::format("the revisions have more than {} MiB together, and the operator takes no more. Squash "
                      "old revisions, or load data by other means.",
                      controller::kMaxSetBytes >> 20U)};
}

/// @return the keys, in the order of `files`
Result<std::vector<std::string>> keys_of(const std::vector<SourceFile>& files) {
  std::vector<std::string> keys;
  std::map<std::string, std::string> taken;
  for (const SourceFile& file : files) {
    std::string key = std::filesystem::path(file.path).filename().string();
    if (!api::is_data_key(key + ".gz")) return fail(invalid_key(file.path, key));
    const auto [other, added] = taken.emplace(key, file.path);
    if (!added) return fail(duplicate_key(file.path, other->second));
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<std::vector<Revision>> parse(const std::vector<SourceFile>& files) {
  std::vector<Revision> revisions;
  std::size_t bytes_left = controller::kMaxSetBytes;
  for (const SourceFile& file : files) {
    if (file.text.size() > kMaxRevisionFileBytes) return fail(revision_file_too_large(file.path));
    if (file.text.size() > bytes_left) return fail(set_too_large());
    bytes_left -= file.text.size();
    auto revision = parse_revision_file(file.text, file.path);
    if (!revision) return fail(std::move(revision.error()));
    revisions.push_back(std::move(*revision));
  }
  return revisions;
}

}  // namespace

Result<BundleSet> bundle_set(std::vector<SourceFile> files) {
  if (files.empty()) {
    return fail(ErrorKind::Terminal, "NoRevisions",
                "there is no revision to bundle. Write the first with: athanor revision -m MESSAGE");
  }
  auto keys = keys_of(files);
  if (!keys) return fail(std::move(keys.error()));
  auto revisions = parse(files);
  if (!revisions) return fail(std::move(revisions.error()));
  std::vector<std::string> ids;
  for (const Revision& revision : *revisions) ids.push_back(revision.id);
  const auto graph = RevisionGraph::build(std::move(*revisions));
  if (!graph) return fail(to_error(graph.error()));

  std::vector<std::size_t> place(graph->size());
  const auto order = graph->topological_order();
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  // Two files may hold one revision, if they are equal: they share a place.
  std::vector<std::tuple<std::size_t, std::string, std::size_t>> sorted;
  for (std::size_t i = 0; i < files.size(); ++i) {
    sorted.emplace_back(place[*graph->find(ids[i])], files[i].path, i);
  }
  std::ranges::sort(sorted);
  BundleSet set{.files = {}, .digest = digest_of(*graph)};
  for (const auto& [at, path, i] : sorted) {
    set.files.push_back({std::move((*keys)[i]), path, std::move(files[i].text)});
  }
  return set;
}

}  // namespace athanor::cli
