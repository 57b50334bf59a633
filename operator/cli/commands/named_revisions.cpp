#include "cli/commands/named_revisions.hpp"

#include <string>

#include <fmt/format.h>

#include "cli/commands/database_session.hpp"
#include "core/revision_query.hpp"

namespace athanor::cli {
namespace {

Result<std::vector<std::string>> ids_named(World& world, const ProjectGraph& project,
                                           std::string_view expression, const TypedCommand& command) {
  if (expression != "current") {
    return resolve_target(project.graph, expression, command).map([](const Target& target) {
      return target.revisions;
    });
  }
  auto session = open_database(world, project.project, {});
  if (!session) return fail(std::move(session.error()));
  return read_database(world, *session).map([](const DatabaseState& state) { return state.version_rows; });
}

}  // namespace

Result<std::vector<RevisionGraph::Index>> named_revisions(World& world, const ProjectGraph& project,
                                                          std::string_view expression,
                                                          const TypedCommand& command) {
  const auto ids = ids_named(world, project, expression, command);
  if (!ids) return fail(ids.error());
  std::vector<RevisionGraph::Index> named;
  for (const std::string& id : *ids) {
    const auto index = project.graph.find(id);
    if (!index) {
      return fail(ErrorKind::Terminal, "UnknownRevision",
                  fmt::format("the database is at revision {}, which no file of {} defines", id,
                              project.project.version_locations.front().string()),
                  ErrorSite{.revision = id});
    }
    named.push_back(*index);
  }
  if (named.empty()) {
    return fail(
        ErrorKind::Terminal, "InvalidTarget",
        fmt::format("\"{}\" names no revision: {}", expression,
                    expression == "current" ? "nothing is applied to the database" : "there are none"));
  }
  return named;
}

}  // namespace athanor::cli
