#include "schema/postgres/create_table.hpp"

#include "schema/compare/difference.hpp"
#include "schema/postgres/names.hpp"

namespace athanor::schema {
namespace {

const Object* default_of(const std::vector<const Object*>& parts, const ObjectId& column) {
  for (const Object* part : parts) {
    if (part->id.kind == ObjectKind::Default && part->id.name == column.name) return part;
  }
  return nullptr;
}

std::string definitions(const std::vector<const Object*>& parts) {
  std::string text;
  const auto add = [&](const std::string& line) { text += (text.empty() ? "\n    " : ",\n    ") + line; };
  for (const Object* part : parts) {
    if (part->id.kind == ObjectKind::Column && !part->inherited) {
      add(column_definition(*part, default_of(parts, part->id)));
    } else if (part->id.kind == ObjectKind::Constraint) {
      add("CONSTRAINT " + part->id.name + ' ' + std::string(part->fact(Fact::Definition)));
    }
  }
  return text;
}

/// A default comes from the parent: here may be another, or none.
void append_own_default(Statements& to, const ObjectId& column, const ObjectId& parent,
                        const Catalog& after) {
  const auto own = after.find({ObjectKind::Default, column.schema, column.parent, column.name});
  const auto theirs = after.find({ObjectKind::Default, parent.schema, parent.name, column.name});
  if (own == after.end()) {
    if (theirs != after.end()) to.push_back(drop_default(column));
  } else if (theirs == after.end() ||
             own->second.fact(Fact::Definition) != theirs->second.fact(Fact::Definition)) {
    to.push_back(set_default(own->second));
  }
}

}  // namespace

void append_own(Statements& to, const Object& column, const Catalog& after, bool with_table) {
  const ObjectId& id = column.id;
  const auto table = after.find({ObjectKind::Table, id.schema, "", id.parent});
  if (table == after.end()) return;
  for (const ObjectId& parent : table->second.needs) {
    const auto handed = after.find({ObjectKind::Column, parent.schema, parent.name, id.name});
    if (parent.kind != ObjectKind::Table || handed == after.end()) continue;
    if (!column.fact(Fact::NotNull).empty() && handed->second.fact(Fact::NotNull).empty())
      to.push_back("ALTER TABLE ONLY " + table_of(id) + " ALTER COLUMN " + id.name + " SET NOT NULL");
    append_own_default(to, id, parent, after);
    // Storage and compression come from the parent where the whole table does, the rest does not.
    Object inherited{id, handed->second.facts, {}};
    inherited.facts.erase(Fact::Statistics);
    inherited.facts.erase(Fact::Options);
    append_column_settings(to, column, with_table ? &inherited : nullptr);
    return;
  }
}

std::string column_definition(const Object& column, const Object* default_value) {
  std::string text = column.id.name + ' ' + std::string(column.fact(Fact::Type));
  if (const auto collation = column.fact(Fact::Collation); !collation.empty())
    text += " COLLATE " + std::string(collation);
  if (const auto generated = column.fact(Fact::Generated); !generated.empty())
    text += " GENERATED ALWAYS AS (" + std::string(generated) + ") STORED";
  if (const auto identity = column.fact(Fact::Identity); !identity.empty())
    text += " GENERATED " + std::string(identity);
  if (default_value != nullptr) text += " DEFAULT " + std::string(default_value->fact(Fact::Definition));
  if (!column.fact(Fact::NotNull).empty()) text += " NOT NULL";
  return text;
}

std::string replica_identity(const Object& table) {
  return "ALTER TABLE ONLY " + qualified(table.id) + " REPLICA IDENTITY " +
         (table.fact(Fact::ReplicaIdentity).empty() ? "DEFAULT"
                                                    : std::string(table.fact(Fact::ReplicaIdentity)));
}

Statements create_table(const Action& action, const Catalog& after) {
  const Object& table = *action.after;
  const std::string name = qualified(table.id);
  std::string text = table.fact(Fact::Persistence).empty() ? "CREATE TABLE " : "CREATE UNLOGGED TABLE ";
  text += name;
  const std::string inside = definitions(action.parts);
  const std::string_view partition_of = table.fact(Fact::PartitionOf);
  if (!partition_of.empty()) {
    text += " PARTITION OF " + std::string(partition_of);
    if (!inside.empty()) text += " (" + inside + "\n)";
    text += ' ' + std::string(table.fact(Fact::PartitionBound));
  } else {
    text += " (" + inside + (inside.empty() ? ")" : "\n)");
  }
  if (const auto parents = table.fact(Fact::Inherits); !parents.empty())
    text += " INHERITS (" + std::string(parents) + ")";
  if (const auto key = table.fact(Fact::PartitionKey); !key.empty())
    text += " PARTITION BY " + std::string(key);
  if (const auto method = table.fact(Fact::AccessMethod); !method.empty())
    text += " USING " + std::string(method);
  if (const auto options = table.fact(Fact::Options); !options.empty())
    text += " WITH (" + std::string(options) + ")";
  Statements statements{text};
  for (const Object* part : action.parts) {
    if (part->id.kind != ObjectKind::Column) continue;
    if (part->inherited)
      append_own(statements, *part, after, true);
    else
      append_column_settings(statements, *part, nullptr);
  }
  if (!table.fact(Fact::RowSecurity).empty())
    statements.push_back("ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY");
  if (!table.fact(Fact::ForceRowSecurity).empty())
    statements.push_back("ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY");
  const auto identity = table.fact(Fact::ReplicaIdentity);
  if (!identity.empty() && !identity.starts_with("USING INDEX"))
    statements.push_back(replica_identity(table));
  return statements;
}

}  // namespace athanor::schema
