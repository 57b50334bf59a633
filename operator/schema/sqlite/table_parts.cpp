#include "schema/sqlite/table_parts.hpp"

#include <algorithm>
#include <tuple>

#include "core/text.hpp"
#include "schema/sqlite/names.hpp"
#include "schema/sqlite/table_text.hpp"

namespace athanor::schema {
namespace {

using Kind = SqliteToken::Kind;

/// What DEFAULT takes without parentheses around it.
bool is_term(const std::vector<SqliteToken>& tokens) {
  if (tokens.size() == 1) return true;
  return tokens.size() == 2 && tokens[0].kind == Kind::Symbol && tokens[1].kind == Kind::Number;
}

/// A key of one column without a name stands on the column, as people write it; that of a key that is no
/// alias of the rowid has to.
std::string key_on_column(const Object& key, const Object& column) {
  if (key.fact(Fact::Kind) != "primary key" || key.id.name != key.fact(Fact::Definition)) return "";
  std::string_view rest = key.fact(Fact::Definition);
  if (take_prefix(rest, kPrimaryKeyDesc)) return " " + std::string(kPrimaryKeyDesc) + std::string(rest);
  if (!take_prefix(rest, "PRIMARY KEY (" + column.id.name)) return "";
  const bool counted = take_prefix(rest, " AUTOINCREMENT");
  if (!take_prefix(rest, ")")) return "";
  return " PRIMARY KEY" + std::string(rest) + (counted ? " AUTOINCREMENT" : "");
}

}  // namespace

std::vector<const Object*> parts_of(const Catalog& catalog, const ObjectId& table, ObjectKind kind) {
  std::vector<const Object*> parts;
  for (auto at = catalog.lower_bound({kind, table.schema, table.name, ""});
       at != catalog.end() && at->first.kind == kind && at->first.parent == table.name; ++at)
    parts.push_back(&at->second);
  std::sort(parts.begin(), parts.end(), [](const Object* a, const Object* b) {
    return std::tie(a->position, a->id) < std::tie(b->position, b->id);
  });
  return parts;
}

const Object* find_object(const Catalog& catalog, const ObjectId& id) {
  const auto found = catalog.find(id);
  return found == catalog.end() ? nullptr : &found->second;
}

std::string spelled(const Object& object) {
  const auto spelling = object.fact(Fact::Spelling);
  return spelling.empty() ? object.id.name : std::string(spelling);
}

std::string spelled_parent(const Catalog& catalog, const Object& part) {
  for (const ObjectKind kind : {ObjectKind::Table, ObjectKind::View}) {
    if (const Object* whole = find_object(catalog, {kind, part.id.schema, "", part.id.parent}))
      return spelled(*whole);
  }
  return part.id.parent;
}

bool is_constant(std::string_view definition) {
  const auto tokens = sqlite_tokens(definition);
  return is_term(tokens) && (tokens[0].kind != Kind::Word || !is_sqlite_keyword(tokens[0].text));
}

std::string column_text(const Catalog& catalog, const Object& column) {
  std::string text = spelled(column);
  const auto add = [&](std::string_view before, std::string_view fact) {
    if (!fact.empty()) text.append(before).append(fact);
  };
  add(" ", column.fact(Fact::Type));
  add(" COLLATE ", column.fact(Fact::Collation));
  add(" GENERATED ALWAYS AS ", column.fact(Fact::Generated));
  if (const auto not_null = column.fact(Fact::NotNull); !not_null.empty()) {
    text += " NOT NULL";
    if (not_null.starts_with("ON CONFLICT")) add(" ", not_null);
  }
  if (const Object* value =
          find_object(catalog, {ObjectKind::Default, "", column.id.parent, column.id.name})) {
    const std::string definition(value->fact(Fact::Definition));
    text += " DEFAULT " + (is_term(sqlite_tokens(definition)) ? definition : '(' + definition + ')');
  }
  return text;
}

std::string constraint_text(const Object& constraint) {
  const std::string definition(constraint.fact(Fact::Definition));
  const bool named = !constraint.fact(Fact::Spelling).empty() || constraint.id.name != definition;
  return named ? "CONSTRAINT " + spelled(constraint) + ' ' + definition : definition;
}

std::string create_table_text(const Catalog& catalog, const Object& table, const std::string& name) {
  if (const auto module = table.fact(Fact::Definition); !module.empty())
    return "CREATE VIRTUAL TABLE " + name + " USING " + std::string(module);
  auto constraints = parts_of(catalog, table.id, ObjectKind::Constraint);
  std::string text = "CREATE TABLE " + name + " (";
  const char* separator = "\n    ";
  for (const Object* column : parts_of(catalog, table.id, ObjectKind::Column)) {
    text += separator + column_text(catalog, *column);
    separator = ",\n    ";
    const auto key = std::find_if(constraints.begin(), constraints.end(), [&](const Object* constraint) {
      const bool of_column = std::find(constraint->needs.begin(), constraint->needs.end(), column->id) !=
                             constraint->needs.end();
      return of_column && !key_on_column(*constraint, *column).empty();
    });
    if (key == constraints.end()) continue;
    text += key_on_column(**key, *column);
    constraints.erase(key);
  }
  for (const Object* constraint : constraints) text += separator + constraint_text(*constraint);
  const auto options = table.fact(Fact::Options);
  return text + "\n)" + (options.empty() ? "" : ' ' + std::string(options));
}

}  // namespace athanor::schema
