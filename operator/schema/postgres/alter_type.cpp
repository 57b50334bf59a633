#include "schema/postgres/alter_type.hpp"

#include <algorithm>

#include "schema/postgres/names.hpp"

namespace athanor::schema {
namespace {

bool has(const std::vector<Fact>& facts, Fact fact) {
  return std::find(facts.begin(), facts.end(), fact) != facts.end();
}

/// Is the column's type one that somebody made? Two of them have no cast but by way of text.
bool of_made_type(const Object& column) {
  return std::any_of(column.needs.begin(), column.needs.end(), [](const ObjectId& need) {
    return need.kind == ObjectKind::Enum || need.kind == ObjectKind::Range ||
           need.kind == ObjectKind::Composite || need.kind == ObjectKind::Domain;
  });
}

std::string type_of(const Object& column) {
  const auto collation = column.fact(Fact::Collation);
  return std::string(column.fact(Fact::Type)) +
         (collation.empty() ? "" : " COLLATE " + std::string(collation));
}

/// A name to go by until it is dropped.
std::string old_one(const std::string& name) {
  return name.ends_with('"') ? name.substr(0, name.size() - 1) + "__old\"" : name + "__old";
}

/// GENERATED … in place: each option with a SET of its own, so that the sequence goes on where it stands.
std::string set_identity(std::string_view identity) {
  const std::size_t as = identity.find(" AS IDENTITY (");
  std::string text = "SET GENERATED " + std::string(identity.substr(0, as));
  std::string_view options = identity.substr(as + 14);
  options.remove_suffix(1);
  for (const std::string_view option : {"START WITH ", "INCREMENT BY ", "MINVALUE ", "MAXVALUE ", "CACHE "}) {
    const std::size_t at = options.find(option);
    text += " SET " + std::string(options.substr(at, options.find(' ', at + option.size()) - at));
  }
  return text + (options.ends_with("NO CYCLE") ? " SET NO CYCLE" : " SET CYCLE");
}

}  // namespace

Statements alter_column(const Difference& difference, const Catalog& after) {
  const Object& old_column = *difference.before;
  const Object& column = *difference.after;
  const ObjectId& id = column.id;
  const auto& facts = difference.facts;
  const bool retyped = has(facts, Fact::Type) || has(facts, Fact::Collation);
  if (after.contains({ObjectKind::Composite, id.schema, "", id.parent})) {
    if (!retyped) return {};
    return {"ALTER TYPE " + table_of(id) + " ALTER ATTRIBUTE " + id.name + " TYPE " + type_of(column)};
  }
  const std::string alter = "ALTER TABLE " + table_of(id) + " ALTER COLUMN " + id.name + ' ';
  const auto identity = column.fact(Fact::Identity);
  const bool loses_identity = has(facts, Fact::Identity) && identity.empty();
  Statements statements;
  if (has(facts, Fact::Generated)) statements.push_back(alter + "DROP EXPRESSION");
  if (loses_identity) statements.push_back(alter + "DROP IDENTITY");
  if (retyped) {
    const bool by_text = of_made_type(old_column) || of_made_type(column);
    statements.push_back(alter + "TYPE " + type_of(column) + " USING " + id.name +
                         (by_text ? "::text::" : "::") + std::string(column.fact(Fact::Type)));
  }
  // A new type comes with its own storage and compression; the other settings stay.
  const Object* had = &old_column;
  Object retyped_column{old_column.id, old_column.facts, {}};
  if (retyped) {
    retyped_column.facts.erase(Fact::Storage);
    retyped_column.facts.erase(Fact::Compression);
    had = &retyped_column;
  }
  append_column_settings(statements, column, had, "ALTER TABLE ONLY ");
  if (has(facts, Fact::NotNull))
    statements.push_back(alter + (column.fact(Fact::NotNull).empty() ? "DROP NOT NULL" : "SET NOT NULL"));
  if (has(facts, Fact::Identity) && !identity.empty()) {
    statements.push_back(alter + (old_column.fact(Fact::Identity).empty()
                                      ? "ADD GENERATED " + std::string(identity)
                                      : set_identity(identity)));
  }
  return statements;
}

namespace {

/// Columns (and attributes of composite types) of the type, but those that a parent table hands down.
std::vector<const Object*> columns_of(const ObjectId& type, const Catalog& catalog) {
  std::vector<const Object*> columns;
  for (const auto& [id, column] : catalog) {
    if (id.kind != ObjectKind::Column || column.inherited || !column.fact(Fact::Generated).empty()) continue;
    if (std::find(column.needs.begin(), column.needs.end(), type) != column.needs.end())
      columns.push_back(&column);
  }
  return columns;
}

std::string retype(const Object& column, const Catalog& catalog, const std::string& type,
                   const std::string& cast) {
  const ObjectId& id = column.id;
  if (catalog.contains({ObjectKind::Composite, id.schema, "", id.parent}))
    return "ALTER TYPE " + table_of(id) + " ALTER ATTRIBUTE " + id.name + " TYPE " + type;
  return "ALTER TABLE " + table_of(id) + " ALTER COLUMN " + id.name + " TYPE " + type + " USING " + id.name +
         cast;
}

/// ALTER TYPE … RENAME leaves the functions that make ranges under the old name, in the new one's way: so
/// columns are texts in between.
Statements rebuild_range(const Object& before, const Object& after, const Catalog& catalog) {
  const auto columns = columns_of(before.id, catalog);
  Statements statements;
  for (const Object* column : columns) statements.push_back(retype(*column, catalog, "text", "::text"));
  statements.push_back("DROP TYPE " + qualified(before.id));
  statements.push_back(create_type(after, {}));
  for (const Object* column : columns) {
    const std::string type(column->fact(Fact::Type));
    statements.push_back(retype(*column, catalog, type, "::" + type));
  }
  return statements;
}

}  // namespace

Statements rebuild_type(const Object& before, const Object& after, const Catalog& catalog_before) {
  if (before.id.kind == ObjectKind::Range) return rebuild_range(before, after, catalog_before);
  const std::string kind(keyword(after.id.kind));
  const std::string old_name = old_one(after.id.name);
  Statements statements{"ALTER " + kind + ' ' + qualified(after.id) + " RENAME TO " + old_name,
                        create_type(after, {})};
  for (const Object* column : columns_of(before.id, catalog_before)) {
    statements.push_back(retype(*column, catalog_before, type_of(*column),
                                "::text::" + std::string(column->fact(Fact::Type))));
  }
  statements.push_back("DROP " + kind + ' ' + table_of({after.id.kind, after.id.schema, old_name, ""}));
  return statements;
}

}  // namespace athanor::schema
