#include "schema/known_tables.hpp"

#include <algorithm>
#include <utility>

namespace athanor::schema {
namespace {

bool same_schema(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() || a == b;
}

bool contains(const std::vector<ObjectName>& names, const ObjectName& name) {
  return std::any_of(names.begin(), names.end(), [&name](const ObjectName& one) {
    return one.name == name.name && same_schema(one.schema, name.schema);
  });
}

/// What a column of this type is stored as.
TypeShape stored(TypeShape type) {
  if (type.name == "serial" || type.name == "serial4") type.name = "int4";
  if (type.name == "bigserial" || type.name == "serial8") type.name = "int8";
  if (type.name == "smallserial" || type.name == "serial2") type.name = "int2";
  return type;
}

}  // namespace

void KnownTables::begin_revision(std::span<const StatementShape> upgrade) {
  revision_ = {};
  std::vector<ObjectName> made;
  for (const StatementShape& shape : upgrade) {
    if (const auto* create = std::get_if<CreateTable>(&shape)) made.push_back(create->table);
    const auto* rename = std::get_if<Rename>(&shape);
    if (rename != nullptr && rename->what == Renamed::Table && contains(made, rename->table))
      revision_.replaced.push_back({rename->table.schema, rename->to});
  }
}

void KnownTables::follow(const StatementShape& statement) {
  std::visit([this](const auto& shape) { take(shape); }, statement);
}

bool KnownTables::is_new(const ObjectName& table) const {
  return contains(revision_.tables, table);
}

bool KnownTables::is_new_index(const std::string& index) const {
  return revision_.indexes.contains(index);
}

bool KnownTables::is_new_column(const ObjectName& table, const std::string& column) const {
  return revision_.columns.contains({table.name, column});
}

bool KnownTables::is_replaced(const ObjectName& table) const {
  return contains(revision_.replaced, table);
}

bool KnownTables::is_altered(const ObjectName& table) const {
  return contains(revision_.altered, table);
}

bool KnownTables::is_new_constraint(const ObjectName& table, const std::string& constraint) const {
  return revision_.constraints.contains({table.name, constraint});
}

std::optional<TypeShape> KnownTables::type_of(const ObjectName& table, const std::string& column) const {
  const Table* known = find(table);
  if (known == nullptr) return std::nullopt;
  const auto found = known->columns.find(column);
  return found == known->columns.end() ? std::nullopt : std::optional(found->second);
}

bool KnownTables::is_proven_not_null(const ObjectName& table, const std::string& column) const {
  const Table* known = find(table);
  return known != nullptr && std::any_of(known->checks.begin(), known->checks.end(), [&](const auto& check) {
           return check.second.valid && check.second.column == column;
         });
}

const KnownTables::Table* KnownTables::find(const ObjectName& table) const {
  const auto named = tables_.find(table.name);
  if (named == tables_.end()) return nullptr;
  const auto found = std::find_if(named->second.begin(), named->second.end(), [&table](const Table& one) {
    return same_schema(one.schema, table.schema);
  });
  return found == named->second.end() ? nullptr : &*found;
}

KnownTables::Table& KnownTables::table(const ObjectName& table) {
  std::vector<Table>& named = tables_[table.name];
  for (Table& one : named) {
    if (same_schema(one.schema, table.schema)) return one;
  }
  return named.emplace_back(Table{table.schema, {}, {}});
}

void KnownTables::add_column(Table& table, const ColumnShape& column) {
  table.columns[column.name] = stored(column.type);
  for (const auto& constraint : column.constraints) add_check(table, constraint, column.name);
}

void KnownTables::add_check(Table& table, const ConstraintShape& constraint, const std::string& otherwise) {
  if (constraint.not_null_column.empty()) return;
  // Of one without a name the server's choice is not known, and nobody will validate it by that.
  const std::string& name = constraint.name.empty() ? otherwise : constraint.name;
  table.checks[name] = {constraint.not_null_column, !constraint.not_valid};
}

void KnownTables::take(const CreateTable& create) {
  revision_.tables.push_back(create.table);
  Table& made = table(create.table);
  for (const auto& column : create.columns) add_column(made, column);
  for (const auto& constraint : create.constraints) add_check(made, constraint, constraint.not_null_column);
}

void KnownTables::take(const CreateIndex& create) {
  if (!create.name.empty()) revision_.indexes.insert(create.name);
}

void KnownTables::take(const DropObjects& drop) {
  if (drop.what != Dropped::Table) return;
  for (const ObjectName& name : drop.names) {
    const auto named = tables_.find(name.name);
    if (named == tables_.end()) continue;
    std::erase_if(named->second, [&name](const Table& one) { return same_schema(one.schema, name.schema); });
  }
}

void KnownTables::follow_action(const ObjectName& name, const TableAction& action) {
  Table& known = table(name);
  switch (action.kind) {
    case ActionKind::AddColumn:
      revision_.columns.insert({name.name, action.name});
      add_column(known, *action.column);
      return;
    case ActionKind::DropColumn:
      known.columns.erase(action.name);
      return;
    case ActionKind::ChangeType:
      known.columns[action.name] = stored(action.column->type);
      return;
    case ActionKind::AddConstraint:
      if (action.constraint->not_valid) revision_.constraints.insert({name.name, action.name});
      add_check(known, *action.constraint, action.constraint->not_null_column);
      return;
    case ActionKind::ValidateConstraint:
      if (const auto check = known.checks.find(action.name); check != known.checks.end())
        check->second.valid = true;
      return;
    case ActionKind::DropConstraint:
      known.checks.erase(action.name);
      return;
    default:
      return;
  }
}

void KnownTables::take(const AlterTable& alter) {
  if (!is_new(alter.table)) revision_.altered.push_back(alter.table);
  for (const TableAction& action : alter.actions) follow_action(alter.table, action);
}

void KnownTables::take(const Rename& rename) {
  if (rename.what == Renamed::Schema) return;
  Table& known = table(rename.table);
  if (rename.what == Renamed::Column) {
    if (auto column = known.columns.extract(rename.from)) {
      column.key() = rename.to;
      known.columns.insert(std::move(column));
    }
    for (auto& [name, check] : known.checks) {
      if (check.column == rename.from) check.column = rename.to;
    }
    return;
  }
  if (is_new(rename.table)) revision_.tables.push_back({rename.table.schema, rename.to});
  Table moved = std::move(known);
  take(DropObjects{Dropped::Table, {rename.table}, false, false});
  tables_[rename.to].push_back(std::move(moved));
}

void KnownTables::take(const MoveTable& move) {
  if (is_new(move.table)) revision_.tables.push_back({move.to, move.table.name});
  table(move.table).schema = move.to;
}

}  // namespace athanor::schema
