#include "cli/commands/offline_sql.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/sqlite/sqlite_script.hpp"
#include "cli/commands/failure.hpp"
#include "cli/commands/migration.hpp"
#include "cli/commands/planned_step.hpp"
#include "core/id_width.hpp"
#include "core/revision_range.hpp"
#include "core/sql_script.hpp"
#include "core/stamp_plan.hpp"
#include "engine/step_work.hpp"

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

std::string create_version_table(const engine::VersionTable& table) {
  return fmt::format(
      "CREATE TABLE {} (\n    version_num VARCHAR({}) NOT NULL,\n    CONSTRAINT {} PRIMARY KEY "
      "(version_num)\n);\n\n",
      qualified(table), kVersionColumnWidth, name(table.name + "_pkc"));
}

std::string drop_version_table(const engine::VersionTable& table) {
  return fmt::format("DROP TABLE {};\n", qualified(table));
}

/// SQLite lets a comment run to the end of its text, which on paper is not the end of the revision.
std::string with_comment_closed(const std::string& sql) {
  const auto alone = sqlite::split_script(sql, 1);
  const auto followed = sqlite::split_script(sql + "\n;SELECT 1;", 1);
  const bool swallows = alone && followed && followed->size() == alone->size();
  return swallows ? sql + " */" : sql;
}

std::string body_of(const SqlSection& section, ports::Dialect dialect) {
  return close_statement(dialect == ports::Dialect::Sqlite ? with_comment_closed(section.sql) : section.sql);
}

/// @param create, drop what becomes of the version table before and after; "" for nothing
std::string step_sql(const RevisionGraph& graph, const PlanStep& step, ports::Dialect dialect,
                     const std::string& table, const std::string& create, const std::string& drop) {
  const Revision& revision = graph.at(*graph.find(step.revision));
  const bool up = step.direction == Direction::Upgrade;
  const bool in_transaction = revision.transaction == TransactionMode::On;
  // In the transaction: what fails there leaves no empty table, on which another try would stop.
  const std::string begin = "BEGIN;\n\n" + create;
  std::string sql =
      fmt::format("-- Running {} {}, {}\n\n", up ? "upgrade" : "downgrade", revision.id, revision.message);
  if (in_transaction) sql += begin;
  const std::string body = body_of(up ? revision.upgrade : *revision.downgrade, dialect);
  if (!body.empty()) sql += body + "\n\n";
  if (!in_transaction) sql += begin;
  for (const RowChange& change : step.row_changes) sql += row_change(change, table);
  return sql + drop + "\nCOMMIT;\n\n";
}

/// Refuses what the engine would. A shell would run it: an open quote swallows the COMMIT behind it, and a
/// COMMIT in a revision leaves half of it without its version row.
Result<void> check_steps(const RevisionGraph& graph, const Plan& plan, ports::Dialect dialect) {
  DatabaseState state;
  if (plan.rows_before.empty() && dialect == ports::Dialect::PostgreSql)
    state.version_width = kVersionColumnWidth;
  for (const PlanStep& step : plan.steps) {
    const PlannedStep planned = look_at_step(graph, step, state, dialect);
    if (!planned.refused) continue;
    Error error = *planned.refused;
    if (error.site.file.empty()) {
      error.message = engine::error_prefix(*planned.revision, error.site.line) + error.message;
      error.site.revision = planned.revision->id;
      error.site.file = planned.revision->source;
    }
    return fail(std::move(error));
  }
  return {};
}

}  // namespace

std::string offline_sql(const RevisionGraph& graph, const Plan& plan, ports::Dialect dialect,
                        const engine::VersionTable& version_table) {
  std::string sql;
  std::vector<std::string> rows = plan.rows_before;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const bool is_first = i == 0;
    const bool is_last = i + 1 == plan.steps.size();
    // As Alembic does: what starts from base on paper makes the table, what ends there drops it.
    const std::string create = is_first && rows.empty() ? create_version_table(version_table) : "";
    rows = rows_after(std::move(rows), plan.steps[i]);
    const std::string drop = is_last && rows.empty() ? drop_version_table(version_table) : "";
    sql += step_sql(graph, plan.steps[i], dialect, qualified(version_table), create, drop);
  }
  return sql;
}

Result<void> check_paper(bool sql, const std::vector<std::string>& targets, const CommonOptions& common) {
  if (sql && common.json)
    return fail(wrong_usage("--sql prints SQL, which --json has no form for: leave one of them out"));
  const auto range = std::ranges::find_if(
      targets, [](const std::string& target) { return target.find(':') != std::string::npos; });
  if (sql || range == targets.end()) return {};
  return fail(wrong_usage(
      fmt::format("\"{}\" is a range, which only --sql takes: the database itself says where it is. Write "
                  "the target alone, or add --sql",
                  *range)));
}

Result<int> print_offline(const ProjectGraph& project, Direction direction, const std::string& range,
                          ports::Dialect dialect, Console& console) {
  const RevisionGraph& graph = project.graph;
  const auto ends = offline_range(graph, range, direction);
  if (!ends) return fail(ends.error());
  const auto colon = range.find(':');
  const std::string from = colon == std::string::npos ? "" : range.substr(0, colon + 1);
  const std::string command =
      fmt::format("athanor {} --sql {}{{}}", direction == Direction::Upgrade ? "upgrade" : "downgrade", from);
  const auto target = target_of(graph, direction, ends->rows, ends->target, command);
  if (!target) return fail(target.error());
  const auto plan = direction == Direction::Upgrade ? plan_upgrade(graph, ends->rows, *target)
                                                    : plan_downgrade(graph, ends->rows, *target);
  if (!plan) return fail(plan.error());
  if (auto runs = check_steps(graph, *plan, dialect); !runs) return fail(std::move(runs.error()));
  console.out(offline_sql(graph, *plan, dialect, project.project.version_table));
  return kFine;
}

Result<int> print_offline_stamp(const ProjectGraph& project, const std::vector<std::string>& targets,
                                bool purge, Console& console) {
  std::vector<std::string> rows;
  std::vector<std::string> to;
  std::optional<std::string> from;
  for (const std::string& target : targets) {
    const std::size_t colon = target.find(':');
    to.push_back(colon == std::string::npos ? target : target.substr(colon + 1));
    if (colon == std::string::npos) continue;
    if (from && *from != target.substr(0, colon)) {
      return fail(wrong_usage(fmt::format("stamp --sql starts from one place, and {} and {} are two", *from,
                                          target.substr(0, colon))));
    }
    from = target.substr(0, colon);
  }
  if (from && !from->empty()) {
    const auto start = resolve_target(project.graph, *from, "athanor stamp --sql");
    if (!start) return fail(start.error());
    rows = start->revisions;
  }
  const auto plan = plan_stamp(project.graph, rows, to, purge);
  if (!plan) return fail(plan.error());
  const engine::VersionTable& table = project.project.version_table;
  std::string sql = "BEGIN;\n\n";
  // What is emptied is there already.
  if (rows.empty() && !purge && !plan->row_changes.empty()) sql += create_version_table(table);
  if (purge) sql += fmt::format("DELETE FROM {};\n", qualified(table));
  for (const RowChange& change : plan->row_changes) sql += row_change(change, qualified(table));
  if (plan->rows_after.empty()) sql += drop_version_table(table);
  console.out(sql + "\nCOMMIT;\n");
  return kFine;
}

}  // namespace athanor::cli
