// The SQL itself: the cheapest way, what it says of what goes, and what happens to rows that are in the way.
#include "schema/sqlite/render.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "integration/inspect_sqlite/sqlite_scratch.hpp"
#include "unit/sentence.hpp"

namespace athanor {
namespace {

using testing::SqliteScratch;

std::string script(const std::string& before, const std::string& after) {
  return schema::render_sqlite_script(SqliteScratch(before).read(), SqliteScratch(after).read());
}

struct ScriptCase {
  const char* sentence;
  const char* before;
  const char* after;
  const char* script;
};

std::ostream& operator<<(std::ostream& out, const ScriptCase& given) {
  return out << given.sentence;
}

const ScriptCase kScripts[] = {
    {"equal schemas need nothing, however they are written",
     R"sql(CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT NULL CHECK (b<>'x')); CREATE INDEX i ON t (a ASC))sql",
     R"sql(create table "t" (
  [a] INT, -- the key
  b TEXT, check( B <> 'x' ), primary key(a));
create index i on t(`a`))sql",
     ""},
    {"columns are added in place, with what belongs to them", "CREATE TABLE t (a)",
     R"sql(
CREATE TABLE t (
  a, b INT DEFAULT 0 NOT NULL, c REFERENCES p ON DELETE CASCADE, d CONSTRAINT k CHECK (d > a), e AS (a)
))sql",
     R"sql(ALTER TABLE t ADD COLUMN b INT NOT NULL DEFAULT 0;
ALTER TABLE t ADD COLUMN c REFERENCES p ON DELETE CASCADE;
ALTER TABLE t ADD COLUMN d CONSTRAINT k CHECK (d > a);
ALTER TABLE t ADD COLUMN e GENERATED ALWAYS AS (a) VIRTUAL;
)sql"},
    {"columns are dropped in place, after their index and the views that use them",
     R"sql(
CREATE TABLE t (a, b, c); CREATE INDEX i ON t (b); CREATE INDEX j ON t (a);
CREATE VIEW v AS SELECT b FROM t; CREATE VIEW w AS SELECT a FROM t)sql",
     R"sql(
CREATE TABLE t (a, d); CREATE INDEX j ON t (a);
CREATE VIEW v AS SELECT a AS b FROM t; CREATE VIEW w AS SELECT a FROM t)sql",
     R"sql(DROP VIEW v;
DROP INDEX i;
ALTER TABLE t DROP COLUMN b;
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t ADD COLUMN d;
CREATE VIEW v AS SELECT a AS b FROM t;
)sql"},
    {"a rebuild says what goes and what rows it can't take", "CREATE TABLE t (a INT, b INT, gone TEXT)",
     R"sql(CREATE TABLE t (a INT NOT NULL, b INT PRIMARY KEY, new TEXT NOT NULL, filled TEXT NOT NULL DEFAULT 'x'))sql",
     R"sql(-- Table t is made anew, and its rows are copied.
-- Column gone goes, with the values in it.
-- Fails where column a, which becomes NOT NULL, is NULL.
-- Fails where the table has rows: column new is NOT NULL, new, and has no default. Add a value for it to INSERT and SELECT.
CREATE TABLE new_t (
    a INT NOT NULL,
    b INT PRIMARY KEY,
    new TEXT NOT NULL,
    filled TEXT NOT NULL DEFAULT 'x'
);
INSERT INTO new_t (rowid, a, b)
    SELECT rowid, a, b FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
)sql"},
    {"a table is made as people write it", "",
     R"sql(
CREATE TABLE "Order" (
  id INTEGER PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT, at TEXT DEFAULT (datetime('now')) NOT NULL,
  n INT CONSTRAINT positive CHECK (n > 0), UNIQUE (at, n)
) STRICT;
CREATE UNIQUE INDEX i ON "Order" (n DESC) WHERE n < 9)sql",
     R"sql(CREATE TABLE "Order" (
    id INTEGER PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT,
    at TEXT NOT NULL DEFAULT (datetime('now')),
    n INT,
    CONSTRAINT positive CHECK (n > 0),
    UNIQUE (at, n)
) STRICT;
CREATE UNIQUE INDEX i ON "Order" (n DESC) WHERE n < 9;
)sql"},
    {"what goes with a dropped table or view needs no statement",
     R"sql(
CREATE TABLE t (a); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;
CREATE TRIGGER h INSTEAD OF INSERT ON v BEGIN SELECT 1; END)sql",
     "", "DROP VIEW v;\nDROP TABLE t;\n"},
    {"a column's rename is suggested, and never guessed", "CREATE TABLE t (a, Old TEXT DEFAULT 1)",
     "CREATE TABLE t (a, New TEXT DEFAULT 1)",
     R"sql(-- column t.old goes and new comes. If that is a rename, write: ALTER TABLE t RENAME COLUMN Old TO New
ALTER TABLE t DROP COLUMN Old;
ALTER TABLE t ADD COLUMN New TEXT DEFAULT 1;
)sql"},
    {"a table's rename is suggested, and never guessed", "CREATE TABLE t (a, b TEXT)",
     "CREATE TABLE \"U\" (a, b TEXT)",
     R"sql(-- table t goes and u comes. If that is a rename, write: ALTER TABLE t RENAME TO U
DROP TABLE t;
CREATE TABLE U (
    a,
    b TEXT
);
)sql"},
    {"what could be several renames, or is another type, is none",
     "CREATE TABLE t (a, old TEXT); CREATE TABLE u (a, old TEXT, other TEXT)",
     "CREATE TABLE t (a, new INT); CREATE TABLE u (a, new TEXT)",
     R"sql(ALTER TABLE t DROP COLUMN old;
ALTER TABLE t ADD COLUMN new INT;
ALTER TABLE u DROP COLUMN old;
ALTER TABLE u DROP COLUMN other;
ALTER TABLE u ADD COLUMN new TEXT;
)sql"},
};

class ScriptSqlite : public ::testing::TestWithParam<ScriptCase> {};

TEST_P(ScriptSqlite, IsTheCheapestWay) {
  EXPECT_EQ(script(GetParam().before, GetParam().after), GetParam().script);
}

INSTANTIATE_TEST_SUITE_P(Cases, ScriptSqlite, ::testing::ValuesIn(kScripts), sentence_name<ScriptCase>);

/// Rows that the schema after does not take: an error, and nothing is changed.
struct RefusedCase {
  const char* sentence;
  const char* before;
  const char* after;
  const char* rows;
  const char* error;
};

std::ostream& operator<<(std::ostream& out, const RefusedCase& given) {
  return out << given.sentence;
}

const RefusedCase kRefused[] = {
    {"a new NOT NULL column has no value for rows that are there", "CREATE TABLE t (a)",
     "CREATE TABLE t (a, b NOT NULL)", "INSERT INTO t VALUES (1)", "NOT NULL constraint failed: new_t.b"},
    {"a NULL is in a column that becomes NOT NULL, though it has a default", "CREATE TABLE t (a)",
     "CREATE TABLE t (a NOT NULL DEFAULT 5)", "INSERT INTO t VALUES (NULL)",
     "NOT NULL constraint failed: new_t.a"},
    {"IGNORE would leave out a row that is there twice", "CREATE TABLE t (a)",
     "CREATE TABLE t (a UNIQUE ON CONFLICT IGNORE)", "INSERT INTO t VALUES (1), (1)",
     "UNIQUE constraint failed: new_t.a"},
    {"ROLLBACK would end the transaction", "CREATE TABLE t (a)",
     "CREATE TABLE t (a NOT NULL ON CONFLICT ROLLBACK)", "INSERT INTO t VALUES (NULL)",
     "NOT NULL constraint failed: new_t.a"},
    {"a row does not pass a new check", "CREATE TABLE t (a)",
     "CREATE TABLE t (a, CONSTRAINT positive CHECK (a > 0))", "INSERT INTO t VALUES (-1)",
     "CHECK constraint failed: positive"},
    {"a row refers to none", "CREATE TABLE p (a PRIMARY KEY); CREATE TABLE t (a)",
     "CREATE TABLE p (a PRIMARY KEY); CREATE TABLE t (a REFERENCES p)", "INSERT INTO t VALUES (1)",
     "refer to a missing row (t"},
    {"a text is in a column that becomes an integer's, in a STRICT table", "CREATE TABLE t (a TEXT)",
     "CREATE TABLE t (a INTEGER) STRICT", "INSERT INTO t VALUES ('x')",
     "cannot store TEXT value in INTEGER column new_t.a"},
};

class RefusedSqlite : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedSqlite, LeavesAllAsItWas) {
  const RefusedCase& given = GetParam();
  SqliteScratch scratch(std::string(given.before) + ';' + given.rows);
  const auto before = scratch.read();
  const auto rows = scratch.query("SELECT * FROM t");
  try {
    scratch.apply(script(given.before, given.after));
    FAIL() << "was applied";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(given.error), std::string::npos) << error.what();
  }
  scratch.database().rollback();
  EXPECT_EQ(schema::fingerprint(scratch.read()), schema::fingerprint(before));
  EXPECT_EQ(scratch.query("SELECT * FROM t"), rows);
}

INSTANTIATE_TEST_SUITE_P(Cases, RefusedSqlite, ::testing::ValuesIn(kRefused), sentence_name<RefusedCase>);

TEST(RebuildSqlite, KeepsTheCountOfAutoincrement) {
  SqliteScratch scratch(
      "CREATE TABLE \"T t\" (a INTEGER PRIMARY KEY AUTOINCREMENT, b INT); INSERT INTO \"T t\" VALUES (1, 1), "
      "(41, 2); DELETE FROM "
      "\"T t\" WHERE a = 41");
  scratch.apply(schema::render_sqlite_script(
      scratch.read(),
      SqliteScratch("CREATE TABLE \"t T\" (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)").read()));
  const auto ids = scratch.query("INSERT INTO \"t T\" (b) VALUES ('x') RETURNING a");
  EXPECT_EQ(ids, (ports::Rows{{"42"}}));
  EXPECT_EQ(scratch.query("SELECT name, seq FROM sqlite_sequence"), (ports::Rows{{"t T", "42"}}));
}

TEST(RebuildSqlite, KeepsTheRowsThatAFullTextIndexKnowsByTheirRowid) {
  const std::string index =
      "; CREATE VIRTUAL TABLE found USING fts5(content = notes, body); CREATE TRIGGER g AFTER INSERT ON "
      "notes BEGIN INSERT INTO found "
      "(rowid, body) VALUES (new.rowid, new.body); END; CREATE TRIGGER h AFTER DELETE ON notes BEGIN INSERT "
      "INTO found (found, rowid, "
      "body) VALUES ('delete', old.rowid, old.body); END; ";
  SqliteScratch scratch("CREATE TABLE notes (id TEXT, body TEXT)" + index +
                        "INSERT INTO notes VALUES ('a', 'first'), ('b', 'second'), ('c', 'third'); DELETE "
                        "FROM notes WHERE id = 'b'");
  scratch.apply(schema::render_sqlite_script(
      scratch.read(), SqliteScratch("CREATE TABLE notes (id TEXT UNIQUE, body TEXT)" + index).read()));
  EXPECT_EQ(scratch.query("SELECT rowid, id FROM notes"), (ports::Rows{{"1", "a"}, {"3", "c"}}));
  EXPECT_EQ(scratch.query("SELECT body FROM found WHERE found MATCH 'third'"), (ports::Rows{{"third"}}));
}

TEST(RebuildSqlite, KeepsRowidsOfATableThatHasAColumnOfThatName) {
  SqliteScratch scratch(
      "CREATE TABLE t (rowid TEXT); INSERT INTO t VALUES ('a'), ('b'), ('c'); DELETE FROM t WHERE rowid = "
      "'b'");
  scratch.apply(schema::render_sqlite_script(scratch.read(),
                                             SqliteScratch("CREATE TABLE t (rowid TEXT UNIQUE)").read()));
  EXPECT_EQ(scratch.query("SELECT _rowid_, rowid FROM t"), (ports::Rows{{"1", "a"}, {"3", "c"}}));
}

TEST(RebuildSqlite, LeavesNoTraceInTheTextOfOtherTables) {
  SqliteScratch scratch(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id) ON DELETE CASCADE); "
      "INSERT "
      "INTO p VALUES (1); INSERT INTO c VALUES (1)");
  const auto text = scratch.query("SELECT sql FROM sqlite_schema WHERE name = 'c'");
  scratch.apply(schema::render_sqlite_script(
      scratch.read(), SqliteScratch("CREATE TABLE p (id INTEGER PRIMARY KEY ON CONFLICT FAIL); CREATE "
                                    "TABLE c (p REFERENCES p (id) ON DELETE "
                                    "CASCADE)")
                          .read()));
  EXPECT_EQ(scratch.query("SELECT sql FROM sqlite_schema WHERE name = 'c'"), text);
  EXPECT_EQ(scratch.query("SELECT p FROM c"), (ports::Rows{{"1"}}));
}

TEST(RebuildSqlite, SaysWhichViewIsBrokenThatNobodyTouches) {
  SqliteScratch scratch(
      "CREATE TABLE gone (a); CREATE VIEW v AS SELECT a FROM gone; DROP TABLE gone; CREATE TABLE t (a)");
  const auto before = scratch.read();
  auto after = before;
  after.at({schema::ObjectKind::Column, "", "t", "a"}).facts[schema::Fact::Type] = "TEXT";
  try {
    scratch.apply(schema::render_sqlite_script(before, after));
    FAIL() << "was applied";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("error in view v"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace athanor
