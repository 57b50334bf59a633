#include "integration/inspect_sqlite/change_cases.hpp"

namespace athanor::testing {

namespace {

SqliteCase index(const std::string& sentence, const std::string& before, const std::string& after,
                 std::vector<std::string> probes = {}) {
  const std::string table = "CREATE TABLE t (a INT, b TEXT);";
  return {sentence, table + before, table + after, "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
          std::move(probes)};
}

SqliteCase trigger(const std::string& sentence, const std::string& before, const std::string& after) {
  const std::string table = "CREATE TABLE t (a INT); CREATE TABLE log (x);";
  return {sentence,
          table + before,
          table + after,
          "INSERT INTO t VALUES (1)",
          {"INSERT INTO t VALUES (5)", "UPDATE t SET a = 7", "DELETE FROM t", "SELECT * FROM log",
           "SELECT * FROM t"}};
}

}  // namespace

std::vector<SqliteCase> code_cases() {
  return {
      index("an index comes", "", "CREATE INDEX i ON t (a)"),
      index("an index on more columns", "CREATE INDEX i ON t (a)", "CREATE INDEX i ON t (b, a)"),
      index("an index becomes unique", "CREATE INDEX i ON t (a)", "CREATE UNIQUE INDEX i ON t (a)",
            {"INSERT INTO t VALUES (1, 'x'), (1, 'y')"}),
      index("an index gets an order and a collation", "CREATE INDEX i ON t (a, b)",
            "CREATE INDEX i ON t (a DESC, b COLLATE NOCASE DESC)"),
      index("an index gets a condition", "CREATE UNIQUE INDEX i ON t (a)",
            "CREATE UNIQUE INDEX i ON t (a) WHERE b IS NOT NULL AND b <> 'x'",
            {"INSERT INTO t VALUES (1, 'x'), (1, 'y')", "INSERT INTO t VALUES (1, 'z')"}),
      index("an index on expressions", "CREATE INDEX i ON t (b)",
            "CREATE UNIQUE INDEX i ON t (lower(b), a + 1)", {"INSERT INTO t VALUES (1, 'x'), (1, 'X')"}),
      index("an index is written with other letters", "CREATE INDEX Ix ON t (a)", "CREATE INDEX iX ON t (a)"),
      {"an index moves to another table", "CREATE TABLE t (a); CREATE TABLE u (a); CREATE INDEX i ON t (a)",
       "CREATE TABLE t (a); CREATE TABLE u (a); CREATE INDEX i ON u (a)", "INSERT INTO t VALUES (1)"},
      {"indexes survive their table's rebuild",
       "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)",
       "CREATE TABLE t (a BIGINT, b TEXT); CREATE INDEX i ON t (a); CREATE INDEX k ON t (b)",
       "INSERT INTO t VALUES (1, 'x')"},
      {"a column goes with its index", "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (b)",
       "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1, 'x')"},
      index("a view comes", "", "CREATE VIEW v AS SELECT a FROM t WHERE b = 'x'"),
      index("a view's query and its columns change", "CREATE VIEW v AS SELECT a FROM t",
            "CREATE VIEW v (x, y) AS SELECT b, count(*) FROM t GROUP BY b -- by b\nHAVING count(*) > 0",
            {"INSERT INTO t VALUES (1, 'x')", "SELECT * FROM v"}),
      index("a view changes under another and its trigger",
            "CREATE VIEW w AS SELECT a FROM t; CREATE VIEW a_view AS SELECT a FROM w; CREATE TRIGGER g "
            "INSTEAD OF INSERT ON a_view BEGIN INSERT INTO t VALUES (new.a, 'by view'); END",
            "CREATE VIEW w AS SELECT a + 1 AS a FROM t; CREATE VIEW a_view AS SELECT a FROM w; CREATE "
            "TRIGGER g INSTEAD OF INSERT ON a_view BEGIN INSERT INTO t VALUES (new.a, 'by view'); END",
            {"INSERT INTO a_view VALUES (1)", "SELECT * FROM a_view", "SELECT * FROM t"}),
      {"a view survives its table's rebuild",
       "CREATE TABLE t (a INT); CREATE VIEW v AS SELECT * FROM t; CREATE VIEW w AS SELECT a FROM v",
       "CREATE TABLE t (a TEXT); CREATE VIEW v AS SELECT * FROM t; CREATE VIEW w AS SELECT a FROM v",
       "INSERT INTO t VALUES (1)"},
      {"a view stands on a column that is added, and stood on one that goes",
       "CREATE TABLE t (a INT, b INT); CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT a FROM v",
       "CREATE TABLE t (a INT, c INT); CREATE VIEW v AS SELECT a, c FROM t; CREATE VIEW w AS SELECT a FROM v",
       "INSERT INTO t VALUES (1, 2)"},
      trigger("a trigger comes", "",
              "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END"),
      trigger("a trigger changes its event and its body",
              "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END",
              "CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW WHEN old.a > 1 BEGIN INSERT INTO log "
              "VALUES (old.a); DELETE FROM log WHERE x = 'a;b'; SELECT CASE WHEN new.a = 9 THEN RAISE(ABORT, "
              "'no; never') END; END"),
      trigger("a trigger moves to another table", "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END",
              "CREATE TRIGGER g AFTER DELETE ON log BEGIN SELECT 1; END"),
      trigger("a trigger is written with other letters",
              "CREATE TRIGGER G AFTER DELETE ON t BEGIN SELECT 1; END",
              "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END"),
      {"a trigger survives its table's rebuild, and that of another one it writes to",
       "CREATE TABLE t (a INT); CREATE TABLE log (x INT); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT "
       "INTO log VALUES (new.a); END; CREATE TRIGGER h AFTER DELETE ON log BEGIN DELETE FROM t; END",
       "CREATE TABLE t (a INT); CREATE TABLE log (x TEXT); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT "
       "INTO log VALUES (new.a); END; CREATE TRIGGER h AFTER DELETE ON log BEGIN DELETE FROM t; END",
       "INSERT INTO t VALUES (1)",
       {"INSERT INTO t VALUES (5)", "SELECT typeof(x) FROM log", "DELETE FROM log", "SELECT * FROM t"}},
  };
}

std::vector<SqliteCase> tangled_cases() {
  return {
      {"everything goes, tied together as it is",
       "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b); CREATE TABLE b (id INTEGER PRIMARY KEY, "
       "a INT REFERENCES a); CREATE VIEW v AS SELECT a.id FROM a JOIN b ON b.a = a.id; CREATE VIEW w AS "
       "SELECT id FROM v; CREATE TRIGGER g AFTER INSERT ON a BEGIN DELETE FROM b; END; CREATE TRIGGER h "
       "INSTEAD OF DELETE ON w BEGIN DELETE FROM a; END; CREATE INDEX i ON a (b)",
       "", "INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1)"},
      {"a table is parted under a view", "CREATE TABLE t (a INT, b INT); CREATE VIEW v AS SELECT a, b FROM t",
       "CREATE TABLE t (a INT); CREATE TABLE u (b INT); CREATE VIEW v AS SELECT t.a, u.b FROM t, u",
       "INSERT INTO t VALUES (1, 2)"},
      {"parents and children change together",
       "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE c (id INT UNIQUE REFERENCES p, n TEXT); CREATE "
       "TABLE d (id INT REFERENCES c (id))",
       "CREATE TABLE p (id TEXT PRIMARY KEY); CREATE TABLE c (id TEXT PRIMARY KEY REFERENCES p ON DELETE "
       "CASCADE, n TEXT NOT NULL); CREATE TABLE d (id TEXT REFERENCES c, m INT)",
       "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 'x')"},
      {"one table changes in every way at once",
       "CREATE TABLE t (a INT, b TEXT, c INT DEFAULT 1, d INT, CHECK (d > 0)); CREATE INDEX i ON t (b); "
       "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
       "CREATE TABLE t (e INT NOT NULL DEFAULT 9, a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL "
       "COLLATE NOCASE UNIQUE, c INT DEFAULT 2, f TEXT AS (b || c)) STRICT; CREATE INDEX i ON t (b DESC) "
       "WHERE c > 0; CREATE VIEW v AS SELECT f FROM t",
       "INSERT INTO t VALUES (1, 'x', 3, 4), (2, 'y', NULL, 5)",
       {"INSERT INTO t (b) VALUES ('z')", "INSERT INTO t (b) VALUES ('Z')", "SELECT * FROM t",
        "SELECT * FROM v"}},
      {"a column goes while a view and a trigger have texts in double quotes",
       "CREATE TABLE t (a, b CHECK (b <> \"x\")); CREATE TABLE u (a, b); CREATE VIEW v AS SELECT \"word\" AS "
       "x, a FROM t; CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO u (a) VALUES (\"it's\"); END",
       "CREATE TABLE t (a, b CHECK (b <> \"x\")); CREATE TABLE u (a); CREATE VIEW v AS SELECT \"word\" AS x, "
       "a FROM t; CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO u (a) VALUES (\"it's\"); END",
       "INSERT INTO t VALUES (1, 2)",
       {"INSERT INTO t VALUES (3, 4)", "SELECT * FROM u", "SELECT * FROM v"}},
      {"columns come and go while triggers and views look on",
       "CREATE TABLE t (a INT, b INT); CREATE TABLE u (a INT); CREATE VIEW v AS SELECT * FROM t; CREATE "
       "TRIGGER g AFTER UPDATE OF a ON t BEGIN INSERT INTO u (a) SELECT a FROM v; END",
       "CREATE TABLE t (a INT, c INT); CREATE TABLE u (a INT, z INT); CREATE VIEW v AS SELECT * FROM t; "
       "CREATE TRIGGER g AFTER UPDATE OF a ON t BEGIN INSERT INTO u (a) SELECT a FROM v; END",
       "INSERT INTO t VALUES (1, 2)"},
  };
}

}  // namespace athanor::testing
