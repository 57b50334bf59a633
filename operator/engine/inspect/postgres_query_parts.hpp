// What the queries of the catalog have in common, and those of one file for those of another.
#pragma once

#include <string>

#include "engine/inspect/postgres_queries.hpp"

namespace athanor::engine {

// Every object above: initdb made those below.
inline constexpr const char* kOurSchemas =
    "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'athanor')";

/// True for rows that an extension brought. @param oid for example "c.oid" of pg_class
[[nodiscard]] std::string not_of_extension(const std::string& catalog, const std::string& oid);

[[nodiscard]] std::string comment(const std::string& catalog, const std::string& oid,
                                  const std::string& sub = "0");

/// What was granted beyond the default, and what of the default was revoked: `+reader=SELECT`,
/// `-PUBLIC=EXECUTE`, a line each; `*` for the grant option. Who granted does not count.
[[nodiscard]] std::string privileges(const std::string& acl, const std::string& type,
                                     const std::string& owner);

[[nodiscard]] CatalogQuery functions();
[[nodiscard]] CatalogQuery operators();
[[nodiscard]] CatalogQuery triggers_and_rules();
[[nodiscard]] CatalogQuery policies();
[[nodiscard]] CatalogQuery event_triggers();

}  // namespace athanor::engine
