// What `athanor diff` compares: each side is a database, what revisions make, or what SQL makes.
#pragma once

#include <string>

#include "cli/project/project.hpp"
#include "cli/schemas/schema_bench.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "ports/filesystem.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::cli {

enum class PlaceKind {
  Url,       ///< a database, by its URL
  Current,   ///< the section's database: `current`
  Desired,   ///< what target_schema or target_schema_command says: `desired`
  Files,     ///< an SQL file, or a folder of them
  Revision,  ///< what the revisions up to there make
};

/// What a word means. A file of a revision's name is a file: what holds a slash, ends in .sql or is a folder.
[[nodiscard]] PlaceKind place_kind(const std::string& word);

/// Reads the schema of a place, in a scratch database where it has none of its own.
/// @param tools with the URL of the side itself as their server where it is a database
/// @param graph for revisions
/// @return as SchemaBench, desired_schema(), read_schema_files(), Migrator::read_schema()
[[nodiscard]] Result<schema::Catalog> schema_at(const std::string& word, const BenchTools& tools,
                                                const Project& project, const RevisionGraph& graph,
                                                const ports::Filesystem& files);

}  // namespace athanor::cli
