#include "engine/bare_recovery.hpp"

#include <utility>

namespace athanor::engine {

namespace {

Result<void> drop_indexes(ports::Database& database, const std::string& names_sql) {
  auto names = database.query(names_sql);
  if (!names) return fail(std::move(names.error()));
  for (const ports::Row& row : *names) {
    Statement drop;
    drop.text = "DROP INDEX CONCURRENTLY IF EXISTS " + row.front().value_or("");
    drop.kind = StatementClass::Bare;
    if (auto dropped = database.execute(drop); !dropped) return dropped;
  }
  return {};
}

Result<IndexFacts> facts_of(ports::Database& database, const BareStatement& statement) {
  if (statement.index.empty() && !statement.reindexes()) return IndexFacts{};
  const auto rows = database.query(index_facts_sql(database, statement));
  if (!rows) return fail(rows.error());
  return parse_index_facts(*rows);
}

}  // namespace

Result<std::string> look_up_index(ports::Database& database, const BareStatement& statement) {
  if (statement.index.empty()) return "NULL";
  const auto rows = database.query("SELECT " + index_oid_sql(database, statement));
  if (!rows) return fail(rows.error());
  const bool found = !rows->empty() && !rows->front().empty() && rows->front().front();
  return found ? *rows->front().front() : "NULL";
}

Result<Standing> ask_catalog(ports::Database& database, const BareStatement& statement,
                             std::optional<std::int64_t> index_before) {
  auto facts = facts_of(database, statement);
  if (!facts) return fail(std::move(facts.error()));
  return Standing{judge(statement.kind, *facts, index_before), *facts};
}

Result<void> drop_remains(ports::Database& database, const BareStatement& statement,
                          const Standing& standing) {
  return drop_indexes(database, standing.verdict == Verdict::DropAndRun
                                    ? index_name_sql(*standing.facts.oid)
                                    : reindex_leftovers_sql(database, statement));
}

bool remove_half_built(ports::Database& database, const BareStatement& statement,
                       std::optional<std::int64_t> index_before) {
  if (statement.reindexes()) {
    return drop_indexes(database, reindex_leftovers_sql(database, statement)).has_value();
  }
  const auto facts = facts_of(database, statement);
  if (!facts) return false;
  if (!facts->oid || facts->oid == index_before) return true;
  return !facts->valid && drop_indexes(database, index_name_sql(*facts->oid)).has_value();
}

bool nothing_detached(ports::Database& database, const BareStatement& statement) {
  constexpr int kSince = 140'000;  // before, the server doesn't know the statement
  if (database.facts().version < kSince) return true;
  const auto rows = database.query(detach_pending_sql(database, statement));
  return rows && rows->size() == 1 && rows->front().size() == 1 && rows->front().front() == "f";
}

}  // namespace athanor::engine
