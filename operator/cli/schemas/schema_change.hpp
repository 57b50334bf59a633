// What sets two schemas apart, as people and scripts read it.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "ports/database.hpp"
#include "schema/compare/difference.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::cli {

/// The way from one schema to another. Points into the catalogs that it was made of.
struct SchemaChange {
  std::vector<schema::Difference> differences;
  /// In an order that one transaction can run; a comment stands before what destroys and before what may be
  /// a rename. Empty where nothing differs.
  std::string sql;

  [[nodiscard]] bool empty() const { return differences.empty(); }
};

[[nodiscard]] SchemaChange change_between(const schema::Catalog& before, const schema::Catalog& after,
                                          ports::Dialect dialect);

/// One line for each thing: "+ table public.orders", "~ column public.users.name: type, not null". Parts of
/// what is new or gone as a whole have none.
[[nodiscard]] std::vector<std::string> change_lines(const SchemaChange& change);

/// {"differences": [{"change", "kind", "name", "facts"}], "sql"}
[[nodiscard]] nlohmann::ordered_json change_json(const SchemaChange& change);

}  // namespace athanor::cli
