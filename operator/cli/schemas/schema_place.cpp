#include "cli/schemas/schema_place.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/project/connection.hpp"
#include "cli/schemas/schema_sql.hpp"

namespace athanor::cli {
namespace {

Result<schema::Catalog> read_database(const BenchTools& tools, const std::string& url) {
  const auto spec = connection_to(url, tools.server.application_name);
  engine::Settings settings;
  settings.version_table = tools.version_table;
  settings.audience = Audience::CommandLine;
  engine::Migrator migrator(
      [&](std::stop_token cancel) { return tools.connector.connect(spec, std::move(cancel)); }, settings,
      tools.clock, tools.randomness);
  return migrator.read_schema(tools.cancel);
}

Result<schema::Catalog> read_texts(const BenchTools& tools, const Result<std::vector<SchemaSql>>& texts) {
  if (!texts) return fail(texts.error());
  const auto bench = SchemaBench::make(tools);
  if (!bench) return fail(bench.error());
  if (auto loaded = (*bench)->load(*texts); !loaded) return fail(std::move(loaded.error()));
  return (*bench)->read();
}

Result<schema::Catalog> read_revision(const BenchTools& tools, const RevisionGraph& graph,
                                      const std::string& target) {
  const auto bench = SchemaBench::make(tools);
  if (!bench) return fail(bench.error());
  if (auto upgraded = (*bench)->upgrade(graph, target); !upgraded) return fail(std::move(upgraded.error()));
  return (*bench)->read();
}

}  // namespace

PlaceKind place_kind(const std::string& word) {
  if (word.find("://") != std::string::npos) return PlaceKind::Url;
  if (word == "current") return PlaceKind::Current;
  if (word == "desired") return PlaceKind::Desired;
  std::error_code error;
  const bool is_path = word.find('/') != std::string::npos || word.ends_with(".sql") ||
                       std::filesystem::is_directory(word, error);
  return is_path ? PlaceKind::Files : PlaceKind::Revision;
}

Result<schema::Catalog> schema_at(const std::string& word, const BenchTools& tools, const Project& project,
                                  const RevisionGraph& graph, const ports::Filesystem& files) {
  switch (place_kind(word)) {
    case PlaceKind::Url:
      return read_database(tools, word);
    case PlaceKind::Current: {
      const auto url = database_url(project);
      if (!url) return fail(url.error());
      return read_database(tools, *url);
    }
    case PlaceKind::Desired:
      return read_texts(tools, desired_schema(project, files, tools.stop, tools.cancel));
    case PlaceKind::Files:
      return read_texts(tools, read_schema_files(files, word));
    case PlaceKind::Revision:
      break;
  }
  return read_revision(tools, graph, word);
}

}  // namespace athanor::cli
