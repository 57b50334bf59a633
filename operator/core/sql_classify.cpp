#include "core/sql_classify.hpp"

#include <algorithm>

#include "core/statement_reader.hpp"
#include "core/text.hpp"

namespace athanor {
namespace {

using Reader = StatementReader;
using Words = StatementReader::Words;

std::string dotted(const std::vector<std::string>& parts) {
  std::string name;
  for (const std::string& part : parts) name += (name.empty() ? "" : ".") + part;
  return name;
}

bool contains_word(std::string_view text, std::span<const SqlToken> tokens, std::string_view word) {
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const SqlToken& token) { return is_word(text, token, word); });
}

/// An option of the form `name`, `name = on` in a list; `otherwise` where it isn't given.
bool option(std::string_view text, std::span<const SqlToken> options, std::string_view name, bool otherwise) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!is_word(text, options[i], name)) continue;
    std::size_t value = i + 1;
    if (value < options.size() && is_symbol(text, options[value], '=')) ++value;
    if (value >= options.size()) return true;
    std::string word(options[value].in(text));
    std::erase(word, '\'');
    word = to_lower(word);
    return word != "false" && word != "off" && word != "0" && word != "no";
  }
  return otherwise;
}

bool is_transaction_control(Reader reader) {
  if (reader.accept({"prepare", "transaction"}) || reader.accept({"discard", "all"})) return true;
  if (reader.accept("set")) {
    reader.accept_any({"local", "session"});
    return reader.peek("transaction");
  }
  return reader.accept_any({"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"});
}

bool is_copy_stream(Reader reader) {
  if (!reader.accept("copy")) return false;
  return find_outside_parentheses(reader, [](Reader& at) {
    return at.accept_any({"from", "to"}) && (at.peek("stdin") || at.peek("stdout"));
  });
}

/// `WITH ... SELECT` whose common table expressions only read. Leaves the reader at the main verb.
bool skip_reading_with(std::string_view text, Reader& reader) {
  reader.accept("recursive");
  for (;;) {
    if (reader.accept_name().empty()) return false;
    reader.accept_group();
    if (!reader.accept("as")) return false;
    reader.accept("not");
    reader.accept("materialized");
    if (!reader.peek_symbol('(')) return false;
    const auto body = reader.accept_group();
    for (const std::string_view verb : {"insert", "update", "delete", "merge"}) {
      if (contains_word(text, body, verb)) return false;  // "FOR UPDATE" too: a doubt, so Plain
    }
    if (!reader.peek_symbol(',')) return true;  // SEARCH and CYCLE end up here as well, and are no verbs
    reader.skip();
  }
}

/// What DECLARE CURSOR accepts: a SELECT, VALUES or TABLE that neither writes through WITH nor creates by
/// INTO.
bool gives_rows(std::string_view text, Reader reader) {
  if (contains_word(text, reader.rest(), "into")) return false;
  for (;;) {
    while (reader.peek_symbol('(')) reader.skip();
    if (reader.accept_any({"select", "values", "table"})) return true;
    if (!reader.accept("with") || !skip_reading_with(text, reader)) return false;
  }
}

/// CREATE [UNIQUE] INDEX CONCURRENTLY [[IF NOT EXISTS] name] ON [ONLY] table.
bool is_create_index_concurrently(Reader reader, std::string& index) {
  if (!reader.accept("create")) return false;
  reader.accept("unique");
  if (!reader.accept({"index", "concurrently"})) return false;
  reader.accept({"if", "not", "exists"});
  if (reader.accept("on")) return true;  // the server picks the name
  const auto name = reader.accept_name();
  if (!reader.accept("on")) return true;
  reader.accept("only");
  auto qualified = reader.accept_name();
  if (qualified.empty()) return true;
  qualified.pop_back();  // an index lives in its table's schema
  qualified.insert(qualified.end(), name.begin(), name.end());
  index = dotted(qualified);
  return true;
}

bool is_drop_index_concurrently(Reader reader, std::string& index) {
  if (!reader.accept({"drop", "index", "concurrently"})) return false;
  reader.accept({"if", "exists"});
  index = dotted(reader.accept_name());
  return true;
}

bool is_bare_reindex(std::string_view text, Reader reader, std::string& index) {
  if (!reader.accept("reindex")) return false;
  bool bare = option(text, reader.accept_group(), "concurrently", false);
  const bool whole = reader.accept_any({"schema", "database", "system"});
  const bool of_index = !whole && reader.accept("index");
  if (!whole && !of_index) reader.accept("table");
  bare = reader.accept("concurrently") || bare;
  if (bare && of_index) index = dotted(reader.accept_name());
  return bare || whole;
}

bool is_bare_subscription(std::string_view text, Reader reader) {
  // Whether the subscription still has a slot to drop only the server knows.
  if (reader.accept({"drop", "subscription"})) return true;
  const bool create = reader.accept({"create", "subscription"});
  if (!create && !reader.accept({"alter", "subscription"})) return false;
  reader.accept_name();
  if (!create) {
    if (reader.accept({"refresh", "publication"})) return true;
    if (!reader.accept_any({"set", "add", "drop"}) || !reader.accept("publication")) return false;
  }
  const bool with = find_outside_parentheses(reader, [](Reader& at) { return at.accept("with"); });
  const auto options = with ? reader.accept_group() : std::span<const SqlToken>();
  if (!create) return option(text, options, "refresh", true);
  return option(text, options, "connect", true) && option(text, options, "create_slot", true);
}

bool is_detach_concurrently(Reader reader) {
  if (!reader.accept({"alter", "table"})) return false;
  return find_outside_parentheses(reader, [](Reader& at) {
    if (!at.accept({"detach", "partition"})) return false;
    at.accept_name();
    return at.peek("concurrently");
  });
}

bool is_alter_database_tablespace(Reader reader) {
  if (!reader.accept({"alter", "database"})) return false;
  reader.accept_name();
  return reader.accept({"set", "tablespace"});
}

/// CLUSTER of every table, which is CLUSTER without a name.
bool is_cluster_all(Reader reader) {
  if (!reader.accept("cluster")) return false;
  if (reader.peek_symbol('(')) {
    reader.accept_group();
  } else {
    reader.accept("verbose");
  }
  return reader.done();
}

/// What PostgreSQL's PreventInTransactionBlock() refuses, as far as the text can tell.
bool is_bare(std::string_view text, const Reader& reader, std::string& index) {
  const auto begins = [&reader](Words words) { return Reader(reader).accept(words); };
  return begins({"vacuum"}) || begins({"alter", "system"}) || begins({"create", "database"}) ||
         begins({"drop", "database"}) || begins({"create", "tablespace"}) || begins({"drop", "tablespace"}) ||
         is_create_index_concurrently(reader, index) || is_drop_index_concurrently(reader, index) ||
         is_bare_reindex(text, reader, index) || is_bare_subscription(text, reader) ||
         is_detach_concurrently(reader) || is_alter_database_tablespace(reader) || is_cluster_all(reader);
}

}  // namespace

StatementKind classify_postgres(std::string_view text, std::span<const SqlToken> tokens) {
  const Reader reader(text, tokens);
  std::string index;
  if (is_transaction_control(reader)) return {StatementClass::TransactionControl, {}};
  if (is_copy_stream(reader)) return {StatementClass::CopyStream, {}};
  if (is_bare(text, reader, index)) return {StatementClass::Bare, std::move(index)};
  if (gives_rows(text, reader)) return {StatementClass::Rows, {}};
  return {};
}

}  // namespace athanor
