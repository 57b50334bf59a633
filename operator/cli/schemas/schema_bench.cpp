#include "cli/schemas/schema_bench.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "adapters/sqlite/sqlite_script.hpp"
#include "core/downgrade_target.hpp"
#include "core/sql_script.hpp"
#include "core/traversal.hpp"
#include "core/upgrade_target.hpp"
#include "engine/step_work.hpp"

namespace athanor::cli {
namespace {

engine::Settings settings_for(const BenchTools& tools) {
  engine::Settings settings;
  settings.version_table = tools.version_table;
  settings.self.name = "scratch";
  settings.by = "athanor";
  settings.audience = Audience::CommandLine;
  return settings;
}

/// The texts as revisions, one after the other: the engine knows how to run those, and to say where they
/// fail.
std::vector<Revision> as_revisions(const std::vector<SchemaSql>& texts, ports::Dialect dialect) {
  std::vector<Revision> revisions;
  for (const SchemaSql& text : texts) {
    Revision revision;
    revision.id = fmt::format("schema{}", revisions.size() + 1);
    if (!revisions.empty()) revision.down_revisions = {revisions.back().id};
    revision.upgrade.sql = text.sql;
    revision.upgrade.checksum = sql_checksum(text.sql);
    revision.transaction = transaction_mode_for(text.sql, dialect);
    revision.source = text.source;
    revisions.push_back(std::move(revision));
  }
  return revisions;
}

/// The engine's message without what only holds for a revision.
Error of_a_file(Error error, const std::vector<Revision>& revisions) {
  const auto found = std::ranges::find(revisions, error.site.revision, &Revision::id);
  if (found == revisions.end()) return error;
  const std::string prefix = engine::error_prefix(*found, error.site.line);
  if (error.message.starts_with(prefix)) error.message.erase(0, prefix.size());
  for (const std::string_view aftermath :
       {" The revision was rolled back", " Nothing of the revision was run"})
    error.message.erase(std::min(error.message.find(aftermath), error.message.size()));
  error.message = fmt::format("{}, line {}: {}", found->source, error.site.line, error.message);
  error.site.revision.clear();
  return error;
}

}  // namespace

TransactionMode transaction_mode_for(std::string_view sql, ports::Dialect dialect) {
  const auto statements =
      dialect == ports::Dialect::Sqlite ? sqlite::split_script(sql, 1) : split_postgres(sql, 1);
  const bool bare = statements && std::ranges::any_of(*statements, [](const Statement& statement) {
                      return statement.kind == StatementClass::Bare;
                    });
  return bare ? TransactionMode::Off : TransactionMode::On;
}

SchemaBench::SchemaBench(const BenchTools& tools, std::unique_ptr<engine::ScratchDatabase> scratch)
    : tools_(tools),
      scratch_(std::move(scratch)),
      migrator_([&connector = tools.connector, spec = scratch_->spec()](
                    std::stop_token cancel) { return connector.connect(spec, std::move(cancel)); },
                settings_for(tools), tools.clock, tools.randomness) {}

Result<std::unique_ptr<SchemaBench>> SchemaBench::make(const BenchTools& tools) {
  auto scratch = engine::ScratchDatabase::make(tools.connector, tools.server, tools.randomness, tools.cancel);
  if (!scratch) return fail(std::move(scratch.error()));
  return std::unique_ptr<SchemaBench>(new SchemaBench(tools, std::move(*scratch)));
}

Result<void> SchemaBench::run(const RevisionGraph& graph, const Plan& plan) {
  engine::Progress unwatched;
  auto outcome = migrator_.run(graph, plan, unwatched, tools_.stop, tools_.cancel);
  if (outcome.failure) return fail(std::move(*outcome.failure));
  return {};
}

Result<void> SchemaBench::load(const std::vector<SchemaSql>& texts) {
  const std::vector<Revision> revisions = as_revisions(texts, tools_.dialect());
  const auto graph = RevisionGraph::build(revisions);
  if (!graph) return fail(to_error(graph.error()));
  auto loaded = upgrade(*graph, "heads");
  if (!loaded) return fail(of_a_file(std::move(loaded.error()), revisions));
  return {};
}

Result<void> SchemaBench::upgrade(const RevisionGraph& graph, const std::string& target) {
  if (graph.size() == 0) return {};
  const auto state = migrator_.read_state(tools_.cancel);
  if (!state) return fail(state.error());
  const auto resolved = resolve_upgrade_target(graph, state->version_rows, target);
  if (!resolved) return fail(resolved.error());
  const auto plan = plan_upgrade(graph, state->version_rows, *resolved);
  if (!plan) return fail(plan.error());
  return run(graph, *plan);
}

Result<void> SchemaBench::downgrade(const RevisionGraph& graph, const std::string& target) {
  const auto state = migrator_.read_state(tools_.cancel);
  if (!state) return fail(state.error());
  const auto resolved = resolve_downgrade_target(graph, state->version_rows, target);
  if (!resolved) return fail(resolved.error());
  const auto plan = plan_downgrade(graph, state->version_rows, *resolved);
  if (!plan) return fail(plan.error());
  return run(graph, *plan);
}

Result<schema::Catalog> SchemaBench::read() {
  return migrator_.read_schema(tools_.cancel);
}

}  // namespace athanor::cli
