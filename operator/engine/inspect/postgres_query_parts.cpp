#include "engine/inspect/postgres_query_parts.hpp"

#include <fmt/core.h>

namespace athanor::engine {

std::string not_of_extension(const std::string& catalog, const std::string& oid) {
  return fmt::format(
      "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{}'::regclass AND e.objid = {} AND e.deptype = "
      "'e')",
      catalog, oid);
}

std::string comment(const std::string& catalog, const std::string& oid, const std::string& sub) {
  return fmt::format(
      "(SELECT o.description FROM pg_description o WHERE o.classoid = '{}'::regclass AND o.objoid = {} AND "
      "o.objsubid = {})",
      catalog, oid, sub);
}

std::string privileges(const std::string& acl, const std::string& type, const std::string& owner) {
  const std::string entries =
      "SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END || '=' || "
      "privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END FROM aclexplode({})";
  const std::string given = fmt::format(fmt::runtime(entries), acl);
  const std::string defaults =
      fmt::format(fmt::runtime(entries), fmt::format("acldefault({}, {})", type, owner));
  return fmt::format(
      "CASE WHEN {0} IS NOT NULL THEN (SELECT string_agg(sign || entry, E'\\n' ORDER BY sign || entry "
      "COLLATE \"C\") "
      "FROM (SELECT '+' AS sign, * FROM ({1} EXCEPT {2}) a (entry) UNION ALL SELECT '-', * FROM ({2} EXCEPT "
      "{1}) b "
      "(entry)) both_ways) END",
      acl, given, defaults);
}

}  // namespace athanor::engine
