#include "integration/random_schemas/world.hpp"

#include "integration/random_schemas/random_schema.hpp"

namespace athanor::testing {

std::string World::place(int number, const std::string& name) const {
  const std::string schema = number % 3 == 0 ? "app" : number % 3 == 1 ? "\"Odd one\"" : "public";
  return (has(schema) ? schema : "public") + '.' + name;
}

void World::annotate(Draw& draw, const std::string& kind, const std::string& name,
                     const std::vector<std::string>& rights) {
  if (draw.chance(20))
    run("COMMENT ON " + kind + ' ' + name + " IS '" + draw.one_of({"why", "it''s \\ so", "two\nlines"}) +
        "'");
  if (rights.empty() || !draw.chance(25)) return;
  std::string granted = kind == "VIEW" || kind == "MATERIALIZED VIEW" ? "TABLE" : kind;
  if (granted == "AGGREGATE") granted = "FUNCTION";
  const std::string right = draw.one_of(rights);
  run("GRANT " + right + " ON " + granted + ' ' + name + " TO " +
      draw.one_of({"reader", "\"Odd role\"", "PUBLIC"}));
  if (draw.chance(30)) run("GRANT " + right + " ON " + granted + ' ' + name + " TO reader WITH GRANT OPTION");
}

std::string World::type(Draw& draw) const {
  const std::string name =
      draw.one_of({"int",     "bigint",   "smallint", "text",    "varchar(9)", "numeric(8,2)",  "timestamptz",
                   "date",    "bool",     "jsonb",    "text[]",  "int[]",      "uuid",          "bytea",
                   "char(3)", "interval", "float8",   "citext",  "enum0",      "enum1",         "enum2",
                   "enum3",   "enum0[]",  "domain0",  "domain1", "domain2",    "domain3",       "range0",
                   "range1",  "row0",     "row1",     "row2",    "int4range",  "bit varying(5)"});
  if (name == "citext") return has("citext") ? "public.citext" : "text";
  for (const std::string kind : {"enum", "domain", "range", "row"}) {
    if (!name.starts_with(kind)) continue;
    const std::string bare = name.substr(0, kind.size() + 1);
    const std::string full = place(bare.back() - '0', bare);
    return has(full) ? full + name.substr(bare.size()) : "text";
  }
  return name;
}

std::string World::default_for(Draw& draw, const std::string& type) const {
  if (!draw.chance(35)) return "";
  const auto called = [&](const std::string& name, const std::string& call) {
    return has(name) && draw.chance(50) ? call : "";
  };
  if (type == "int" || type == "bigint") {
    const int number = draw.below(3);
    const std::string counted = place(number, "counter" + std::to_string(number));
    if (const auto call = called(counted, "nextval('" + counted + "')"); !call.empty()) return call;
    const std::string function = place(number, "number" + std::to_string(number));
    if (const auto call = called(function, function + "(1)"); !call.empty()) return call;
  }
  if (type == "int" || type == "bigint" || type == "smallint" || type == "float8" ||
      type.starts_with("numeric"))
    return draw.one_of({"1", "-2", "(1 + 2)"});
  if (type == "text" || type.starts_with("varchar") || type.starts_with("char"))
    return draw.one_of({"'x'", "'y''z'"});
  if (type == "timestamptz") return draw.one_of({"now()", "'2026-01-01 00:00:00+00'"});
  if (type == "bool") return draw.one_of({"true", "false"});
  if (type.find("enum") != std::string::npos && !type.ends_with("]")) return "'z'";
  if (type == "jsonb" || type.ends_with("]")) return "'{}'";
  return "";
}

std::string random_schema(const Seeds& seeds, int server_version) {
  World world{seeds, server_version};
  make_schemas(world);
  make_early_functions(world);
  make_types(world);
  make_sequences(world);
  make_tables(world);
  make_families(world);
  make_foreign_keys(world);
  make_indexes(world);
  make_views(world);
  make_late_functions(world);
  make_reactions(world);
  make_default_privileges(world);
  return world.sql;
}

}  // namespace athanor::testing
