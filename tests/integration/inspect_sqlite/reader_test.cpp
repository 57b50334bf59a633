// What is read of what was written.
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "integration/inspect_sqlite/sqlite_scratch.hpp"
#include "support/temp_folder.hpp"
#include "unit/sentence.hpp"

namespace athanor {
namespace {

using testing::SqliteScratch;

/// An object on each line, with its facts.
std::string listing(const schema::Catalog& catalog) {
  std::string text;
  for (const auto& [id, object] : catalog) {
    text += schema::describe(id);
    for (const auto& [fact, value] : object.facts)
      text += "; " + std::string(schema::to_string(fact)) + ": " + value;
    text += '\n';
  }
  return text;
}

struct ReadCase {
  const char* sentence;
  const char* sql;
  const char* listing;
};

std::ostream& operator<<(std::ostream& out, const ReadCase& given) {
  return out << given.sentence;
}

const ReadCase kCases[] = {
    {"an empty database has nothing", "", ""},
    {"types are folded, and quoted where they are no words",
     "CREATE TABLE t (a, b int, c varchar ( 50 ), d decimal(10,2), e \"on the fly\", f timestamp with /* x "
     "*/ time zone)",
     "table t\ncolumn t.a\ncolumn t.b; type: INT\ncolumn t.c; type: VARCHAR(50)\ncolumn t.d; type: "
     "DECIMAL(10, "
     "2)\ncolumn t.e; type: \"ON THE FLY\"\ncolumn t.f; type: TIMESTAMP WITH TIME ZONE\n"},
    {"letters' case is a spelling, and names are quoted where they must be",
     "CREATE TABLE \"Order\" (Id int, [a b] int, `select` int)",
     "table \"order\"; spelling: \"Order\"\ncolumn \"order\".\"a b\"; type: INT\ncolumn "
     "\"order\".\"select\"; type: "
     "INT\ncolumn \"order\".id; spelling: Id; type: INT\n"},
    {"defaults are objects of their own, and NULL is none",
     "CREATE TABLE t (a DEFAULT -1, b DEFAULT (  1+ 2 ), c DEFAULT NULL, d DEFAULT current_timestamp, e "
     "DEFAULT Word, "
     "f DEFAULT 'it''s', g DEFAULT x'0a', h DEFAULT TRUE)",
     "table t\ncolumn t.a\ncolumn t.b\ncolumn t.c\ncolumn t.d\ncolumn t.e\ncolumn t.f\ncolumn t.g\ncolumn "
     "t.h\n"
     "default t.a; definition: -1\ndefault t.b; definition: 1 + 2\ndefault t.d; definition: "
     "CURRENT_TIMESTAMP\n"
     "default t.e; definition: Word\ndefault t.f; definition: 'it''s'\ndefault t.g; definition: x'0a'\n"
     "default t.h; definition: true\n"},
    {"NOT NULL, collations and generated columns",
     "CREATE TABLE t (a TEXT NOT NULL ON CONFLICT IGNORE COLLATE NOCASE, b TEXT NOT NULL ON CONFLICT ABORT "
     "COLLATE "
     "BINARY, c AS (lower( a )||\"B\") STORED, d GENERATED ALWAYS AS (length(a)) VIRTUAL)",
     "table t\ncolumn t.a; collation: nocase; not null: ON CONFLICT IGNORE; type: TEXT\ncolumn t.b; not "
     "null: yes; "
     "type: TEXT\ncolumn t.c; generated: (lower(a) || b) STORED\ncolumn t.d; generated: (length(a)) "
     "VIRTUAL\n"},
    {"a table's options", "CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID, STRICT",
     "table t; options: STRICT, WITHOUT ROWID\ncolumn t.a; not null: yes; type: INT\nconstraint t.PRIMARY "
     "KEY (a); "
     "definition: PRIMARY KEY (a); kind: primary key\n"},
    {"a column's constraints are the table's",
     "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE ON CONFLICT REPLACE CONSTRAINT "
     "\"Positive\" CHECK (b "
     ">-1), c REFERENCES T(A) DEFERRABLE INITIALLY DEFERRED)",
     "table t\ncolumn t.a; type: INTEGER\ncolumn t.b\ncolumn t.c\n"
     "constraint t.FOREIGN KEY (c) REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED; definition: FOREIGN KEY "
     "(c) "
     "REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED; kind: foreign key\n"
     "constraint t.PRIMARY KEY (a AUTOINCREMENT); definition: PRIMARY KEY (a AUTOINCREMENT); kind: primary "
     "key\n"
     "constraint t.UNIQUE (b) ON CONFLICT REPLACE; definition: UNIQUE (b) ON CONFLICT REPLACE; kind: unique\n"
     "constraint t.positive; definition: CHECK (b > -1); kind: check; spelling: Positive\n"},
    {"a table's constraints, with and without commas",
     "CREATE TABLE p (x, y, UNIQUE (x, y)); CREATE TABLE t (a, b, CONSTRAINT k PRIMARY KEY ('a' ASC, b "
     "COLLATE nocase "
     "DESC) CONSTRAINT u UNIQUE (b) ON CONFLICT FAIL, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES \"P\" (x, "
     "y) ON DELETE "
     "SET NULL MATCH full ON UPDATE NO ACTION ON DELETE CASCADE NOT DEFERRABLE INITIALLY DEFERRED)",
     "table p\ntable t\ncolumn p.x\ncolumn p.y\ncolumn t.a\ncolumn t.b\n"
     "constraint p.UNIQUE (x, y); definition: UNIQUE (x, y); kind: unique\n"
     "constraint t.f; definition: FOREIGN KEY (a, b) REFERENCES p (x, y) ON DELETE CASCADE; kind: foreign "
     "key\n"
     "constraint t.k; definition: PRIMARY KEY (a, b COLLATE nocase DESC); kind: primary key\n"
     "constraint t.u; definition: UNIQUE (b) ON CONFLICT FAIL; kind: unique\n"},
    {"a key that is no rowid alias is told from one that is",
     "CREATE TABLE i (a INT PRIMARY KEY DESC); CREATE TABLE t (a INTEGER PRIMARY KEY DESC); CREATE TABLE u "
     "(a INTEGER, PRIMARY KEY (a DESC))",
     "table i\ntable t\ntable u\ncolumn i.a; type: INT\ncolumn t.a; type: INTEGER\ncolumn u.a; type: "
     "INTEGER\n"
     "constraint i.PRIMARY KEY (a DESC); definition: PRIMARY KEY (a DESC); kind: primary key\n"
     "constraint t.PRIMARY KEY DESC; definition: PRIMARY KEY DESC; kind: primary key\n"
     "constraint u.PRIMARY KEY (a DESC); definition: PRIMARY KEY (a DESC); kind: primary key\n"},
    {"constraints may share a name, and a column may be named as keywords are",
     "CREATE TABLE t (key, a, CONSTRAINT c CHECK (a > 1), CONSTRAINT c CHECK (\"key\" < 2), CHECK (a > 1), "
     "CHECK (main.T.a>1))",
     "table t\ncolumn t.\"key\"\ncolumn t.a\n"
     "constraint t.CHECK (a > 1); definition: CHECK (a > 1); kind: check\n"
     "constraint t.c; definition: CHECK (a > 1); kind: check\n"
     "constraint t.c CHECK (\"key\" < 2); definition: CHECK (\"key\" < 2); kind: check; spelling: c\n"},
    {"indexes, but not those that constraints bring",
     "CREATE TABLE t (a UNIQUE, b); CREATE UNIQUE INDEX I ON t (\"a\" ASC, lower( [b] ) COLLATE NOCASE DESC) "
     "WHERE b IS "
     "NOT NULL AND a<>'x'; CREATE INDEX j ON t (b)",
     "table t\ncolumn t.a\ncolumn t.b\nconstraint t.UNIQUE (a); definition: UNIQUE (a); kind: unique\n"
     "index t.i; definition: (a, lower(b) COLLATE nocase DESC) WHERE b IS NOT NULL AND a <> 'x'; kind: "
     "unique; "
     "spelling: I\nindex t.j; definition: (b)\n"},
    {"views and triggers are kept as written, without what follows them",
     "CREATE TABLE t (a); CREATE VIEW v (x) AS SELECT a -- of t\n FROM t /* end */; CREATE TRIGGER IF NOT "
     "EXISTS g INSTEAD "
     "OF INSERT ON v BEGIN INSERT INTO t VALUES (new.x); END;",
     "table t\ncolumn t.a\nview v; definition: (x) AS SELECT a -- of t\n FROM t\n"
     "trigger v.g; definition: INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.x); END\n"},
    {"a virtual table is its module, without the tables behind it",
     "CREATE VIRTUAL TABLE docs USING fts5(title, tokenize = 'porter')",
     "table docs; definition: fts5(title, tokenize = 'porter')\n"},
    {"a table made from a query, and one that was altered",
     "CREATE TABLE t (a INT CHECK (a > 0), CHECK (a < 9)); ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x'; "
     "ALTER TABLE t "
     "RENAME TO \"U v\"; CREATE TABLE c AS SELECT a, b AS \"B b\" FROM \"U v\"",
     "table \"u v\"; spelling: \"U v\"\ntable c\ncolumn \"u v\".a; type: INT\ncolumn \"u v\".b; type: TEXT\n"
     "column c.\"b b\"; spelling: \"B b\"; type: TEXT\ncolumn c.a; type: INT\ndefault \"u v\".b; definition: "
     "'x'\n"
     "constraint \"u v\".CHECK (a < 9); definition: CHECK (a < 9); kind: check\n"
     "constraint \"u v\".CHECK (a > 0); definition: CHECK (a > 0); kind: check\n"},
};

class ReadSqlite : public ::testing::TestWithParam<ReadCase> {};

TEST_P(ReadSqlite, ListsWhatIsThere) {
  SqliteScratch scratch(GetParam().sql);
  EXPECT_EQ(listing(scratch.read()), GetParam().listing);
}

INSTANTIATE_TEST_SUITE_P(Cases, ReadSqlite, ::testing::ValuesIn(kCases), sentence_name<ReadCase>);

TEST(ReadSqliteScope, LeavesOutOwnTablesWithAllThatIsTheirs) {
  SqliteScratch scratch(
      "CREATE TABLE alembic_version (version_num); CREATE TABLE athanor_ledger (id INTEGER PRIMARY KEY "
      "AUTOINCREMENT, t REFERENCES alembic_version); CREATE INDEX i ON athanor_ledger (t); CREATE TRIGGER g "
      "AFTER "
      "INSERT ON athanor_ledger BEGIN SELECT 1; END; CREATE TABLE t (a); ANALYZE");
  engine::InspectScope scope;
  scope.own_tables = {{"", "alembic_version"}, {"", "athanor_ledger"}};
  EXPECT_EQ(listing(scratch.read(scope)), "table t\ncolumn t.a\n");
}

TEST(ReadSqliteScope, IsOneStatementThatWaitsForNoWriterAtWork) {
  const testing::TempFolder folder;
  const std::string url = "sqlite:///" + (folder.path() / "shop.db").string();
  const auto writer = testing::connect_sqlite(url);
  const auto reader = testing::connect_sqlite(url);
  const auto read = [&] { return listing(engine::read_sqlite_schema(*reader, {}).value()); };
  EXPECT_EQ(read(), "");
  EXPECT_FALSE(folder.has("shop.db")) << "reading leaves nothing behind";
  ASSERT_TRUE(writer->query("CREATE TABLE t (a)"));
  ASSERT_TRUE(writer->begin({}, "CREATE TABLE u (a)"));
  EXPECT_EQ(read(), "table t\ncolumn t.a\n");
  ASSERT_TRUE(writer->conclude("SELECT 1"));
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(read(), "table t\ntable u\ncolumn t.a\ncolumn u.a\n");
}

TEST(ReadSqliteScope, NeedsNoModuleOfAVirtualTable) {
  SqliteScratch scratch(
      "CREATE TABLE t (a); PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'docs', "
      "'docs', 0, 'CREATE VIRTUAL "
      "TABLE docs USING unheard_of(a, b)'); PRAGMA writable_schema = RESET");
  EXPECT_EQ(listing(scratch.read()), "table docs; definition: unheard_of(a, b)\ntable t\ncolumn t.a\n");
}

TEST(ReadSqliteScope, SurvivesASnapshot) {
  SqliteScratch scratch(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a REFERENCES p, CHECK (a > 0)); CREATE INDEX "
      "i ON t (a); "
      "CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER g AFTER DELETE ON p BEGIN DELETE FROM t; END");
  const schema::Catalog read = scratch.read();
  const auto parsed = schema::parse_snapshot(schema::to_snapshot(read));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(schema::to_snapshot(*parsed), schema::to_snapshot(read));
  EXPECT_EQ(schema::fingerprint(*parsed), schema::fingerprint(read));
  const auto& view = read.at({schema::ObjectKind::View, "", "", "v"});
  EXPECT_EQ(view.needs, (std::vector<schema::ObjectId>{{schema::ObjectKind::Table, "", "", "t"}}));
  const auto& trigger = read.at({schema::ObjectKind::Trigger, "", "p", "g"});
  EXPECT_EQ(trigger.needs, (std::vector<schema::ObjectId>{{schema::ObjectKind::Table, "", "", "p"},
                                                          {schema::ObjectKind::Table, "", "", "t"}}));
}

}  // namespace
}  // namespace athanor
