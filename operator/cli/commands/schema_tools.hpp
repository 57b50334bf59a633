// What the commands that compare schemas begin with.
#pragma once

#include <memory>
#include <string>

#include "cli/commands/command.hpp"
#include "cli/project/project.hpp"
#include "cli/schemas/schema_bench.hpp"
#include "cli/schemas/schema_change.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "schema/model/catalog.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

/// --dev-url.
void add_dev_url(CLI::App& command, std::string& url);

/// @param command what runs, for the server's list of sessions: "athanor check"
/// @param dev_url empty: the project's database names the server
/// @return as database_url()
[[nodiscard]] Result<BenchTools> bench_tools(World& world, const Project& project, const std::string& dev_url,
                                             std::string_view command);

/// The schema that the revisions make, the one that is desired, and the ways between them.
struct Comparison {
  std::unique_ptr<SchemaBench> bench;  ///< with all revisions applied
  schema::Catalog made;
  schema::Catalog desired;
  SchemaChange up;
  SchemaChange down;
};

/// @param tools outlive what is returned
/// @return as SchemaBench, desired_schema()
[[nodiscard]] Result<std::unique_ptr<Comparison>> compare_with_desired(World& world, const BenchTools& tools,
                                                                       const Project& project,
                                                                       const RevisionGraph& graph);

/// What differs, line by line, for people.
void note_changes(Console& console, const SchemaChange& change);

}  // namespace athanor::cli
