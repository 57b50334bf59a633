#include "engine/bare_statement.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "engine/statement_head.hpp"

namespace athanor::engine {

namespace {

BareStatement read_create_index(StatementHead& head) {
  BareStatement bare{BareKind::CreateIndex, {}, {}};
  head.take("concurrently");
  head.take_all({"if", "not", "exists"});
  if (!head.at("on")) bare.index = head.take_name();
  if (!head.take("on")) return {};
  head.take("only");
  bare.table = head.take_name();
  return bare.table.empty() ? BareStatement{} : bare;
}

BareStatement read_named_index(BareKind kind, StatementHead& head) {
  head.take("concurrently");
  head.take_all({"if", "exists"});
  BareStatement bare{kind, head.take_name(), {}};
  return bare.index.empty() ? BareStatement{} : bare;
}

BareStatement read_reindex(StatementHead& head) {
  head.skip_options();
  if (head.take("index")) return read_named_index(BareKind::ReindexIndex, head);
  if (head.take("table")) {
    head.take("concurrently");
    return {BareKind::ReindexTable, {}, head.take_name()};
  }
  if (head.take("schema")) {
    head.take("concurrently");
    return {BareKind::ReindexAll, {}, {}, head.take_name()};
  }
  return head.take_any({"database", "system"}) ? BareStatement{BareKind::ReindexAll, {}, {}}
                                               : BareStatement{};
}

BareStatement read_alter(StatementHead& head) {
  if (head.take("system")) return {BareKind::Repeatable, {}, {}};
  if (!head.take("table")) return {};
  head.take_all({"if", "exists"});
  head.take("only");
  BareStatement bare{BareKind::DetachPartition, {}, head.take_name()};
  if (!head.find({"detach", "partition"})) return {};
  bare.partition = head.take_name();
  const bool read = !bare.table.empty() && !bare.partition.empty() && head.take("concurrently");
  return read ? bare : BareStatement{};
}

std::string regclass_sql(const ports::Database& database, std::string_view name) {
  return fmt::format("pg_catalog.to_regclass({})", database.quote(name));
}

/// A relation and, if it is partitioned, its partitions.
std::string tree_sql(const ports::Database& database, std::string_view name) {
  return fmt::format("(SELECT {0}::oid UNION SELECT relid FROM pg_catalog.pg_partition_tree({0}))",
                     regclass_sql(database, name));
}

/// What a REINDEX ... CONCURRENTLY left: the server names them NAME_ccnew and NAME_ccold, the name cut where
/// that would be longer than 63 bytes, with a number where it is taken. In pg_toast only the server may drop.
std::string leftovers_sql(const ports::Database& database, const BareStatement& statement,
                          std::string_view what) {
  std::string scope = "true";
  if (statement.kind == BareKind::ReindexIndex) {
    scope = fmt::format("whole.indexrelid IN {}", tree_sql(database, statement.index));
  } else if (statement.kind == BareKind::ReindexTable) {
    scope = fmt::format("i.indrelid IN {}", tree_sql(database, statement.table));
  } else if (!statement.schema.empty()) {
    scope = fmt::format("n.oid = pg_catalog.to_regnamespace({})", database.quote(statement.schema));
  }
  return fmt::format(
      "SELECT DISTINCT {} FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_catalog.pg_index whole ON whole.indrelid = i.indrelid AND whole.indexrelid <> i.indexrelid "
      "JOIN pg_catalog.pg_class original ON original.oid = whole.indexrelid, "
      "regexp_replace(c.relname::text, '_cc(new|old)[0-9]*$', '') AS stem "
      "WHERE {} AND NOT i.indisvalid AND n.nspname <> 'pg_toast' AND c.relname::text <> stem AND "
      "(original.relname::text = stem OR octet_length(c.relname::text) >= 60 AND "
      "starts_with(original.relname::text, stem))",
      what, scope);
}

/// The oids of the tables on which a backend that runs the statement holds its lock.
std::string tables_sql(const ports::Database& database, const BareStatement& statement) {
  switch (statement.kind) {
    case BareKind::CreateIndex:
      return fmt::format("(SELECT {}::oid)", regclass_sql(database, statement.table));
    case BareKind::ReindexTable:
      return tree_sql(database, statement.table);
    case BareKind::ReindexAll:  // which table it has come to, only its leftovers tell
      return fmt::format("({})", leftovers_sql(database, statement, "i.indrelid"));
    default:
      return fmt::format("(SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid IN {})",
                         tree_sql(database, statement.index));
  }
}

}  // namespace

BareStatement read_bare(const Statement& statement) {
  StatementHead head(statement.text);
  if (head.take("create")) {
    head.take("unique");
    return head.take("index") ? read_create_index(head) : BareStatement{};
  }
  if (head.take("drop")) {
    return head.take("index") ? read_named_index(BareKind::DropIndex, head) : BareStatement{};
  }
  if (head.take("reindex")) return read_reindex(head);
  if (head.take("alter")) return read_alter(head);
  const bool repeatable = head.take_any({"vacuum", "cluster", "pragma"});
  return BareStatement{repeatable ? BareKind::Repeatable : BareKind::Other, {}, {}};
}

std::string detach_pending_sql(const ports::Database& database, const BareStatement& statement) {
  return fmt::format(
      "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = {}::oid AND inhdetachpending)",
      regclass_sql(database, statement.partition));
}

std::string index_oid_sql(const ports::Database& database, const BareStatement& statement) {
  if (statement.index.empty()) return "NULL::bigint";
  if (statement.kind != BareKind::CreateIndex) {
    return fmt::format("{}::oid::bigint", regclass_sql(database, statement.index));
  }
  // A new index goes to its table's schema, wherever the search path points.
  return fmt::format(
      "(SELECT c.oid::bigint FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid "
      "WHERE "
      "i.indrelid = {} AND c.relname = (pg_catalog.parse_ident({}))[1]::name)",
      regclass_sql(database, statement.table), database.quote(statement.index));
}

std::string index_facts_sql(const ports::Database& database, const BareStatement& statement) {
  // CREATE, DROP and REINDEX INDEX CONCURRENTLY hold this lock on the table from beginning to end; unlike
  // their progress views, pg_locks may be read by everybody. Autovacuum takes it too: waiting for it is
  // harmless.
  return fmt::format(
      "SELECT found.oid, (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = found.oid), EXISTS "
      "(SELECT 1 FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.relation IN {tables} AND "
      "l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND l.mode = "
      "'ShareUpdateExclusiveLock' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()) FROM (SELECT "
      "{index} AS "
      "oid) AS found",
      fmt::arg("index", index_oid_sql(database, statement)),
      fmt::arg("tables", tables_sql(database, statement)));
}

IndexFacts parse_index_facts(const ports::Rows& rows) {
  IndexFacts facts;
  if (rows.size() != 1 || rows.front().size() != 3) return facts;
  const ports::Row& row = rows.front();
  std::int64_t oid = 0;
  if (row[0] && std::from_chars(row[0]->data(), row[0]->data() + row[0]->size(), oid).ec == std::errc{}) {
    facts.oid = oid;
  }
  facts.valid = row[1] == "t";
  facts.busy = row[2] == "t";
  return facts;
}

Verdict judge(BareKind kind, const IndexFacts& facts, std::optional<std::int64_t> index_before) {
  switch (kind) {
    case BareKind::CreateIndex:
      if (facts.oid && facts.valid) return facts.oid == index_before ? Verdict::Run : Verdict::Done;
      if (facts.busy) return Verdict::StillRunning;
      if (!facts.oid) return Verdict::Run;
      return facts.oid == index_before ? Verdict::Unknown : Verdict::DropAndRun;
    case BareKind::DropIndex:
      // An index that came by the name since is another's.
      if (!facts.oid || facts.oid != index_before) return Verdict::Done;
      return facts.busy ? Verdict::StillRunning : Verdict::Run;
    case BareKind::ReindexIndex:
    case BareKind::ReindexTable:
    case BareKind::ReindexAll:
      return facts.busy ? Verdict::StillRunning : Verdict::DropLeftovers;
    case BareKind::Repeatable:
      return Verdict::Run;
    case BareKind::DetachPartition:
    case BareKind::Other:
      return Verdict::Unknown;
  }
  return Verdict::Unknown;
}

std::string index_name_sql(std::int64_t oid) {
  return fmt::format(
      "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN "
      "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = {}",
      oid);
}

std::string reindex_leftovers_sql(const ports::Database& database, const BareStatement& statement) {
  return leftovers_sql(database, statement, "quote_ident(n.nspname) || '.' || quote_ident(c.relname)");
}

}  // namespace athanor::engine
