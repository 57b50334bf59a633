#include "engine/bare_statement.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/sql_tokens.hpp"

namespace athanor::engine {

namespace {

/// Reads a statement's tokens from left to right, comments left out.
class Head {
 public:
  explicit Head(std::string_view text) : text_(text) {
    auto tokens = scan_sql(text);
    if (!tokens) return;
    std::ranges::copy_if(*tokens, std::back_inserter(tokens_),
                         [](const SqlToken& token) { return token.kind != TokenKind::Comment; });
  }

  [[nodiscard]] bool at(std::string_view word) const {
    return next_ < tokens_.size() && is_word(text_, tokens_[next_], word);
  }

  /// Takes the next token if it is this word.
  bool take(std::string_view word) {
    const bool same = at(word);
    if (same) ++next_;
    return same;
  }

  bool take_all(std::initializer_list<std::string_view> words) {
    return std::ranges::all_of(words, [this](std::string_view word) { return take(word); });
  }

  /// Whether a function of this name is called anywhere in what is left.
  [[nodiscard]] bool calls(std::string_view function) const {
    for (std::size_t i = next_; i + 1 < tokens_.size(); ++i) {
      if (is_word(text_, tokens_[i], function) && is_symbol(text_, tokens_[i + 1], '(')) return true;
    }
    return false;
  }

  /// Takes `name` or `schema.name` as written; empty if there is none.
  std::string take_name() {
    std::string name;
    while (next_ < tokens_.size() && is_name(tokens_[next_])) {
      name += tokens_[next_++].in(text_);
      if (!at_symbol('.')) break;
      name += '.';
      ++next_;
    }
    return name;
  }

  /// Passes over a parenthesised list of options, if there is one.
  void skip_options() {
    if (!at_symbol('(')) return;
    while (next_ < tokens_.size() && !at_symbol(')')) ++next_;
    ++next_;
  }

 private:
  static bool is_name(const SqlToken& token) {
    return token.kind == TokenKind::Word || token.kind == TokenKind::QuotedName;
  }
  [[nodiscard]] bool at_symbol(char symbol) const {
    return next_ < tokens_.size() && is_symbol(text_, tokens_[next_], symbol);
  }

  std::string_view text_;
  std::vector<SqlToken> tokens_;
  std::size_t next_ = 0;
};

BareStatement read_create_index(Head& head) {
  BareStatement bare{BareKind::CreateIndex, {}, {}};
  head.take("concurrently");
  head.take_all({"if", "not", "exists"});
  if (!head.at("on")) bare.index = head.take_name();
  if (!head.take("on")) return {};
  head.take("only");
  bare.table = head.take_name();
  return bare.table.empty() ? BareStatement{} : bare;
}

BareStatement read_named_index(BareKind kind, Head& head) {
  head.take("concurrently");
  head.take_all({"if", "exists"});
  BareStatement bare{kind, head.take_name(), {}};
  return bare.index.empty() ? BareStatement{} : bare;
}

/// The catalog's row for the table that the index is on, or is to be on.
std::string table_oid_sql(const ports::Database& database, const BareStatement& statement) {
  if (statement.kind == BareKind::CreateIndex) {
    return fmt::format("pg_catalog.to_regclass({})::oid", database.quote(statement.table));
  }
  return fmt::format(
      "(SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass({}))",
      database.quote(statement.index));
}

}  // namespace

BareStatement read_bare(const Statement& statement) {
  Head head(statement.text);
  if (head.take("create")) {
    head.take("unique");
    return head.take("index") ? read_create_index(head) : BareStatement{};
  }
  if (head.take("drop")) {
    return head.take("index") ? read_named_index(BareKind::DropIndex, head) : BareStatement{};
  }
  if (head.take("reindex")) {
    head.skip_options();
    return head.take("index") ? read_named_index(BareKind::ReindexIndex, head) : BareStatement{};
  }
  const bool repeatable = head.take("vacuum") || head.take("cluster") || head.take("pragma") ||
                          head.take_all({"alter", "system"});
  return BareStatement{repeatable ? BareKind::Repeatable : BareKind::Other, {}, {}};
}

std::string index_oid_sql(const ports::Database& database, const BareStatement& statement) {
  if (statement.index.empty()) return "NULL";
  if (statement.kind != BareKind::CreateIndex) {
    return fmt::format("pg_catalog.to_regclass({})::oid::bigint", database.quote(statement.index));
  }
  // A new index goes to its table's schema, wherever the search path points.
  return fmt::format(
      "(SELECT c.oid::bigint FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid "
      "WHERE "
      "i.indrelid = {} AND c.relname = (pg_catalog.parse_ident({}))[1]::name)",
      table_oid_sql(database, statement), database.quote(statement.index));
}

std::string index_facts_sql(const ports::Database& database, const BareStatement& statement) {
  // CREATE, DROP and REINDEX INDEX CONCURRENTLY hold this lock on the table from beginning to end; unlike
  // their progress views, pg_locks may be read by everybody. Autovacuum takes it too: waiting for it is
  // harmless.
  return fmt::format(
      "SELECT found.oid, (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = found.oid), EXISTS "
      "(SELECT 1 FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.relation = {table} AND "
      "l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND l.mode = "
      "'ShareUpdateExclusiveLock' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()) FROM (SELECT "
      "{index} AS "
      "oid) AS found",
      fmt::arg("index", index_oid_sql(database, statement)),
      fmt::arg("table", table_oid_sql(database, statement)));
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
      if (!facts.oid) return Verdict::Done;
      return facts.busy ? Verdict::StillRunning : Verdict::Run;
    case BareKind::ReindexIndex:
      return facts.busy ? Verdict::StillRunning : Verdict::DropLeftovers;
    case BareKind::Repeatable:
      return Verdict::Run;
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
  // The server names them NAME_ccnew and NAME_ccold, the name cut to fit, with a number where that is taken.
  return fmt::format(
      "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_catalog.pg_index i JOIN "
      "pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = "
      "c.relnamespace, "
      "(SELECT relname::text AS name FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({index})) "
      "AS "
      "original WHERE i.indrelid = {table} AND NOT i.indisvalid AND starts_with(c.relname::text, "
      "left(original.name, 40)) AND c.relname ~ '_cc(new|old)[0-9]*$'",
      fmt::arg("index", database.quote(statement.index)),
      fmt::arg("table", table_oid_sql(database, statement)));
}

bool sets_for_session(const Statement& statement) {
  if (statement.kind == StatementClass::Bare) return false;
  Head head(statement.text);
  if (head.at("set") || head.at("reset")) return true;
  return head.at("select") && head.calls("set_config");
}

}  // namespace athanor::engine
