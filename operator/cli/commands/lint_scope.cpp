#include "cli/commands/lint_scope.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/revision_file.hpp"
#include "core/revision_graph.hpp"
#include "core/revision_query.hpp"
#include "core/traversal.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;
using schema::Finding;
using schema::RevisionText;

/// What is asked for, told apart.
struct Scope {
  std::set<std::string> files;
  std::set<std::string> revisions;
  bool has_revisions = false;

  [[nodiscard]] bool contains(const Finding& finding) const {
    if (files.contains(finding.file)) return true;
    const bool of_set = finding.revision.empty() || finding.rule == schema::rules::kGraphError;
    return has_revisions && (of_set || revisions.contains(finding.revision));
  }
};

/// No id holds a slash, and none ends so.
bool is_file(std::string_view word) {
  return word.find('/') != std::string_view::npos || word.ends_with(".sql");
}

fs::path canonical(const std::string& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(path, error);
  return error ? fs::path(path).lexically_normal() : found;
}

Result<std::string> find_file(std::span<const RevisionText> files, const std::string& word) {
  const fs::path wanted = canonical(word);
  const auto found = std::find_if(files.begin(), files.end(), [&wanted](const RevisionText& one) {
    return canonical(one.file) == wanted;
  });
  if (found != files.end()) return found->file;
  return fail(
      ErrorKind::Terminal, "NotARevisionFile",
      fmt::format("{} is not among the revision files of this project. Name one of its versions folder, or "
                  "another environment with -n.",
                  word),
      ErrorSite{.file = word});
}

/// The graph of those files that are revisions; nullopt where they make none, which lint has told already.
std::optional<RevisionGraph> graph_of(std::span<const RevisionText> files) {
  std::vector<Revision> revisions;
  for (const RevisionText& file : files) {
    if (auto revision = parse_revision_head(file.text, file.file)) revisions.push_back(std::move(*revision));
  }
  auto graph = RevisionGraph::build(std::move(revisions));
  return graph ? std::optional(std::move(*graph)) : std::nullopt;
}

Result<std::vector<std::string>> in_range(const RevisionGraph& graph, std::string_view from,
                                          std::string_view to) {
  const auto begin = resolve_target(graph, from.empty() ? "base" : from);
  if (!begin) return fail(begin.error());
  const auto end = resolve_target(graph, to.empty() ? "heads" : to);
  if (!end) return fail(end.error());
  const auto plan = plan_upgrade(graph, begin->revisions, *end);
  if (!plan) return fail(plan.error());
  std::vector<std::string> ids;
  for (const PlanStep& step : plan->steps) ids.push_back(step.revision);
  return ids;
}

Result<std::vector<std::string>> meant(const RevisionGraph& graph, std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon != std::string_view::npos) return in_range(graph, word.substr(0, colon), word.substr(colon + 1));
  const auto target = resolve_target(graph, word);
  if (!target) return fail(target.error());
  return target->revisions;
}

}  // namespace

Result<std::vector<Finding>> narrow(std::vector<Finding> findings, std::span<const RevisionText> files,
                                    std::span<const std::string> words) {
  if (words.empty()) return findings;
  Scope scope;
  std::optional<RevisionGraph> graph;
  for (const std::string& word : words) {
    if (is_file(word)) {
      auto file = find_file(files, word);
      if (!file) return fail(std::move(file.error()));
      scope.files.insert(std::move(*file));
      continue;
    }
    if (!scope.has_revisions) graph = graph_of(files);
    scope.has_revisions = true;
    if (!graph) continue;
    auto ids = meant(*graph, word);
    if (!ids) return fail(std::move(ids.error()));
    scope.revisions.insert(ids->begin(), ids->end());
  }
  std::erase_if(findings, [&scope](const Finding& finding) { return !scope.contains(finding); });
  return findings;
}

}  // namespace athanor::cli
