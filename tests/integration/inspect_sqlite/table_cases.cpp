#include "integration/inspect_sqlite/change_cases.hpp"

namespace athanor::testing {

std::vector<SqliteCase> table_cases() {
  return {
      {"a table is made", "", "CREATE TABLE t (a INT, b TEXT)"},
      {"a table with everything is made",
       "",
       "CREATE TABLE p (x INT, y INT, PRIMARY KEY (x, y)) WITHOUT ROWID; CREATE TABLE \"The Table\" (id "
       "INTEGER PRIMARY KEY AUTOINCREMENT, x INT NOT NULL, y INT DEFAULT 3, n TEXT COLLATE NOCASE UNIQUE, u "
       "INT AS (x + y) STORED CHECK (u <> 0), CONSTRAINT \"to p\" FOREIGN KEY (x, y) REFERENCES p (x, y) ON "
       "DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, UNIQUE (x, n DESC) ON CONFLICT "
       "IGNORE); CREATE INDEX \"An Index\" ON \"The Table\" (x DESC); CREATE VIEW v AS SELECT id FROM \"The "
       "Table\"; CREATE TRIGGER g AFTER INSERT ON \"The Table\" BEGIN UPDATE \"The Table\" SET y = 4 WHERE "
       "id = new.id; END",
       "",
       {"INSERT INTO p VALUES (1, 3), (1, 4)", "INSERT INTO \"The Table\" (x, n) VALUES (1, 'a')",
        "INSERT INTO \"The Table\" (x, n) VALUES (1, 'A')", "INSERT INTO \"The Table\" (x, y) VALUES (-3, 3)",
        "INSERT INTO \"The Table\" (x, n) VALUES (8, 'c')", "SELECT * FROM \"The Table\"", "DELETE FROM p",
        "SELECT * FROM \"The Table\"", "SELECT * FROM v", "DELETE FROM \"The Table\"",
        "SELECT * FROM sqlite_sequence"}},
      {"a table goes for another", "CREATE TABLE t (a INT)", "CREATE TABLE u (a INT)",
       "INSERT INTO t VALUES (1)"},
      {"a table is written with other letters", "CREATE TABLE Users (a INT)", "CREATE TABLE users (a INT)",
       "INSERT INTO users VALUES (1), (2)"},
      {"a table gets a name in quotes, with other letters", "CREATE TABLE \"my users\" (a INT)",
       "CREATE TABLE \"My Users\" (a INT)", "INSERT INTO \"my users\" VALUES (1), (2)"},
      {"a table becomes STRICT",
       "CREATE TABLE t (a INT, b TEXT)",
       "CREATE TABLE t (a INT, b TEXT) STRICT",
       "INSERT INTO t VALUES (1, 'x')",
       {"INSERT INTO t VALUES ('word', 1)"}},
      {"a table becomes WITHOUT ROWID",
       "CREATE TABLE t (a INT PRIMARY KEY, b TEXT)",
       "CREATE TABLE t (a INT PRIMARY KEY, b TEXT) WITHOUT ROWID",
       "INSERT INTO t VALUES (2, 'x'), (1, 'y')",
       {"SELECT rowid FROM t", "INSERT INTO t VALUES (NULL, 'z')"}},
      {"a table is both", "CREATE TABLE t (a TEXT, PRIMARY KEY (a)) STRICT",
       "CREATE TABLE t (a TEXT, PRIMARY KEY (a)) STRICT, WITHOUT ROWID", "INSERT INTO t VALUES ('x')"},
      {"a table that was altered by hand",
       "CREATE TABLE o (a INT); ALTER TABLE o RENAME TO t; ALTER TABLE t ADD b INT",
       "CREATE TABLE t (a INT, b INT, c INT NOT NULL DEFAULT (1 + 1))", "INSERT INTO t VALUES (1, 2)"},
      {"a table whose successor's name is taken",
       "CREATE TABLE t (a INT); CREATE TABLE new_t (a INT); CREATE INDEX new_t_ ON t (a)",
       "CREATE TABLE t (a TEXT); CREATE TABLE new_t (a TEXT); CREATE INDEX new_t_ ON t (a)",
       "INSERT INTO t VALUES (1); INSERT INTO new_t VALUES (2)"},
      {"a table becomes a view, and a view a table", "CREATE TABLE x (a INT); CREATE VIEW y AS SELECT 1 AS b",
       "CREATE TABLE y (a INT); CREATE VIEW x AS SELECT 1 AS b", "INSERT INTO x VALUES (1)"},
      {"a table takes the name of an index, and an index that of a table",
       "CREATE TABLE t (a INT); CREATE TABLE x (a INT); CREATE INDEX y ON t (a)",
       "CREATE TABLE t (a INT); CREATE TABLE y (a INT); CREATE INDEX x ON t (a)", "INSERT INTO t VALUES (1)"},
      {"a virtual table comes",
       "CREATE TABLE t (a INT)",
       "CREATE TABLE t (a INT); CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'porter ascii')",
       "",
       {"INSERT INTO docs VALUES ('x', 'running')", "SELECT title FROM docs WHERE docs MATCH 'run'"}},
      {"a virtual table changes, with the view on it",
       "CREATE VIRTUAL TABLE docs USING fts5(title); CREATE VIEW v AS SELECT title FROM docs",
       "CREATE VIRTUAL TABLE docs USING fts5(title, body); CREATE VIEW v AS SELECT title FROM docs",
       "",
       {"INSERT INTO docs VALUES ('x', 'y')", "SELECT * FROM v"}},
      {"a table becomes a virtual one", "CREATE TABLE docs (title)",
       "CREATE VIRTUAL TABLE docs USING fts5(title)"},
  };
}

}  // namespace athanor::testing
