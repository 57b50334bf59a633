#include "engine/inspect/sqlite_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "schema/sqlite/definition_text.hpp"
#include "schema/sqlite/names.hpp"
#include "schema/sqlite/table_text.hpp"

namespace athanor::engine {
namespace {

using schema::Catalog;
using schema::Fact;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::sqlite_identity;
using schema::TableScope;

constexpr std::string_view kQuery = R"sql(
SELECT 'table', name, type, wr, strict, NULL, NULL FROM pragma_table_list WHERE schema = 'main'
UNION ALL
SELECT 'column', m.name, x.name, x.type, x."notnull", x.dflt_value, x.hidden
FROM main.sqlite_schema m, pragma_table_xinfo(m.name, 'main') x
WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL %'
UNION ALL
SELECT 'object', name, type, tbl_name, sql, NULL, NULL FROM main.sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
)sql";

/// Whose rows are of which kind, as they come.
struct SchemaRows {
  struct Table {
    std::string type;  ///< table, view, virtual or shadow
    bool without_rowid = false;
    bool strict = false;
    std::vector<ports::Row> columns;
  };
  std::map<std::string, Table> tables;  ///< by identity
  std::vector<ports::Row> objects;
};

std::string cell(const ports::Row& row, std::size_t at) {
  return row[at].value_or("");
}

SchemaRows sort_out(ports::Rows rows) {
  SchemaRows sorted;
  for (ports::Row& row : rows) {
    if (row[0] == "object") {
      sorted.objects.push_back(std::move(row));
      continue;
    }
    SchemaRows::Table& table = sorted.tables[sqlite_identity(cell(row, 1))];
    if (row[0] == "table") {
      table.type = cell(row, 2);
      table.without_rowid = row[3] == "1";
      table.strict = row[4] == "1";
    } else {
      table.columns.push_back(std::move(row));
    }
  }
  return sorted;
}

class Reader {
 public:
  Reader(const SchemaRows& rows, const InspectScope& scope) : rows_(rows), scope_(scope) {}

  Result<Catalog> read() {
    for (const ports::Row& row : rows_.objects) {
      if (auto taken = take(row); !taken) return fail(std::move(taken.error()));
    }
    schema::drop_orphans(catalog_);
    return std::move(catalog_);
  }

 private:
  [[nodiscard]] bool is_own(const std::string& table) const {
    return std::find(scope_.own_tables.begin(), scope_.own_tables.end(), std::pair(std::string(), table)) !=
           scope_.own_tables.end();
  }

  [[nodiscard]] const SchemaRows::Table* find_table(const std::string& identity) const {
    const auto found = rows_.tables.find(identity);
    return found == rows_.tables.end() ? nullptr : &found->second;
  }

  Object& add(ObjectId id, const std::string& written) {
    Object& object = catalog_[id];
    std::string spelling = written.empty() ? "" : schema::sqlite_spelling(written);
    if (!spelling.empty() && spelling != id.name) object.facts[Fact::Spelling] = std::move(spelling);
    object.id = std::move(id);
    return object;
  }

  static void need_columns(Object& object, const std::set<std::string>& columns) {
    for (const std::string& column : columns) {
      object.needs.push_back({ObjectKind::Column, "", object.id.parent, column});
    }
  }

  Result<void> take(const ports::Row& row) {
    const std::string name = cell(row, 1);
    const std::string type = cell(row, 2);
    const std::string table = sqlite_identity(cell(row, 3));
    const std::string sql = cell(row, 4);
    if (is_own(table)) return {};
    if (type == "table") return take_table(name, sql);
    if (type == "index") {
      take_index(name, table, sql);
    } else {
      const bool view = type == "view";
      Object& object =
          add({view ? ObjectKind::View : ObjectKind::Trigger, "", view ? "" : table, sqlite_identity(name)},
              name);
      object.facts[Fact::Definition] = schema::text_behind_name(sql);
      need_names(object);
    }
    return {};
  }

  /// Tables and views that the definition names, which may be more than it uses.
  void need_names(Object& object) const {
    for (const std::string& named : schema::names_in(object.fact(Fact::Definition))) {
      const SchemaRows::Table* table = find_table(named);
      if (table == nullptr || named == object.id.name) continue;
      object.needs.push_back({table->type == "view" ? ObjectKind::View : ObjectKind::Table, "", "", named});
    }
  }

  void take_index(const std::string& name, const std::string& table, const std::string& sql) {
    const schema::IndexText text = schema::read_index_text(sql, scope_of(table));
    Object& index = add({ObjectKind::Index, "", table, sqlite_identity(name)}, name);
    if (text.unique) index.facts[Fact::Kind] = "unique";
    index.facts[Fact::Definition] = text.definition;
    need_columns(index, text.columns);
  }

  [[nodiscard]] TableScope scope_of(const std::string& identity) const {
    TableScope scope{identity, {}};
    if (const SchemaRows::Table* table = find_table(identity)) {
      for (const ports::Row& column : table->columns) scope.columns.insert(sqlite_identity(cell(column, 2)));
    }
    return scope;
  }

  Result<void> take_table(const std::string& name, const std::string& sql) {
    const std::string identity = sqlite_identity(name);
    const SchemaRows::Table* rows = find_table(identity);
    if (rows == nullptr || rows->type == "shadow") return {};
    Object& table = add({ObjectKind::Table, "", "", identity}, name);
    if (rows->type == "virtual") {
      table.facts[Fact::Definition] = schema::module_text(sql);
      return {};
    }
    if (rows->strict || rows->without_rowid) {
      table.facts[Fact::Options] = !rows->strict         ? "WITHOUT ROWID"
                                   : rows->without_rowid ? "STRICT, WITHOUT ROWID"
                                                         : "STRICT";
    }
    const TableScope scope = scope_of(identity);
    const auto text = schema::read_table_text(sql, scope);
    if (!text) return fail(text.error());
    if (text->columns.size() != rows->columns.size()) return fail(unreadable(name));
    for (std::size_t i = 0; i < text->columns.size(); ++i) {
      if (sqlite_identity(text->columns[i].name) != sqlite_identity(cell(rows->columns[i], 2)))
        return fail(unreadable(name));
      take_column(scope, rows->columns[i], text->columns[i], static_cast<int>(i) + 1);
    }
    int position = 0;
    for (const auto& constraint : text->constraints) take_constraint(identity, constraint, ++position);
    return {};
  }

  static Error unreadable(const std::string& table) {
    return {ErrorKind::Terminal,
            "SchemaUnreadable",
            "The columns that sqlite_schema writes of table " + table +
                " are not those that SQLite has. Report it, with what `.schema` prints of the table.",
            {}};
  }

  void take_column(const TableScope& scope, const ports::Row& row, const schema::ColumnText& text,
                   int position) {
    const std::string name = cell(row, 2);
    Object& column = add({ObjectKind::Column, "", scope.table, sqlite_identity(name)}, name);
    column.position = position;
    const auto set = [&](Fact fact, std::string value) {
      if (!value.empty()) column.facts[fact] = std::move(value);
    };
    set(Fact::Type, schema::type_text(cell(row, 3)));
    if (row[4] == "1") set(Fact::NotNull, text.conflict.empty() ? "yes" : text.conflict);
    set(Fact::Collation, text.collation);
    set(Fact::Generated, text.generated);
    const std::string value = text.generated.empty() ? schema::default_text(cell(row, 5)) : "";
    if (!text.generated.empty())
      need_columns(column, schema::columns_named(sqlite_tokens(text.generated), scope));
    if (value.empty()) return;
    Object& split = add({ObjectKind::Default, "", scope.table, column.id.name}, "");
    split.facts[Fact::Definition] = value;
    split.needs.push_back(column.id);
  }

  void take_constraint(const std::string& table, const schema::ConstraintText& text, int position) {
    ObjectId id{ObjectKind::Constraint, "", table,
                text.name.empty() ? text.definition : sqlite_identity(text.name)};
    const auto there = catalog_.find(id);
    if (there != catalog_.end()) {
      // SQLite lets constraints share a name. One that says the same again says nothing.
      if (there->second.fact(Fact::Definition) == text.definition) return;
      id.name += ' ' + text.definition;
    }
    Object& constraint = add(id, text.name);
    constraint.position = position;
    constraint.facts[Fact::Kind] = text.kind;
    constraint.facts[Fact::Definition] = text.definition;
    need_columns(constraint, text.columns);
    if (!text.parent.empty()) constraint.needs.push_back({ObjectKind::Table, "", "", text.parent});
    std::sort(constraint.needs.begin(), constraint.needs.end());
  }

  const SchemaRows& rows_;
  const InspectScope& scope_;
  Catalog catalog_;
};

}  // namespace

Result<Catalog> read_sqlite_schema(ports::Database& database, const InspectScope& scope) {
  auto rows = database.query(kQuery);
  if (!rows) return fail(std::move(rows.error()));
  const SchemaRows sorted = sort_out(std::move(*rows));
  return Reader(sorted, scope).read();
}

}  // namespace athanor::engine
