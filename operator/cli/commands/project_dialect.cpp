#include "cli/commands/project_dialect.hpp"

#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "api/database_url.hpp"
#include "cli/commands/choice.hpp"

namespace athanor::cli {
namespace {

constexpr const char* kPostgres = "postgresql";
constexpr const char* kSqlite = "sqlite";

/// @return nullopt: there is no URL to tell it by
std::optional<ports::Dialect> dialect_of_url(const Project* project) {
  if (project == nullptr || !project->url || project->url->empty()) return std::nullopt;
  if (is_on_sqlite(*project)) return ports::Dialect::Sqlite;
  if (api::database_scheme(*project->url) == api::DatabaseScheme::Other) return std::nullopt;
  return ports::Dialect::PostgreSql;
}

}  // namespace

void add_dialect(CLI::App& command, std::string& name) {
  command
      .add_option("--dialect", name,
                  "Whose SQL it is; without it that of the project's URL, and postgresql's where there is "
                  "none")
      ->check(one_of({kPostgres, kSqlite}))
      ->type_name("postgresql|sqlite");
}

ports::Dialect dialect_of(const std::string& name, const Project* project, const World& world,
                          const CommonOptions& common) {
  if (!name.empty()) return name == kSqlite ? ports::Dialect::Sqlite : ports::Dialect::PostgreSql;
  if (const auto known = dialect_of_url(project)) return *known;
  if (!common.json) {
    const std::string where = project == nullptr ? "without an ini file"
                                                 : fmt::format("by sqlalchemy.url of [{}]", project->section);
    world.console.note(fmt::format(
        "Whose SQL this is cannot be told {}: it is taken for PostgreSQL's. Say --dialect postgresql, or "
        "--dialect sqlite.",
        where));
  }
  return ports::Dialect::PostgreSql;
}

}  // namespace athanor::cli
