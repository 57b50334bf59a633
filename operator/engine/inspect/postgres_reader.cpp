#include "engine/inspect/postgres_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <tuple>
#include <unordered_map>

#include <fmt/core.h>

#include "engine/inspect/postgres_queries.hpp"

namespace athanor::engine {
namespace {

using schema::Catalog;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

/// An object as pg_depend names it: class, oid, sub-id. A column's default has its table's, and the column's
/// number below zero.
struct Handle {
  std::uint32_t catalog = 0;
  std::uint32_t oid = 0;
  std::int32_t sub = 0;

  bool operator==(const Handle&) const = default;
};

struct HashHandle {
  std::size_t operator()(const Handle& handle) const {
    const std::uint64_t whole = (std::uint64_t{handle.catalog} << 32 | handle.oid) * 0x9E3779B97F4A7C15U;
    return std::hash<std::uint64_t>{}(whole ^ static_cast<std::uint32_t>(handle.sub));
  }
};

using Handles = std::unordered_map<Handle, Object*, HashHandle>;

template <class Number>
Number number(const ports::Cell& cell) {
  Number value = 0;
  if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), value);
  return value;
}

Handle handle_at(const ports::Row& row, std::size_t first) {
  return {number<std::uint32_t>(row[first]), number<std::uint32_t>(row[first + 1]),
          number<std::int32_t>(row[first + 2])};
}

/// Servers since 14 print EXTRACT's field as somebody wrote it, and read it back in small letters: a schema
/// made from what they print would differ from its original for ever.
void fold_extract(std::string& text) {
  constexpr std::string_view kExtract = "EXTRACT(";
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0 || text[i] == '\'' || text[i] == '"') {
      if (quote == 0)
        quote = text[i];
      else if (text[i] == quote)
        quote = 0;
    } else if (text.compare(i, kExtract.size(), kExtract) == 0) {
      for (i += kExtract.size(); i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) != 0;
           ++i)
        text[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
    }
  }
}

/// Are its texts other than the comment expressions, as the server prints them?
bool has_expressions(ObjectKind kind) {
  return kind != ObjectKind::Function && kind != ObjectKind::Procedure;
}

/// @return nullptr for what is out of scope
Object* take(Catalog& catalog, const InspectScope& scope, ports::Row& row,
             const std::vector<schema::Fact>& facts) {
  const auto kind = schema::parse_object_kind(row[3].value_or(""));
  if (!kind) return nullptr;
  ObjectId id{*kind, row[4].value_or(""), row[5].value_or(""), row[6].value_or("")};
  const std::string& place = id.kind == ObjectKind::Schema ? id.name : id.schema;
  if (!scope.schemas.empty() && !place.empty() &&
      std::find(scope.schemas.begin(), scope.schemas.end(), place) == scope.schemas.end())
    return nullptr;
  if (std::find(scope.own_tables.begin(), scope.own_tables.end(),
                std::pair(id.schema, id.parent.empty() ? id.name : id.parent)) != scope.own_tables.end())
    return nullptr;
  const int position = number<int>(row[7]);
  Object object{id, {}, {}, std::abs(position), position < 0};
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!row[kFirstFact + i]) continue;
    if (has_expressions(id.kind) && facts[i] != schema::Fact::Comment) fold_extract(*row[kFirstFact + i]);
    object.facts.emplace(facts[i], std::move(*row[kFirstFact + i]));
  }
  return &catalog.emplace(std::move(id), std::move(object)).first->second;
}

/// A default is an object of its own.
void split_default(Catalog& catalog, Handles& handles, Handle handle, Object& column) {
  const auto found = column.facts.find(schema::Fact::Default);
  if (column.id.kind != ObjectKind::Column || found == column.facts.end()) return;
  ObjectId id = column.id;
  id.kind = ObjectKind::Default;
  Object& split = catalog[id];
  split.id = id;
  split.facts.emplace(schema::Fact::Definition, std::move(found->second));
  split.needs.push_back(column.id);
  column.facts.erase(found);
  handle.sub = -handle.sub;
  handles.emplace(handle, &split);
}

void connect(const Handles& handles, const ports::Rows& rows) {
  for (const ports::Row& row : rows) {
    const auto from = handles.find(handle_at(row, 0));
    if (from == handles.end()) continue;
    Handle needed = handle_at(row, 3);
    auto to = handles.find(needed);
    // A column of a view is no object: the view is.
    if (to == handles.end() && needed.sub != 0) {
      needed.sub = 0;
      to = handles.find(needed);
    }
    if (to == handles.end() || to->second == from->second) continue;
    from->second->needs.push_back(to->second->id);
  }
}

Result<Catalog> read(ports::Database& database, const InspectScope& scope) {
  Catalog catalog;
  Handles handles;
  for (const CatalogQuery& query : postgres_catalog_queries(database.facts().version)) {
    auto rows = database.query(query.sql);
    if (!rows) return fail(std::move(rows.error()));
    for (ports::Row& row : *rows) {
      Object* object = take(catalog, scope, row, query.facts);
      if (object == nullptr) continue;
      handles.emplace(handle_at(row, 0), object);
      split_default(catalog, handles, handle_at(row, 0), *object);
    }
  }
  const auto dependencies = database.query(postgres_dependency_query());
  if (!dependencies) return fail(dependencies.error());
  connect(handles, *dependencies);
  for (auto& [id, object] : catalog) {
    auto& needs = object.needs;
    std::sort(needs.begin(), needs.end());
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  }
  schema::drop_orphans(catalog);
  return catalog;
}

}  // namespace

Result<Catalog> read_postgres_schema(ports::Database& database, const InspectScope& scope) {
  ports::TransactionOptions options;
  options.lock_timeout = scope.lock_timeout;
  options.statement_timeout = scope.statement_timeout;
  options.snapshot = true;
  // Qualified names in what the server prints.
  const auto begun = database.begin(options, "SET LOCAL search_path = ''; SELECT 1");
  if (!begun) return fail(begun.error());
  auto catalog = read(database, scope);
  database.rollback();
  return catalog;
}

}  // namespace athanor::engine
