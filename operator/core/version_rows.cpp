#include "core/version_rows.hpp"

#include <algorithm>

#include "core/words.hpp"

namespace athanor {

using Index = RevisionGraph::Index;

Result<std::vector<Index>> find_all(const RevisionGraph& graph, const std::vector<std::string>& ids,
                                    std::string_view what) {
  std::vector<Index> found;
  std::vector<std::string> unknown;
  for (const std::string& id : ids) {
    if (const auto node = graph.find(id)) {
      found.push_back(*node);
    } else {
      unknown.push_back(id);
    }
  }
  if (!unknown.empty()) {
    return fail(
        ErrorKind::Terminal, "UnknownRevision",
        std::string(what) + " " + join_words(unknown) +
            ", which no revision file here defines. Add the files that it was made with, or take a newer "
            "set of revisions.",
        {.revision = unknown.front(), .file = {}, .line = 0, .sqlstate = {}});
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Result<std::vector<Index>> find_rows(const RevisionGraph& graph, const std::vector<std::string>& rows) {
  return find_all(graph, rows, "The version table holds");
}

Result<Members> applied_by(const RevisionGraph& graph, const std::vector<std::string>& rows) {
  const auto nodes = find_rows(graph, rows);
  if (!nodes) return fail(nodes.error());
  return ancestors_of(graph, *nodes, Along::Needs);
}

std::vector<Index> applied_heads(const RevisionGraph& graph, const Members& applied) {
  std::vector<Index> heads;
  for (Index node = 0; node < graph.size(); ++node) {
    const auto children = graph.children(node);
    const bool followed =
        std::any_of(children.begin(), children.end(), [&applied](Index child) { return applied[child]; });
    if (applied[node] && !followed) heads.push_back(node);
  }
  return heads;
}

}  // namespace athanor
