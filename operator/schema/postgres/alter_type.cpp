#include "schema/postgres/alter_type.hpp"

#include <algorithm>
#include <array>

#include "schema/postgres/names.hpp"

namespace athanor::schema {
namespace {

bool has(const std::vector<Fact>& facts, Fact fact) {
  return std::find(facts.begin(), facts.end(), fact) != facts.end();
}

/// Built-in types whose values are cast into each other; empty for one that stands alone.
std::string_view family(std::string_view type) {
  struct Member {
    std::string_view begins;
    std::string_view family;
  };
  constexpr std::array kMembers{
      Member{"smallint", "number"}, Member{"integer", "number"}, Member{"bigint", "number"},
      Member{"numeric", "number"},  Member{"real", "number"},    Member{"double", "number"},
      Member{"text", "text"},       Member{"character", "text"}, Member{"timestamp", "instant"},
      Member{"date", "instant"},    Member{"json", "json"},      Member{"bit", "bit"},
      Member{"jsonb", "json"},      Member{"inet", "address"},   Member{"cidr", "address"},
  };
  for (const Member& member : kMembers) {
    if (!type.starts_with(member.begins)) continue;
    const auto rest = type.substr(member.begins.size());
    if (rest.empty() || rest.starts_with(' ') || rest.starts_with('(') || rest.starts_with('['))
      return member.family;
  }
  return {};
}

/// Some types have no cast to each other but by way of text.
bool by_way_of_text(std::string_view from, std::string_view to) {
  if (from.ends_with("[]") != to.ends_with("[]")) return true;
  const auto both = family(from);
  return from != to && (both.empty() || both != family(to));
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

Statements alter_column(const Difference& difference, bool partitioned) {
  const Object& old_column = *difference.before;
  const Object& column = *difference.after;
  const ObjectId& id = column.id;
  const auto& facts = difference.facts;
  const bool retyped = has(facts, Fact::Type) || has(facts, Fact::Collation);
  const std::string alter = "ALTER TABLE " + table_of(id) + " ALTER COLUMN " + id.name + ' ';
  const auto identity = column.fact(Fact::Identity);
  const bool loses_identity = has(facts, Fact::Identity) && identity.empty();
  Statements statements;
  if (has(facts, Fact::Generated)) statements.push_back(alter + "DROP EXPRESSION");
  if (loses_identity) statements.push_back(alter + "DROP IDENTITY");
  if (retyped) {
    const bool by_text = by_way_of_text(old_column.fact(Fact::Type), column.fact(Fact::Type));
    statements.push_back(alter + "TYPE " + type_of(column) + " USING " + id.name +
                         (by_text ? "::text::" : "::") + std::string(column.fact(Fact::Type)));
  }
  // A new type comes with its own storage and compression; the other settings stay.
  const Object* had = &old_column;
  Object retyped_column{old_column.id, old_column.facts, {}};
  if (old_column.fact(Fact::Type) != column.fact(Fact::Type) || has(facts, Fact::Collation)) {
    retyped_column.facts.erase(Fact::Storage);
    retyped_column.facts.erase(Fact::Compression);
    had = &retyped_column;
  }
  append_column_settings(statements, column, had);
  // Heirs may keep theirs, but not go without where their parent has it.
  if (has(facts, Fact::NotNull))
    statements.push_back(
        column.fact(Fact::NotNull).empty() && !partitioned
            ? "ALTER TABLE ONLY " + table_of(id) + " ALTER COLUMN " + id.name + " DROP NOT NULL"
            : alter + (column.fact(Fact::NotNull).empty() ? "DROP NOT NULL" : "SET NOT NULL"));
  if (has(facts, Fact::Identity) && !identity.empty()) {
    statements.push_back(alter + (old_column.fact(Fact::Identity).empty()
                                      ? "ADD GENERATED " + std::string(identity)
                                      : set_identity(identity)));
  }
  return statements;
}

namespace {

bool is_attribute(const Object& column, const Catalog& catalog) {
  return catalog.contains({ObjectKind::Composite, column.id.schema, "", column.id.parent});
}

std::string retype(const Object& column, const Catalog& catalog, const std::string& type,
                   const std::string& cast) {
  const ObjectId& id = column.id;
  if (is_attribute(column, catalog))
    return "ALTER TYPE " + table_of(id) + " ALTER ATTRIBUTE " + id.name + " TYPE " + type;
  return "ALTER TABLE " + table_of(id) + " ALTER COLUMN " + id.name + " TYPE " + type + " USING " + id.name +
         cast;
}

/// Puts what is done to a type between making texts of columns and giving them their type back.
void as_texts(Statements& statements, const std::vector<const Object*>& columns, const Catalog& catalog) {
  Statements all;
  for (const Object* column : columns) all.push_back(retype(*column, catalog, "text", "::text"));
  all.insert(all.end(), statements.begin(), statements.end());
  for (const Object* column : columns) {
    const std::string type(column->fact(Fact::Type));
    all.push_back(retype(*column, catalog, type, "::" + type));
    Object bare{column->id, column->facts, {}};
    bare.facts.erase(Fact::Storage);
    bare.facts.erase(Fact::Compression);
    append_column_settings(all, *column, &bare);
  }
  statements = std::move(all);
}

struct Carried {
  std::vector<const Object*> direct;   ///< columns and attributes of the type itself
  std::vector<const Object*> by_rows;  ///< columns of tables whose type has such an attribute
};

/// But those that a parent table hands down.
Carried carried_columns(const Action& action) {
  Carried carried;
  for (const Object* part : action.parts) {
    if (part->inherited) continue;
    const bool direct =
        std::find(part->needs.begin(), part->needs.end(), action.before->id) != part->needs.end();
    (direct ? carried.direct : carried.by_rows).push_back(part);
  }
  return carried;
}

}  // namespace

Statements alter_attribute(const Action& action, const Catalog& before) {
  const Object& attribute = *action.after;
  std::vector<const Object*> columns;
  for (const Object* part : action.parts) {
    if (!part->inherited && !is_attribute(*part, before)) columns.push_back(part);
  }
  Statements statements{retype(attribute, before, type_of(attribute), "")};
  as_texts(statements, columns, before);
  return statements;
}

Statements rebuild_type(const Action& action, const Catalog& catalog_before) {
  const Object& before = *action.before;
  const Object& after = *action.after;
  auto [direct, by_rows] = carried_columns(action);
  std::erase_if(by_rows, [&](const Object* column) { return is_attribute(*column, catalog_before); });
  Statements statements;
  if (before.id.kind == ObjectKind::Range) {
    // ALTER TYPE … RENAME leaves the functions that make ranges under the old name, in the new one's way: so
    // columns are texts in between.
    statements = {"DROP TYPE " + qualified(before.id), create_type(after, {})};
    as_texts(statements, direct, catalog_before);
  } else {
    const std::string kind(keyword(after.id.kind));
    const std::string old_name = old_one(after.id.name);
    statements = {"ALTER " + kind + ' ' + qualified(after.id) + " RENAME TO " + old_name,
                  create_type(after, {})};
    for (const Object* column : direct) {
      statements.push_back(retype(*column, catalog_before, type_of(*column),
                                  "::text::" + std::string(column->fact(Fact::Type))));
    }
    statements.push_back("DROP " + kind + ' ' + table_of({after.id.kind, after.id.schema, old_name, ""}));
  }
  as_texts(statements, by_rows, catalog_before);
  return statements;
}

}  // namespace athanor::schema
