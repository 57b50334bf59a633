#include "cli/commands/offline_sql.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/database_url.hpp"
#include "cli/commands/migration.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  return out + quote;
}

std::string literal(std::string_view text) {
  return doubled(text, '\'');
}

std::string name(std::string_view text) {
  return doubled(text, '"');
}

std::string qualified(const engine::VersionTable& table) {
  return (table.schema.empty() ? "" : name(table.schema) + ".") + name(table.name);
}

std::string row_change(const RowChange& change, const std::string& table) {
  switch (change.kind) {
    case RowChange::Kind::Insert:
      return fmt::format("INSERT INTO {} (version_num) VALUES ({});\n", table, literal(change.to));
    case RowChange::Kind::Delete:
      return fmt::format("DELETE FROM {} WHERE version_num = {};\n", table, literal(change.from));
    case RowChange::Kind::Update:
      return fmt::format("UPDATE {} SET version_num = {} WHERE version_num = {};\n", table,
                         literal(change.to), literal(change.from));
  }
  return {};
}

/// A section's SQL, with the semicolon that its last statement may lack; on a line of its own, since the
/// section may end in a comment.
std::string closed(const std::string& sql) {
  const std::string_view text = trim(sql);
  if (text.empty()) return {};
  return std::string(text) + (text.ends_with(';') ? "\n" : "\n;\n");
}

std::string step_sql(const RevisionGraph& graph, const PlanStep& step, const std::string& table) {
  const Revision& revision = graph.at(*graph.find(step.revision));
  const bool up = step.direction == Direction::Upgrade;
  const bool in_transaction = revision.transaction == TransactionMode::On;
  std::string sql =
      fmt::format("-- Running {} {}, {}\n\n", up ? "upgrade" : "downgrade", revision.id, revision.message);
  if (in_transaction) sql += "BEGIN;\n\n";
  sql += closed(up ? revision.upgrade.sql : revision.downgrade->sql) + "\n";
  if (!in_transaction) sql += "BEGIN;\n\n";
  for (const RowChange& change : step.row_changes) sql += row_change(change, table);
  return sql + "\nCOMMIT;\n\n";
}

struct Ends {
  std::vector<std::string> from;  ///< version rows to start from
  std::string to;
};

Result<Ends> ends_of(const RevisionGraph& graph, Direction direction, const std::string& range) {
  const std::size_t colon = range.find(':');
  if (colon == std::string::npos) {
    if (direction == Direction::Upgrade) return Ends{{}, range};
    return fail(
        ErrorKind::Terminal, "InvalidTarget",
        fmt::format(
            "downgrade --sql can't look where the database is: write both ends, FROM:TO, as in athanor "
            "downgrade --sql head:{}",
            range));
  }
  const std::string from = range.substr(0, colon);
  const auto start = from.empty() ? Result<Target>(Target{}) : resolve_target(graph, from);
  if (!start) return fail(start.error());
  return Ends{start->revisions, range.substr(colon + 1)};
}

}  // namespace

std::string offline_sql(const RevisionGraph& graph, const Plan& plan,
                        const engine::VersionTable& version_table, ports::Dialect dialect) {
  const std::string table = qualified(version_table);
  std::string sql;
  if (plan.rows_before.empty() && !plan.empty()) {
    const std::string key = name(version_table.name + "_pkc");
    sql += fmt::format(
        "CREATE TABLE {}{} (\n    version_num VARCHAR(32) NOT NULL,\n    CONSTRAINT {} PRIMARY KEY "
        "(version_num)\n);\n\n",
        dialect == ports::Dialect::Sqlite ? "IF NOT EXISTS " : "", table, key);
  }
  for (const PlanStep& step : plan.steps) sql += step_sql(graph, step, table);
  return sql;
}

Result<int> print_offline(const ProjectGraph& project, Direction direction, const std::string& range,
                          Console& console) {
  const RevisionGraph& graph = project.graph;
  const auto ends = ends_of(graph, direction, range);
  if (!ends) return fail(ends.error());
  const auto target = target_of(graph, direction, ends->from, ends->to);
  if (!target) return fail(target.error());
  const auto plan = direction == Direction::Upgrade ? plan_upgrade(graph, ends->from, *target)
                                                    : plan_downgrade(graph, ends->from, *target);
  if (!plan) return fail(plan.error());
  const std::string& url = project.project.url ? *project.project.url : std::string();
  const bool sqlite = api::database_scheme(url) == api::DatabaseScheme::Sqlite;
  console.out(offline_sql(graph, *plan, project.project.version_table,
                          sqlite ? ports::Dialect::Sqlite : ports::Dialect::PostgreSql));
  return kFine;
}

}  // namespace athanor::cli
