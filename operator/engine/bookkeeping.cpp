#include "engine/bookkeeping.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/id_width.hpp"

namespace athanor::engine {

namespace {

const std::string kNull = "NULL";

}  // namespace

std::string Bookkeeping::text(std::string_view value) const {
  return value.empty() ? kNull : database_.quote(value);
}

std::string Bookkeeping::create_version_table() const {
  if (places_.version_table_exists) return {};
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (version_num VARCHAR({}) NOT NULL, CONSTRAINT {} PRIMARY KEY "
      "(version_num));\n",
      places_.version_table, kVersionColumnWidth, places_.version_key_name);
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
  return postgres() ? "pg_catalog.clock_timestamp()" : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
}

std::string Bookkeeping::time_text(std::string_view column) const {
  if (!postgres()) return std::string(column);
  return fmt::format("pg_catalog.to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
                     column);
}

std::string_view Bookkeeping::joining() const {
  return postgres() ? "pg_catalog.string_agg" : "group_concat";
}

// Version rows come as one cell, one a line: a step's whole reading is then one row.
std::string Bookkeeping::joined_rows() const {
  if (!places_.version_table_exists) return "NULL";
  return fmt::format("(SELECT {}(version_num, '\n') FROM {})", joining(), places_.version_table);
}

// One cell, so that the server has no join to plan; a step asks for it under the lock.
std::string Bookkeeping::last_entry() const {
  if (!places_.ledger_exists) return "NULL";
  return fmt::format(
      "(SELECT {format}('{formats}', seq, readable_from, act, revision, state, checksum, statements_done, "
      "done_checksum, index_before, owner_name, owner_namespace, owner_cluster, owner_server, {at}, "
      "duration_ms) FROM {ledger} ORDER BY seq DESC LIMIT 1)",
      fmt::arg("format", postgres() ? "pg_catalog.format" : "format"),
      fmt::arg("formats", fmt::join(std::vector<std::string_view>(kEntryFields, "%s"),
                                    std::string_view(&kFieldSeparator, 1))),
      fmt::arg("at", time_text("at")), fmt::arg("ledger", places_.ledger));
}

// A cell with a line per act costs the server a third of what a row per act does, and no round trip.
std::string Bookkeeping::done_acts() const {
  if (!places_.ledger_exists) return "NULL";
  return fmt::format(
      "(SELECT {joining}(seq || '\t' || coalesce(revision, '') || '\t' || act || '\t' || coalesce(checksum, "
      "'') || '\t' || {at} || '\t' || coalesce(duration_ms, 0) || '\t' || coalesce(CASE act WHEN '{stamp}' "
      "THEN parents END, ''), '\n') FROM {ledger} WHERE act <> '{claim}' AND state = 'done')",
      fmt::arg("joining", joining()), fmt::arg("at", time_text("at")), fmt::arg("ledger", places_.ledger),
      fmt::arg("stamp", kActStamp), fmt::arg("claim", kActClaim));
}

std::string Bookkeeping::view() const {
  return fmt::format("SELECT {}, {}", joined_rows(), last_entry());
}

std::string Bookkeeping::history() const {
  return fmt::format("SELECT {}, {}, {}", joined_rows(), last_entry(), done_acts());
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
  std::vector<std::string> before;
  std::vector<std::string> counts;
  const auto add = [&](std::string_view name, const std::string& statement, std::string_view returning) {
    before.push_back(postgres() ? fmt::format("{} AS ({}{})", name, statement, returning) : statement);
  };
  if (overtaken) {
    add("closed",
        fmt::format("UPDATE {} SET state = '{}' WHERE seq = {} AND state <> 'done'", places_.ledger,
                    kStateOvertaken, *overtaken),
        "");
  }
  for (const RowChange& change : changes) {
    const std::string name = fmt::format("c{}", counts.size());
    add(name, change_row(change), " RETURNING 1");
    // A list, not a sum: the server walks a sum recursively, and a merge of some thousand heads is one so
    // deep.
    counts.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {})", name));
  }
  const std::string touched =
      postgres() ? fmt::format("ARRAY[{}]::bigint[]", fmt::join(counts, ", ")) : "NULL";
  const std::string first = before.empty() ? ""
                            : postgres()   ? fmt::format("WITH {} ", fmt::join(before, ", "))
                                           : fmt::format("{};\n", fmt::join(before, ";\n"));
  return fmt::format("{}{} RETURNING {}, {}, seq, index_before, {}", first, ledger_write, time_text("at"),
                     joined_rows(), touched);
}

std::string Bookkeeping::insert(const ActRecord& record, std::string_view statements_done,
                                std::string_view index_before_sql) const {
  const Owner& self = settings_.self;
  const std::pair<std::string_view, std::string> fields[] = {
      {"seq", fmt::to_string(record.seq)},
      {"layout_version", fmt::to_string(kLedgerLayout)},
      {"readable_from", fmt::to_string(kLedgerReadableFrom)},
      {"act", text(record.act)},
      {"revision", text(record.revision)},
      {"state", text(record.state)},
      {"checksum", text(record.checksum)},
      {"digest", text(settings_.digest)},
      {"actor", text(settings_.by)},
      {"at", now()},
      {"duration_ms", fmt::to_string(record.duration.count())},
      {"statements_done", std::string(statements_done)},
      {"index_before", std::string(index_before_sql)},
      {"downgrade", record.downgrade == nullptr ? kNull : database_.quote(record.downgrade->sql)},
      {"parents", text(record.parents)},
      {"depends_on", text(record.depends_on)},
      {"owner_name", text(self.name)},
      {"owner_namespace", text(self.ns)},
      {"owner_cluster", text(self.cluster)},
      {"owner_server", text(self.server)}};
  std::vector<std::string_view> columns;
  std::vector<std::string_view> values;
  for (const auto& [column, value] : fields) {
    if (value == kNull) continue;
    columns.push_back(column);
    values.push_back(value);
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", places_.ledger, fmt::join(columns, ", "),
                     fmt::join(values, ", "));
}

std::string Bookkeeping::append(const ActRecord& record, const std::vector<RowChange>& changes) const {
  return write(changes, insert(record, kNull, kNull), record.overtaken);
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
                       "digest = {}, actor = {}, downgrade = {}, parents = {}, depends_on = {}, {}",
                       index_before, text(record.checksum), text(settings_.digest), text(settings_.by),
                       record.downgrade == nullptr ? kNull : database_.quote(record.downgrade->sql),
                       text(record.parents), text(record.depends_on), owner_assignments()));
}

std::string Bookkeeping::note_progress(const RunProgress& progress) const {
  return update_run(
      progress.seq,
      fmt::format(
          "state = 'running', statements_done = {}, done_checksum = {}, index_before = {}, duration_ms = {}",
          progress.statements_done, text(progress.done_checksum), progress.index_before_sql,
          progress.duration.count()),
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

std::string Bookkeeping::mark_done(std::int64_t seq, std::size_t statements_done,
                                   std::string_view done_checksum) const {
  return update_run(
      seq,
      fmt::format("state = 'failed', statements_done = {}, done_checksum = {}, actor = {}, {}",
                  statements_done, text(done_checksum), text(settings_.by), owner_assignments()),
      fmt::format(" AND statements_done = {}", statements_done - 1));
}

std::string Bookkeeping::move_run(std::int64_t seq) const {
  return fmt::format("UPDATE {} SET seq = {} WHERE seq = {}", places_.ledger, seq + 1, seq);
}

std::string Bookkeeping::reown_run(std::int64_t seq) const {
  return update_run(seq, owner_assignments());
}

}  // namespace athanor::engine
