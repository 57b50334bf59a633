#include "core/destructive.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "core/statement_reader.hpp"
#include "core/text.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Effect = std::optional<std::string>;
using Reader = StatementReader;

/// SQLite takes MySQL's and SQL Server's quotes too, which are symbols to PostgreSQL.
constexpr std::string_view kForeignQuotes = "`[]";

void skip_foreign_quotes(Reader& reader) {
  while (std::any_of(kForeignQuotes.begin(), kForeignQuotes.end(),
                     [&reader](char quote) { return reader.accept_symbol(quote); })) {
  }
}

/// `a.b` as written; empty if no name comes next.
std::string accept_name(Reader& reader) {
  std::string name;
  skip_foreign_quotes(reader);
  for (const std::string& part : reader.accept_name()) name += (name.empty() ? "" : ".") + part;
  skip_foreign_quotes(reader);
  return name;
}

/// `a, b.c, ONLY d *`
std::vector<std::string> accept_names(Reader& reader) {
  std::vector<std::string> names;
  do {
    reader.accept("only");
    names.push_back(accept_name(reader));
    reader.accept_symbol('*');
  } while (reader.accept_symbol(','));
  return names;
}

bool cascades(Reader reader) {
  return find_outside_parentheses(reader, [](Reader& at) { return at.accept("cascade"); });
}

Effect effect_of_drop(Reader reader) {
  const auto dropped = [&reader](std::string_view what) -> Effect {
    reader.accept({"if", "exists"});
    return "drops " + std::string(what) + " " + join_words(accept_names(reader));
  };
  for (const std::string_view noun : {"table", "schema", "database", "sequence"}) {
    if (reader.accept(noun)) return dropped(noun);
  }
  if (reader.accept({"owned", "by"})) return "drops everything owned by " + join_words(accept_names(reader));
  if (!cascades(reader)) return std::nullopt;
  if (reader.accept({"access", "method"})) return *dropped("access method") + " and the tables that use it";
  for (const std::string_view noun : {"type", "domain", "extension", "collation"}) {
    if (reader.accept(noun)) return *dropped(noun) + " and the columns that use it";
  }
  return std::nullopt;
}

/// `date`, `timestamp(3)`: the name of a type that may hold less than what its column held before.
Effect lossy_type(std::string_view text, Reader reader) {
  const Reader begin = reader;
  if (reader.accept_any({"date", "time", "timetz", "real", "float4"})) {
    return std::string(begin.rest().front().in(text));
  }
  const bool bounded_by_itself = reader.accept_any({"numeric", "decimal", "dec", "timestamp", "timestamptz"});
  const bool bounded_by_cast =
      !bounded_by_itself && (reader.accept_any({"varchar", "char", "character", "bpchar", "bit", "varbit"}) ||
                             reader.accept({"national", "character"}));
  if (!bounded_by_itself && !bounded_by_cast) return std::nullopt;
  reader.accept("varying");
  if (reader.accept_group().empty()) return std::nullopt;
  const std::size_t length = begin.rest().size() - reader.rest().size();
  const SqlToken& last = begin.rest()[length - 1];
  const std::size_t start = begin.rest().front().start;
  const bool with_using =
      find_outside_parentheses(reader, [](Reader& at) { return at.peek_symbol(',') || at.peek("using"); }) &&
      reader.peek("using");
  if (bounded_by_cast && !with_using) return std::nullopt;
  return std::string(text.substr(start, last.end - start));
}

/// One action of ALTER TABLE or ALTER TYPE.
Effect effect_of_action(std::string_view text, Reader& reader, const std::string& owner) {
  if (reader.accept("drop")) {
    if (reader.peek("constraint")) return std::nullopt;
    const bool attribute = reader.accept("attribute");
    if (!attribute) reader.accept("column");
    reader.accept({"if", "exists"});
    return "drops " + std::string(attribute ? "attribute " : "column ") + owner + "." + accept_name(reader);
  }
  if (!reader.accept("alter")) return std::nullopt;
  if (!reader.accept("attribute")) reader.accept("column");
  const std::string column = accept_name(reader);
  reader.accept({"set", "data"});
  if (!reader.accept("type")) return std::nullopt;
  const Effect type = lossy_type(text, reader);
  if (!type) return std::nullopt;
  return "changes " + owner + "." + column + " to " + *type + ", which may cut its values";
}

Effect effect_of_alter(std::string_view text, Reader reader) {
  if (!reader.accept_any({"table", "type"})) return std::nullopt;
  reader.accept({"if", "exists"});
  reader.accept("only");
  const std::string owner = accept_name(reader);
  reader.accept_symbol('*');
  std::vector<std::string> effects;
  do {
    if (Effect effect = effect_of_action(text, reader, owner)) effects.push_back(std::move(*effect));
  } while (find_outside_parentheses(reader, [](Reader& at) { return at.accept_symbol(','); }));
  return effects.empty() ? Effect() : join_words(effects);
}

bool has_where(Reader reader) {
  return find_outside_parentheses(reader, [](Reader& at) { return at.accept("where"); });
}

Effect effect_of_update(Reader reader) {
  if (has_where(reader)) return std::nullopt;
  if (reader.accept("or")) reader.skip();  // SQLite: UPDATE OR IGNORE
  reader.accept("only");
  const std::string table = accept_name(reader);
  if (!find_outside_parentheses(reader, [](Reader& at) { return at.accept("set"); })) return std::nullopt;
  const std::string column = accept_name(reader);
  return "overwrites " + (column.empty() ? table : table + "." + column) + " in every row";
}

Effect effect_of(std::string_view text, std::span<const SqlToken> tokens);

/// WITH a AS (...), b AS (...) and the main statement: the first part that destroys.
Effect effect_of_with(std::string_view text, Reader reader) {
  while (!reader.done()) {
    if (reader.peek_symbol('(')) {
      if (Effect effect = effect_of(text, reader.accept_group())) return effect;
    } else if (reader.peek("delete") || reader.peek("update")) {
      return effect_of(text, reader.rest());
    } else {
      reader.skip();
    }
  }
  return std::nullopt;
}

Effect effect_of(std::string_view text, std::span<const SqlToken> tokens) {
  Reader reader(text, tokens);
  if (reader.accept("drop")) return effect_of_drop(reader);
  if (reader.accept("alter")) return effect_of_alter(text, reader);
  if (reader.accept("truncate")) {
    reader.accept("table");
    return "truncates " + join_words(accept_names(reader));
  }
  if (reader.accept({"delete", "from"})) {
    if (has_where(reader)) return std::nullopt;
    reader.accept("only");
    return "deletes every row of " + accept_name(reader);
  }
  if (reader.accept("update")) return effect_of_update(reader);
  return std::nullopt;
}

/// Whether a statement begins with a verb that may destroy: a scan of ten megabytes of INSERT is saved.
bool may_destroy(std::string_view text) {
  const std::string start = to_lower(text.substr(0, 8));
  const auto verbs = {"drop", "alter", "truncate", "delete", "update", "with"};
  return std::any_of(verbs.begin(), verbs.end(),
                     [&start](std::string_view verb) { return start.starts_with(verb); });
}

/// `CREATE TRIGGER ... BEGIN` of SQLite without its END: PostgreSQL's split takes the body for statements of
/// their own.
bool opens_trigger_body(const Statement& statement) {
  if (to_lower(statement.text.substr(0, 6)) != "create") return false;
  const auto tokens = scan_sql(statement.text);
  if (!tokens) return false;
  Reader reader(statement.text, *tokens);
  reader.accept("create");
  reader.accept_any({"temp", "temporary"});
  if (!reader.accept("trigger")) return false;
  int open = 0;
  for (const SqlToken& token : reader.rest()) {
    if (is_word(statement.text, token, "begin") || is_word(statement.text, token, "case")) ++open;
    if (is_word(statement.text, token, "end")) --open;
  }
  return open > 0;
}

}  // namespace

std::optional<std::string> destructive_effect(const Statement& statement) {
  if (!may_destroy(statement.text)) return std::nullopt;
  auto tokens = scan_sql(statement.text);
  if (!tokens) return std::nullopt;
  std::erase_if(*tokens, [](const SqlToken& token) { return token.kind == TokenKind::Comment; });
  Reader reader(statement.text, *tokens);
  if (reader.accept("with")) return effect_of_with(statement.text, reader);
  return effect_of(statement.text, *tokens);
}

std::vector<JudgedStatement> judge_statements(std::vector<Statement> statements) {
  std::vector<JudgedStatement> judged;
  judged.reserve(statements.size());
  bool in_trigger = false;
  for (Statement& statement : statements) {
    const bool body = in_trigger || opens_trigger_body(statement);
    in_trigger = body && to_lower(statement.text) != "end";
    auto destroys = body ? std::nullopt : destructive_effect(statement);
    judged.push_back({std::move(statement), std::move(destroys)});
  }
  return judged;
}

std::size_t count_destructive(const std::vector<JudgedStatement>& statements) {
  return static_cast<std::size_t>(std::ranges::count_if(
      statements, [](const JudgedStatement& judged) { return judged.destroys.has_value(); }));
}

std::size_t count_destructive(const SqlSection& section) {
  auto statements = split_postgres(section.sql, section.first_line);
  return statements ? count_destructive(judge_statements(std::move(*statements))) : 0;
}

}  // namespace athanor
