// Where SQL and revisions show what schema they make: a scratch database, and the engine on it.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/schemas/schema_sql.hpp"
#include "core/result.hpp"
#include "core/revision.hpp"
#include "core/revision_graph.hpp"
#include "engine/migrator.hpp"
#include "engine/scratch_database.hpp"
#include "engine/settings.hpp"
#include "ports/clock.hpp"
#include "ports/database.hpp"
#include "ports/randomness.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::cli {

/// What benches are made with; all of it outlives them.
struct BenchTools {
  ports::DatabaseConnector& connector;
  ports::Clock& clock;
  ports::Randomness& randomness;
  ports::ConnectionSpec server;  ///< where scratch databases are made
  engine::VersionTable version_table;
  std::stop_token stop;
  std::stop_token cancel;

  [[nodiscard]] ports::Dialect dialect() const {
    return server.is_sqlite() ? ports::Dialect::Sqlite : ports::Dialect::PostgreSql;
  }
};

class SchemaBench {
 public:
  /// @return as ScratchDatabase::make()
  [[nodiscard]] static Result<std::unique_ptr<SchemaBench>> make(const BenchTools& tools);

  /// Runs SQL that is no revision.
  /// @return the error with file and line, in the engine's words
  [[nodiscard]] Result<void> load(const std::vector<SchemaSql>& texts);
  /// Upgrades to `target` from wherever it stands; `base` for nothing at all.
  /// @return also as resolve_upgrade_target()
  [[nodiscard]] Result<void> upgrade(const RevisionGraph& graph, const std::string& target);
  [[nodiscard]] Result<void> downgrade(const RevisionGraph& graph, const std::string& target);
  [[nodiscard]] Result<schema::Catalog> read();

 private:
  SchemaBench(const BenchTools& tools, std::unique_ptr<engine::ScratchDatabase> scratch);

  [[nodiscard]] Result<void> run(const RevisionGraph& graph, const Plan& plan);

  const BenchTools& tools_;
  std::unique_ptr<engine::ScratchDatabase> scratch_;
  engine::Migrator migrator_;
};

/// Statements of `sql` that can't stand in a transaction make it a revision with `transaction: off`.
[[nodiscard]] TransactionMode transaction_mode_for(std::string_view sql, ports::Dialect dialect);

}  // namespace athanor::cli
