#include "bench/revision_folder.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/revision_file.hpp"

namespace athanor::bench {

ports::StringMap read_files(const std::filesystem::path& folder) {
  ports::StringMap files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.emplace(entry.path().filename().string(),
                  std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()));
  }
  if (files.empty()) throw std::runtime_error("no revision files in " + folder.string());
  return files;
}

RevisionGraph graph_of(const ports::StringMap& files) {
  std::vector<Revision> revisions;
  revisions.reserve(files.size());
  for (const auto& [name, text] : files) {
    auto revision = parse_revision_file(text, name);
    if (!revision) throw std::runtime_error(revision.error().message);
    revisions.push_back(std::move(*revision));
  }
  auto graph = RevisionGraph::build(std::move(revisions));
  if (!graph) throw std::runtime_error(to_error(graph.error()).message);
  return std::move(*graph);
}

}  // namespace athanor::bench
