// Schemas, extensions, types, sequences, and the functions that come before tables.
#include "integration/random_schemas/world.hpp"

namespace athanor::testing {
namespace {

constexpr int kOfEach = 5;

std::string numbered(const std::string& word, int number) {
  return word + std::to_string(number);
}

void make_enum(World& world, int number) {
  const std::string name = world.place(number, numbered("enum", number));
  Draw draw = world.seeds.of(name);
  if (!draw.chance(85)) return;
  std::string values = "'z'";
  for (const std::string value : {"'a'", "'b''c'", "'d, e'", "'f'"}) {
    if (draw.chance(75)) values = draw.chance(80) ? values + ", " + value : value + ", " + values;
  }
  world.run("CREATE TYPE " + name + " AS ENUM (" + values + ")");
  world.made.insert(name);
  world.annotate(draw, "TYPE", name, {"USAGE"});
}

void make_domain(World& world, int number) {
  const std::string name = world.place(number, numbered("domain", number));
  Draw draw = world.seeds.of(name);
  if (!draw.chance(85)) return;
  const std::string parent = world.place(0, "domain0");
  const std::string function = world.place(1, "number1");
  std::string base = draw.one_of({"int", "int", "bigint", "text", "varchar(20)", "numeric(10,2)", "domain"});
  if (base == "domain") base = number > 0 && world.has(parent) ? parent : "int";
  const bool words = base == "text" || base.starts_with("varchar");
  std::string sql = "CREATE DOMAIN " + name + " AS " + base;
  if (words && draw.chance(30)) sql += " COLLATE \"C\"";
  if (draw.chance(30)) sql += words ? " DEFAULT 'x'" : " DEFAULT 1";
  if (draw.chance(20)) sql += " NOT NULL";
  for (int check = 0; check < 2; ++check) {
    if (!draw.chance(35)) continue;
    const std::string bound = std::to_string(-draw.below(3));
    const bool called = base == "int" && world.has(function) && draw.chance(40);
    sql += " CONSTRAINT " + numbered("ck", check) + " CHECK (" +
           (words            ? "length(VALUE) > " + bound
            : called         ? function + "(VALUE) > " + bound
            : base == parent ? "VALUE IS NOT NULL OR " + bound + " = 0"
                             : "VALUE > " + bound) +
           ")";
  }
  world.run(sql);
  world.made.insert(name);
  world.annotate(draw, "DOMAIN", name, {"USAGE"});
}

void make_range(World& world, int number) {
  const std::string name = world.place(number, numbered("range", number));
  Draw draw = world.seeds.of(name);
  if (!draw.chance(80)) return;
  world.run("CREATE TYPE " + name + " AS RANGE (" +
            draw.one_of({"subtype = float8", "subtype = float8, subtype_diff = float8mi", "subtype = numeric",
                         "subtype = text, collation = \"C\"",
                         "subtype = text, subtype_opclass = text_pattern_ops"}) +
            ")");
  world.made.insert(name);
  world.annotate(draw, "TYPE", name, {"USAGE"});
}

void make_row(World& world, int number) {
  const std::string name = world.place(number, numbered("row", number));
  Draw draw = world.seeds.of(name);
  if (!draw.chance(85)) return;
  std::string attributes;
  for (int i = 0; i < 4; ++i) {
    Draw attribute = world.seeds.of(name + numbered(".a", i));
    if (!attribute.chance(70)) continue;
    std::string type = world.type(attribute);
    // A server adds no check to a domain that is in a row which a table holds.
    if (type.find("domain") != std::string::npos) type = "int";
    // Rows of later numbers are not there yet: this keeps them from holding themselves.
    if (type.find("row") != std::string::npos && type.find(numbered("row", number)) != std::string::npos)
      type = "text";
    attributes += (attributes.empty() ? "" : ", ") + numbered("a", i) + ' ' + type;
  }
  world.run("CREATE TYPE " + name + " AS (" + attributes + ")");
  world.made.insert(name);
  world.annotate(draw, "TYPE", name, {"USAGE"});
}

void make_sequence(World& world, int number) {
  const std::string name = world.place(number, numbered("counter", number));
  Draw draw = world.seeds.of(name);
  if (!draw.chance(80)) return;
  world.run("CREATE SEQUENCE " + name + draw.one_of({"", " AS int", " AS smallint"}) +
            draw.one_of({"", " INCREMENT 5", " INCREMENT 3 MINVALUE 2 START 7"}) +
            draw.one_of({"", " MAXVALUE 999"}) + draw.one_of({"", " CACHE 9"}) + draw.one_of({"", " CYCLE"}));
  world.made.insert(name);
  world.annotate(draw, "SEQUENCE", name, {"USAGE", "SELECT", "UPDATE"});
}

}  // namespace

void make_schemas(World& world) {
  for (const std::string name : {"app", "\"Odd one\""}) {
    Draw draw = world.seeds.of(name);
    if (!draw.chance(90)) continue;
    world.run("CREATE SCHEMA " + name);
    world.made.insert(name);
    world.annotate(draw, "SCHEMA", name, {"USAGE", "CREATE"});
  }
  for (const std::string name : {"citext", "btree_gist"}) {
    if (!world.seeds.of(name).chance(80)) continue;
    world.run("CREATE EXTENSION " + name + " SCHEMA public");
    world.made.insert(name);
  }
}

void make_early_functions(World& world) {
  for (int i = 0; i < kOfEach; ++i) {
    const std::string name = world.place(i, numbered("number", i));
    Draw draw = world.seeds.of(name);
    if (!draw.chance(85)) continue;
    world.run("CREATE FUNCTION " + name + "(" + draw.one_of({"x int", "x int", "y int", "x int DEFAULT 3"}) +
              ") RETURNS " + draw.one_of({"int", "int", "bigint"}) + " LANGUAGE sql IMMUTABLE" +
              draw.one_of({"", " STRICT", " COST 7", " PARALLEL SAFE"}) + " AS 'SELECT " +
              std::to_string(draw.below(3)) + "'");
    world.made.insert(name);
    world.annotate(draw, "FUNCTION", name + "(int)", {"EXECUTE"});
    if (draw.chance(20)) world.run("REVOKE EXECUTE ON FUNCTION " + name + "(int) FROM PUBLIC");
  }
  for (int i = 0; i < 3; ++i) {
    const std::string name = world.place(i, numbered("react", i));
    Draw draw = world.seeds.of(name);
    world.run("CREATE FUNCTION " + name + "() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN " +
              draw.one_of({"NEW", "NULL"}) + "; END'");
    const std::string procedure = world.place(i, numbered("act", i));
    Draw other = world.seeds.of(procedure);
    if (!other.chance(80)) continue;
    const std::string argument = other.one_of({"int", "text"});
    world.run("CREATE PROCEDURE " + procedure + "(INOUT a " + argument +
              ") LANGUAGE plpgsql AS 'BEGIN a := " + std::to_string(other.below(2)) + "; END'");
    world.annotate(other, "PROCEDURE", procedure + "(" + argument + ")", {"EXECUTE"});
  }
  for (int i = 0; i < 3; ++i) {
    const std::string name = world.place(i, numbered("total", i));
    Draw draw = world.seeds.of(name);
    if (!draw.chance(80)) continue;
    world.run("CREATE AGGREGATE " + name + "(int) (SFUNC = " + draw.one_of({"int4pl", "int4larger"}) +
              ", STYPE = int" + draw.one_of({"", ", INITCOND = '0'", ", PARALLEL = SAFE"}) + ")");
    world.annotate(draw, "AGGREGATE", name + "(int)", {"EXECUTE"});
    world.made.insert(name);
  }
  for (int i = 0; i < 2; ++i) {
    const std::string name = world.place(i, i == 0 ? "<=>" : "@#@");
    Draw draw = world.seeds.of(name);
    if (!draw.chance(80)) continue;
    world.run("CREATE OPERATOR " + name + " (FUNCTION = " + draw.one_of({"int4eq", "int4ne"}) +
              ", LEFTARG = int, RIGHTARG = int" + draw.one_of({"", ", COMMUTATOR = OPERATOR(" + name + ")"}) +
              ")");
    world.made.insert(name);
    world.annotate(draw, "OPERATOR", name + " (int, int)", {});
  }
}

void make_types(World& world) {
  for (int i = 0; i < kOfEach; ++i) make_enum(world, i);
  for (int i = 0; i < kOfEach; ++i) make_domain(world, i);
  for (int i = 0; i < 2; ++i) make_range(world, i);
  for (int i = 0; i < 3; ++i) make_row(world, i);
}

void make_sequences(World& world) {
  for (int i = 0; i < kOfEach; ++i) make_sequence(world, i);
}

}  // namespace athanor::testing
