// Views, and code that works on tables.
#include "integration/random_schemas/world.hpp"

namespace athanor::testing {
namespace {

constexpr int kViews = 10;

std::string numbered(const std::string& word, int number) {
  return word + std::to_string(number);
}

/// One of the tables and views that are there, by a number that stays what others come or go.
std::string source(World& world, Draw& draw) {
  const auto& from = draw.chance(50) && !world.views.empty() ? world.views : world.tables;
  if (from.empty()) return "";
  return from[static_cast<std::size_t>(draw.below(1000)) % from.size()];
}

std::string query(World& world, Draw& draw, const std::string& from, std::vector<Column>& columns) {
  std::string list;
  const auto add = [&](const std::string& expression, const std::string& type) {
    list +=
        (list.empty() ? "" : ", ") + expression + " AS " + numbered("o", static_cast<int>(columns.size()));
    columns.push_back({numbered("o", static_cast<int>(columns.size())), type});
  };
  const auto& there = world.columns[from];
  for (int i = 0; i < 3; ++i) {
    const Column& column = there[static_cast<std::size_t>(draw.below(1000)) % there.size()];
    add("s." + column.name, column.type);
  }
  const std::string function = world.place(0, "number0");
  if (draw.chance(40) && world.has(function)) add(function + "(1)", "bigint");
  const std::string total = world.place(1, "total1");
  const std::string compared = world.place(0, "<=>");
  if (draw.chance(30) && world.has(compared)) add("1 OPERATOR(" + compared + ") 2", "bool");
  std::string sql = "SELECT " + list + " FROM " + from + " s";
  if (draw.chance(30) && !world.tables.empty()) sql += " CROSS JOIN " + world.tables.front() + " other";
  if (draw.chance(50)) sql += " WHERE s." + there.front().name + " IS NOT NULL";
  if (draw.chance(20)) sql += " LIMIT " + std::to_string(draw.below(9));
  return sql;
}

void make_reactions_of(World& world, const std::string& table) {
  const auto& columns = world.columns[table];
  const std::string function = world.place(0, "react0");
  for (int i = 0; i < 2; ++i) {
    Draw draw = world.seeds.of(table + numbered(" trigger ", i));
    if (!draw.chance(40)) continue;
    const std::string name = numbered("trigger", i);
    const std::string of = columns[static_cast<std::size_t>(draw.below(1000)) % columns.size()].name;
    world.run("CREATE " +
              draw.one_of(
                  {"TRIGGER " + name + " BEFORE INSERT OR UPDATE OF " + of + " ON " + table + " FOR EACH ROW",
                   "TRIGGER " + name + " AFTER DELETE ON " + table + " FOR EACH STATEMENT",
                   "TRIGGER " + name + " BEFORE UPDATE ON " + table + " FOR EACH ROW WHEN (OLD." + of +
                       " IS DISTINCT FROM NULL)",
                   "CONSTRAINT TRIGGER " + name + " AFTER INSERT ON " + table +
                       " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"}) +
              " EXECUTE FUNCTION " + function + draw.one_of({"()", "('x')"}));
    if (draw.chance(20))
      world.run("ALTER TABLE " + table + draw.one_of({" DISABLE", " ENABLE ALWAYS"}) + " TRIGGER " + name);
    world.annotate(draw, "TRIGGER " + name + " ON", table, {});
  }
  Draw policy = world.seeds.of(table + " policy");
  if (policy.chance(40)) {
    if (policy.chance(70)) world.run("ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY");
    if (policy.chance(30)) world.run("ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY");
    world.run("CREATE POLICY rows ON " + table + policy.one_of({"", " AS RESTRICTIVE"}) +
              policy.one_of({" FOR SELECT", " FOR ALL", " FOR DELETE"}) + " TO " +
              policy.one_of({"PUBLIC", "reader", "\"Odd role\", reader"}) + " USING (" +
              columns.front().name + " IS NOT NULL OR " + std::to_string(policy.below(3)) + " > 1)");
    world.annotate(policy, "POLICY rows ON", table, {});
  }
  Draw rule = world.seeds.of(table + " rule");
  if (rule.chance(20)) {
    world.run("CREATE RULE also AS ON DELETE TO " + table + " DO ALSO DELETE FROM " + world.tables.back() +
              " WHERE id = " + rule.one_of({"1", "2"}));
    if (rule.chance(20)) world.run("ALTER TABLE " + table + " DISABLE RULE also");
  }
}

}  // namespace

void make_views(World& world) {
  for (int i = 0; i < kViews; ++i) {
    const std::string name = world.place(i, numbered("view", i));
    Draw draw = world.seeds.of(name);
    const std::string from = source(world, draw);
    if (!draw.chance(80) || from.empty()) continue;
    const bool kept = draw.chance(30);
    std::vector<Column> columns;
    const std::string text = query(world, draw, from, columns);
    world.run((kept ? "CREATE MATERIALIZED VIEW " : "CREATE VIEW ") + name +
              (kept ? draw.one_of({"", " WITH (fillfactor = 50)"})
                    : draw.one_of({"", " WITH (security_barrier = true)"})) +
              " AS " + text);
    world.columns[name] = columns;
    if (!kept && draw.chance(20))
      world.run("CREATE RULE refuse AS ON INSERT TO " + name + " DO INSTEAD NOTHING");
    if (kept && draw.chance(60)) world.run("CREATE INDEX ON " + name + draw.one_of({" (o0)", " (o1, o0)"}));
    if (!kept && draw.chance(20))
      world.run("CREATE TRIGGER instead INSTEAD OF UPDATE ON " + name + " FOR EACH ROW EXECUTE FUNCTION " +
                world.place(1, "react1") + "()");
    world.annotate(draw, kept ? "MATERIALIZED VIEW" : "VIEW", name, {"SELECT", "ALL"});
    world.views.push_back(name);
  }
}

void make_late_functions(World& world) {
  for (int i = 0; i < 4; ++i) {
    const std::string name = world.place(i, numbered("late", i));
    Draw draw = world.seeds.of(name);
    if (!draw.chance(80) || world.tables.empty()) continue;
    const std::string table = world.tables[static_cast<std::size_t>(i) % world.tables.size()];
    world.run("CREATE FUNCTION " + name + "(r " + table + ") RETURNS int LANGUAGE sql AS 'SELECT " +
              std::to_string(draw.below(3)) + "'");
    world.annotate(draw, "FUNCTION", name + "(" + table + ")", {"EXECUTE"});
    if (draw.chance(50)) world.run("ALTER TABLE " + table + " ALTER ref0 SET DEFAULT " + name + "(NULL)");
    if (draw.chance(40))
      world.run("CREATE VIEW " + world.place(i, numbered("late_view", i)) + " AS SELECT " + name +
                "(NULL) AS x");
  }
  for (int i = 0; i < 4; ++i) {
    const std::string name = world.place(i, numbered("reads", i));
    Draw draw = world.seeds.of(name);
    const std::string from = source(world, draw);
    if (!draw.chance(80) || from.empty()) continue;
    if (world.server_version >= 14 && draw.chance(50)) {
      world.run("CREATE FUNCTION " + name + "() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM " + from +
                "; END");
    } else {
      world.run("CREATE FUNCTION " + name + "() RETURNS SETOF " + from + " LANGUAGE sql AS 'SELECT * FROM " +
                from + "'");
    }
  }
}

void make_reactions(World& world) {
  for (const std::string& table : world.tables) make_reactions_of(world, table);
  for (int i = 0; i < 3; ++i) {
    const std::string parted = world.place(i, numbered("parted", i));
    Draw draw = world.seeds.of(parted + " trigger");
    if (world.columns.contains(parted) && draw.chance(40))
      world.run("CREATE TRIGGER each AFTER INSERT ON " + parted + " FOR EACH ROW EXECUTE FUNCTION " +
                world.place(2, "react2") + "()");
  }
  Draw draw = world.seeds.of("event trigger");
  if (!draw.chance(60)) return;
  world.run("CREATE FUNCTION public.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'");
  world.run("CREATE EVENT TRIGGER seen ON " +
            draw.one_of({"ddl_command_start", "ddl_command_end WHEN TAG IN ('CREATE VIEW')"}) +
            " EXECUTE FUNCTION public.event()");
}

void make_default_privileges(World& world) {
  for (const std::string schema : {"app", "\"Odd one\"", ""}) {
    if (!schema.empty() && !world.has(schema)) continue;
    Draw draw = world.seeds.of("default privileges " + schema);
    const std::string alter =
        "ALTER DEFAULT PRIVILEGES " + (schema.empty() ? "" : "IN SCHEMA " + schema + ' ');
    if (draw.chance(50))
      world.run(alter + "GRANT SELECT ON TABLES TO " + draw.one_of({"reader", "\"Odd role\""}));
    if (draw.chance(30)) world.run(alter + "GRANT EXECUTE ON FUNCTIONS TO reader");
    if (draw.chance(30) && schema.empty()) world.run(alter + "REVOKE USAGE ON TYPES FROM PUBLIC");
  }
}

}  // namespace athanor::testing
