// What is asked of pg_catalog to read a schema: one query for each kind of object, whatever their number.
#pragma once

#include <string>
#include <vector>

#include "schema/model/object.hpp"

namespace athanor::engine {

/// Each row is one object: class, oid and sub-id (a handle, as pg_depend has it), kind, schema, parent, name
/// and position (negative for a column that is inherited); then the facts, in the order of `facts`, NULL for
/// what is the default. Names are quoted as SQL wants them.
struct CatalogQuery {
  std::string sql;
  std::vector<schema::Fact> facts;
};

inline constexpr std::size_t kFirstFact = 8;

/// Names come qualified only where search_path is empty: run them with `SET LOCAL search_path = ''`.
/// Extensions' own objects, partitions' copies of what their table has, and what PostgreSQL makes for itself
/// are left out. @param server_version server_version_num; 130000 and above
[[nodiscard]] std::vector<CatalogQuery> postgres_catalog_queries(int server_version);

/// Rows of two handles: an object, and one that it needs. What only stands between (a view's rule, a column's
/// default, a table's row type, an array type, an extension's member) is followed to what it belongs to.
[[nodiscard]] std::string_view postgres_dependency_query();

}  // namespace athanor::engine
