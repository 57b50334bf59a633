#include "engine/bookkeeping.hpp"

#include <fmt/format.h>

namespace athanor::engine {

std::string Bookkeeping::text(std::string_view value) const {
  return value.empty() ? "NULL" : database_.quote(value);
}

std::string Bookkeeping::create_all() const {
  std::string sql;
  if (!places_.version_table_exists) {
    sql += fmt::format(
        "CREATE TABLE IF NOT EXISTS {} (version_num VARCHAR(32) NOT NULL, CONSTRAINT {} PRIMARY KEY "
        "(version_num));\n",
        places_.version_table, places_.version_key_name);
  }
  return sql + create_ledger();
}

std::string Bookkeeping::create_ledger() const {
  if (places_.ledger_exists) return {};
  return fmt::format(
      "{schema}CREATE TABLE IF NOT EXISTS {ledger} (\n"
      "  seq bigint NOT NULL PRIMARY KEY,\n"
      "  layout_version integer NOT NULL,\n"
      "  readable_from integer NOT NULL,\n"
      "  act text NOT NULL,\n"
      "  revision text,\n"
      "  state text NOT NULL,\n"
      "  checksum text,\n"
      "  digest text,\n"
      "  actor text,\n"
      "  at {time} NOT NULL,\n"
      "  duration_ms bigint,\n"
      "  statements_done integer,\n"
      "  done_checksum text,\n"
      "  index_before bigint,\n"
      "  downgrade text,\n"
      "  parents text,\n"
      "  depends_on text,\n"
      "  owner_name text,\n"
      "  owner_namespace text,\n"
      "  owner_cluster text,\n"
      "  owner_server text\n"
      ");\n",
      fmt::arg("schema", places_.ledger_schema_wanted ? "CREATE SCHEMA IF NOT EXISTS athanor;\n" : ""),
      fmt::arg("ledger", places_.ledger), fmt::arg("time", postgres() ? "timestamptz" : "text"));
}

std::string Bookkeeping::now() const {
  return postgres() ? "clock_timestamp()" : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
}

std::string Bookkeeping::time_text(std::string_view column) const {
  if (!postgres()) return std::string(column);
  return fmt::format("to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')", column);
}

// Version rows come as one cell, one a line: a step's whole reading is then one row.
std::string Bookkeeping::joined_rows() const {
  if (!places_.version_table_exists) return "SELECT NULL AS joined";
  return fmt::format("SELECT {}(version_num, '\n') AS joined FROM {}",
                     postgres() ? "string_agg" : "group_concat", places_.version_table);
}

std::string Bookkeeping::view() const {
  return view_and({});
}

// A cell with a line per act costs the server a third of what a row per act does, and no round trip.
std::string Bookkeeping::history() const {
  if (!places_.ledger_exists) return view_and(", NULL");
  return view_and(fmt::format(
      ", (SELECT {aggregate}(seq || '\t' || revision || '\t' || act || '\t' || coalesce(checksum, '') || "
      "'\t' || "
      "{at} || '\t' || coalesce(duration_ms, 0), '\n') FROM {ledger} WHERE revision IS NOT NULL AND state = "
      "'done')",
      fmt::arg("aggregate", postgres() ? "string_agg" : "group_concat"), fmt::arg("at", time_text("at")),
      fmt::arg("ledger", places_.ledger)));
}

std::string Bookkeeping::view_and(std::string_view more) const {
  if (!places_.ledger_exists) {
    return fmt::format(
        "SELECT ({}), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
        "NULL{}",
        joined_rows(), more);
  }
  return fmt::format(
      "SELECT versions.joined, l.seq, l.readable_from, l.act, l.revision, l.state, l.checksum, "
      "l.statements_done, "
      "l.done_checksum, l.index_before, l.owner_name, l.owner_namespace, l.owner_cluster, l.owner_server, "
      "{at}, l.duration_ms{more} "
      "FROM ({rows}) AS versions LEFT JOIN (SELECT * FROM {ledger} ORDER BY seq DESC LIMIT 1) AS l ON 1 = 1",
      fmt::arg("rows", joined_rows()), fmt::arg("at", time_text("l.at")), fmt::arg("more", more),
      fmt::arg("ledger", places_.ledger));
}

std::string Bookkeeping::change_row(const RowChange& change) const {
  switch (change.kind) {
    case RowChange::Kind::Insert:
      return fmt::format("INSERT INTO {} (version_num) VALUES ({})", places_.version_table,
                         database_.quote(change.to));
    case RowChange::Kind::Delete:
      return fmt::format("DELETE FROM {} WHERE version_num = {}", places_.version_table,
                         database_.quote(change.from));
    case RowChange::Kind::Update:
      return fmt::format("UPDATE {} SET version_num = {} WHERE version_num = {}", places_.version_table,
                         database_.quote(change.to), database_.quote(change.from));
  }
  return {};
}

// On PostgreSQL tools that don't take our lock (Alembic) can write to the version table meanwhile, so that
// each change has to be counted, in the same statement as the ledger's row; the version rows that it returns
// are those from before it. On SQLite nobody else writes during our transaction, and the rows afterwards tell
// all.
std::string Bookkeeping::write(const std::vector<RowChange>& changes, const std::string& ledger_write,
                               std::optional<std::int64_t> overtaken) const {
  std::string sql;
  if (overtaken) {
    const std::string close = fmt::format("UPDATE {} SET state = '{}' WHERE seq = {} AND state <> 'done'",
                                          places_.ledger, kStateOvertaken, *overtaken);
    sql = postgres() ? fmt::format("closed AS ({}), ", close) : close + ";\n";
  }
  if (!postgres()) {
    for (const RowChange& change : changes) sql += change_row(change) + ";\n";
    return fmt::format("{}{} RETURNING at, ({}), seq, index_before, NULL", sql, ledger_write, joined_rows());
  }
  // A list, not a sum: the server walks a sum recursively, and a merge of some thousand heads is one so deep.
  std::string counts;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    sql += fmt::format("c{} AS ({} RETURNING 1), ", i, change_row(changes[i]));
    counts += fmt::format("{}((SELECT count(*) FROM c{}))", i == 0 ? "" : ", ", i);
  }
  const std::string miscounted =
      counts.empty()
          ? "0"
          : fmt::format("(SELECT count(*) FROM (VALUES {}) AS counts (touched) WHERE touched <> 1)", counts);
  return fmt::format(
      "WITH {}act AS ({} RETURNING at, seq, index_before) SELECT {}, ({}), seq, index_before, {} FROM act",
      sql, ledger_write, time_text("at"), joined_rows(), miscounted);
}

std::string Bookkeeping::insert(const ActRecord& record, std::string_view statements_done,
                                std::string_view index_before_sql) const {
  const Owner& self = settings_.self;
  return fmt::format(
      "INSERT INTO {ledger} (seq, layout_version, readable_from, act, revision, state, checksum, digest, "
      "actor, "
      "at, duration_ms, statements_done, index_before, downgrade, parents, depends_on, owner_name, "
      "owner_namespace, owner_cluster, owner_server) VALUES ({seq}, {layout}, {readable_from}, {act}, "
      "{revision}, "
      "{state}, "
      "{checksum}, {digest}, {actor}, {now}, {duration}, {done}, {index_before}, {downgrade}, "
      "{parents}, {depends_on}, {owner}, {ns}, {cluster}, {server})",
      fmt::arg("ledger", places_.ledger), fmt::arg("seq", record.seq), fmt::arg("layout", kLedgerLayout),
      fmt::arg("readable_from", kLedgerReadableFrom), fmt::arg("act", text(record.act)),
      fmt::arg("revision", text(record.revision)), fmt::arg("state", text(record.state)),
      fmt::arg("checksum", text(record.checksum)), fmt::arg("digest", text(settings_.digest)),
      fmt::arg("actor", text(settings_.by)), fmt::arg("now", now()),
      fmt::arg("duration", record.duration.count()), fmt::arg("done", statements_done),
      fmt::arg("index_before", index_before_sql),
      fmt::arg("downgrade", record.downgrade == nullptr ? "NULL" : database_.quote(record.downgrade->sql)),
      fmt::arg("parents", text(record.parents)), fmt::arg("depends_on", text(record.depends_on)),
      fmt::arg("owner", text(self.name)), fmt::arg("ns", text(self.ns)),
      fmt::arg("cluster", text(self.cluster)), fmt::arg("server", text(self.server)));
}

std::string Bookkeeping::append(const ActRecord& record, const std::vector<RowChange>& changes) const {
  return write(changes, insert(record, "NULL", "NULL"), record.overtaken);
}

std::string Bookkeeping::begin_run(const ActRecord& record, std::string_view index_before_sql) const {
  return write({}, insert(record, "0", index_before_sql), record.overtaken);
}

std::string Bookkeeping::owner_assignments() const {
  const Owner& self = settings_.self;
  return fmt::format("owner_name = {}, owner_namespace = {}, owner_cluster = {}, owner_server = {}",
                     text(self.name), text(self.ns), text(self.cluster), text(self.server));
}

std::string Bookkeeping::update_run(std::int64_t seq, std::string_view assignments,
                                    std::string_view condition, const std::vector<RowChange>& changes) const {
  return write(changes, fmt::format("UPDATE {} SET {} WHERE seq = {} AND state <> 'done'{}", places_.ledger,
                                    assignments, seq, condition));
}

std::string Bookkeeping::resume_run(std::int64_t seq, const ActRecord& record,
                                    std::string_view index_before_sql) const {
  const std::string index_before =
      index_before_sql.empty() ? std::string() : fmt::format(", index_before = {}", index_before_sql);
  return update_run(
      seq, fmt::format("state = CASE state WHEN 'started' THEN state ELSE 'running' END{}, checksum = {}, "
                       "digest = {}, actor = {}, downgrade = {}, {}",
                       index_before, text(record.checksum), text(settings_.digest), text(settings_.by),
                       record.downgrade == nullptr ? "NULL" : database_.quote(record.downgrade->sql),
                       owner_assignments()));
}

std::string Bookkeeping::note_progress(const RunProgress& progress) const {
  return update_run(
      progress.seq,
      fmt::format("state = 'running', statements_done = {}, done_checksum = {}, index_before = {}",
                  progress.statements_done, text(progress.done_checksum), progress.index_before_sql),
      fmt::format(" AND statements_done = {}", progress.statements_done - 1));
}

std::string Bookkeeping::note_started(std::int64_t seq) const {
  return update_run(seq, "state = 'started'");
}

std::string Bookkeeping::note_failure(std::int64_t seq) const {
  return update_run(seq, "state = 'failed'");
}

std::string Bookkeeping::finish_run(std::int64_t seq, std::chrono::milliseconds duration,
                                    const std::vector<RowChange>& changes) const {
  return update_run(seq, fmt::format("state = 'done', at = {}, duration_ms = {}", now(), duration.count()),
                    {}, changes);
}

std::string Bookkeeping::reown_run(std::int64_t seq) const {
  return update_run(seq, owner_assignments());
}

}  // namespace athanor::engine
