// split_postgres(): where statements end, what each is, and what is refused.
#include "core/sql_script.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pg_query.h>

#include "core/sql_tokens.hpp"

namespace athanor {
namespace {

std::vector<std::string> texts_of(const std::string& sql) {
  const auto statements = split_postgres(sql);
  EXPECT_TRUE(statements) << sql << "\n" << (statements ? "" : statements.error().message);
  std::vector<std::string> texts;
  if (statements) {
    for (const Statement& statement : *statements) texts.push_back(statement.text);
  }
  return texts;
}

/// `sql` from its first to its last token that is no comment.
std::string bare_text(std::string_view sql) {
  const auto tokens = scan_sql(sql).value();
  std::size_t begin = sql.size();
  std::size_t end = 0;
  for (const SqlToken& token : tokens) {
    if (token.kind == TokenKind::Comment) continue;
    begin = std::min<std::size_t>(begin, token.start);
    end = token.end;
  }
  return begin < end ? std::string(sql.substr(begin, end - begin)) : "";
}

/// The split of PostgreSQL's own grammar, which knows only what parses as a whole.
std::vector<std::string> parser_split(const std::string& sql) {
  PgQuerySplitResult result = pg_query_split_with_parser(sql.c_str());
  EXPECT_EQ(result.error, nullptr) << sql << "\n" << (result.error ? result.error->message : "");
  std::vector<std::string> texts;
  for (int i = 0; i < result.n_stmts; ++i) {
    const auto begin = static_cast<std::size_t>(result.stmts[i]->stmt_location);
    const auto size = static_cast<std::size_t>(result.stmts[i]->stmt_len);
    texts.push_back(bare_text(std::string_view(sql).substr(begin, size)));
  }
  pg_query_free_split_result(result);
  return texts;
}

struct SplitCase {
  std::string name;
  std::string sql;
  std::size_t statements;
};

const std::vector<SplitCase>& split_cases() {
  static const std::vector<SplitCase> cases = {
      {"a statement without a semicolon", "SELECT 1", 1},
      {"two statements", "SELECT 1; SELECT 2;", 2},
      {"empty statements between", ";; SELECT 1;; ;SELECT 2;;;", 2},
      {"a semicolon in a literal", "INSERT INTO t VALUES (';', 'it''s;'); SELECT 1", 2},
      {"a semicolon in an escaped literal", R"(SELECT E'\';', ';'; SELECT 2)", 2},
      {"a semicolon in a quoted name", "CREATE TABLE \"a;b\" (c int); SELECT 1", 2},
      {"a semicolon in a line comment", "SELECT 1 -- one; two\n, 2; SELECT 3", 2},
      {"a semicolon in a nested block comment", "SELECT 1 /* a; /* b; */ c; */ + 1; SELECT 2", 2},
      {"a dollar-quoted body", "DO $$ BEGIN PERFORM 1; PERFORM 2; END $$; SELECT 1", 2},
      {"a dollar quote in another",
       "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $a$ BEGIN EXECUTE $b$ SELECT 1; $b$; END; $a$; "
       "SELECT 1",
       2},
      {"a BEGIN ATOMIC body",
       "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT a; END; SELECT 2", 2},
      {"an OR REPLACE procedure with a BEGIN ATOMIC body",
       "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); DELETE FROM t; "
       "END; "
       "SELECT 2",
       2},
      {"CASE ... END in a BEGIN ATOMIC body",
       "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN CASE a "
       "WHEN 2 "
       "THEN 3 END ELSE (CASE WHEN true THEN 1 END) END; SELECT 2; END; SELECT 3",
       2},
      {"END as a column's label in a BEGIN ATOMIC body",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 AS end; SELECT 2; END; SELECT 3",
       2},
      {"CASE as a column's label without AS in a BEGIN ATOMIC body",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 case; SELECT 2; END; COMMIT; "
       "SELECT 3",
       3},
      {"END as a column's label without AS in a BEGIN ATOMIC body",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 end; SELECT 2; END; SELECT 3", 2},
      {"an empty BEGIN ATOMIC body", "CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC END; SELECT 2", 2},
      {"CASE ... END outside a body", "SELECT CASE WHEN true THEN 1 END; SELECT CASE 1 WHEN 1 THEN 2 END", 2},
      {"a column called begin with the alias atomic", "SELECT begin atomic FROM t; SELECT 2", 2},
      {"a rule with statements in parentheses",
       "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;); SELECT 1", 2},
      {"a type's and an array's parentheses",
       "CREATE TABLE t (a numeric(10, 2)[], b int[3]); SELECT a[1:2] FROM t", 2},
      {"operators that hold comment-like pieces", "SELECT 4 - -1, 2 * +3, 5 @> 1; SELECT 1", 2},
      {"pieces of a literal on several lines", "SELECT 'a;'\n  'b;'; SELECT 2", 2},
      {"a Unicode literal with an escape character", "SELECT U&'d!0061t;' UESCAPE '!'; SELECT 2", 2},
      {"a Unicode literal at the end", "COMMENT ON TABLE t IS U&'d\\0061t; it''s'; SELECT U&'a'\n 'b'", 2},
      {"a Unicode name at the end", "DROP TABLE U&\"d\\0061t;\"; SELECT 1 AS U&\"a\"\"b\"", 2},
      {"bytes above 127", "SELECT 'é;ü', \"ñ;\" FROM t; SELECT '日本;'", 2},
      {"nothing but comments", "-- nothing;\n/* at; all */", 0},
      {"nothing", "", 0},
  };
  return cases;
}

TEST(SplitPostgres, EndsStatementsWherePostgresqlDoes) {
  for (const SplitCase& split : split_cases()) {
    SCOPED_TRACE(split.name);
    const auto texts = texts_of(split.sql);
    EXPECT_EQ(texts.size(), split.statements);
    EXPECT_EQ(texts, parser_split(split.sql));
  }
}

TEST(SplitPostgres, AgreesWithTheParserOnRandomScriptsOfTheseStatements) {
  std::mt19937 random(20261123);
  const std::vector<std::string> between = {";", " ;\n", ";\n-- and; then\n", "; /* ; */ ", ";;", "\n;\n\n"};
  for (int round = 0; round < 300; ++round) {
    std::string script;
    for (int i = 0; i < 12; ++i) {
      script += split_cases()[random() % split_cases().size()].sql + "\n";
      script += between[random() % between.size()];
    }
    ASSERT_EQ(texts_of(script), parser_split(script)) << script;
  }
}

TEST(SplitPostgres, KeepsWhatDoesNotParseForTheServerToJudge) {
  EXPECT_EQ(texts_of("SELECT 1; SELEC 2; SELECT 3"),
            (std::vector<std::string>{"SELECT 1", "SELEC 2", "SELECT 3"}));
  EXPECT_EQ(texts_of("42; x"), (std::vector<std::string>{"42", "x"}));
  EXPECT_EQ(texts_of("SELECT (1; SELECT 2"), (std::vector<std::string>{"SELECT (1; SELECT 2"}));
}

TEST(SplitPostgres, UnderstandsSyntaxNewerThanItsScanner) {
  EXPECT_EQ(
      texts_of("SELECT 1_000_000, 0xFF, 0o17, 0b1_01, 1e-5; SELECT '1_0;', $$0x1;$$"),
      (std::vector<std::string>{"SELECT 1_000_000, 0xFF, 0o17, 0b1_01, 1e-5", "SELECT '1_0;', $$0x1;$$"}));
  EXPECT_EQ(
      texts_of("SELECT 10, 1_000; CREATE FUNCTION g() RETURNS int AS $f$ SELECT 1; LIMIT 10$f$ "
               "LANGUAGE sql; SELECT a$1, 2"),
      (std::vector<std::string>{"SELECT 10, 1_000",
                                "CREATE FUNCTION g() RETURNS int AS $f$ SELECT 1; LIMIT 10$f$ LANGUAGE sql",
                                "SELECT a$1, 2"}));
  EXPECT_EQ(
      texts_of(
          "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING merge_action(); SELECT 1")
          .size(),
      2U);
}

TEST(SplitPostgres, CountsLinesFromTheFileAndSkipsCommentsAroundAStatement) {
  const auto statements =
      split_postgres("\n-- one\nSELECT 1 -- in\n + 1;\n\n/* two\nlines */ SELECT\n2;\nSELECT 3", 10);
  ASSERT_TRUE(statements);
  ASSERT_EQ(statements->size(), 3U);
  EXPECT_EQ((*statements)[0], (Statement{"SELECT 1 -- in\n + 1", 12, StatementClass::Rows, ""}));
  EXPECT_EQ((*statements)[1], (Statement{"SELECT\n2", 16, StatementClass::Rows, ""}));
  EXPECT_EQ((*statements)[2], (Statement{"SELECT 3", 18, StatementClass::Rows, ""}));
}

TEST(SplitPostgres, SplitsTenThousandStatements) {
  std::string script;
  for (int i = 0; i < 10000; ++i)
    script += "INSERT INTO t (a, b) VALUES (" + std::to_string(i) + ", 'x;');\n";
  const auto statements = split_postgres(script);
  ASSERT_TRUE(statements);
  ASSERT_EQ(statements->size(), 10000U);
  EXPECT_EQ(statements->back().line, 10000U);
}

struct RefusedCase {
  std::string name;
  std::string sql;
  std::size_t line;
  std::string says;
};

TEST(SplitPostgres, RefusesWhatTheScannerRefuses) {
  const std::vector<RefusedCase> cases = {
      {"an open literal", "SELECT 1;\n\nSELECT 'abc;\nSELECT 2;", 7, "unterminated quoted string"},
      {"an open literal after bytes above 127", "SELECT 'éü';\nSELECT 'x", 6, "unterminated quoted string"},
      {"an open quoted name", "SELECT \"abc", 5, "unterminated quoted identifier"},
      {"an open dollar quote", "SELECT 1;\nDO $x$ BEGIN $y$;", 6, "unterminated dollar-quoted string"},
      {"an open comment", "SELECT 1;\n/* a /* b */", 6, "unterminated /* comment"},
      {"an empty quoted name", "SELECT \"\"", 5, "zero-length delimited identifier"},
      {"a NUL byte", std::string("SELECT 1;\nSELECT\0 2", 19), 6, "NUL byte"},
      {"a command of psql", "SELECT 1;\n\\connect other\nSELECT 2;", 6, "command of psql"},
      {"a command of psql within a statement", "SELECT 1\n\\gset\n", 6, "command of psql"},
      {"copied rows", "SELECT 1;\nCOPY t FROM stdin;\n1\t\\N\n\\.\n", 6, "COPY ... FROM STDIN"},
      {"copied rows with an open quote", "COPY public.t (a, b) FROM stdin;\n1\tO'Brien\n\\.\n", 5,
       "COPY ... FROM STDIN"},
  };
  for (const RefusedCase& refused : cases) {
    SCOPED_TRACE(refused.name);
    const auto statements = split_postgres(refused.sql, 5);
    ASSERT_FALSE(statements);
    EXPECT_EQ(statements.error().kind, ErrorKind::Terminal);
    EXPECT_EQ(statements.error().reason, "InvalidSql");
    EXPECT_EQ(statements.error().site.line, refused.line);
    EXPECT_NE(statements.error().message.find(refused.says), std::string::npos) << statements.error().message;
    EXPECT_NE(statements.error().message.find("Line " + std::to_string(refused.line)), std::string::npos);
    EXPECT_EQ(statements.error().message.find("O'Brien"), std::string::npos) << "a revision's data";
  }
}

struct ClassCase {
  std::string sql;
  StatementClass kind;
  std::string index_name{};
};

void expect_class(const ClassCase& expected) {
  SCOPED_TRACE(expected.sql);
  const auto statements = split_postgres(expected.sql);
  ASSERT_TRUE(statements);
  ASSERT_EQ(statements->size(), 1U);
  EXPECT_EQ(static_cast<int>(statements->front().kind), static_cast<int>(expected.kind));
  EXPECT_EQ(statements->front().index_name, expected.index_name);
}

TEST(StatementClass, TransactionControlIsWhatEndsOrNestsTheRevisionsTransaction) {
  for (const char* sql : {"BEGIN",
                          "begin isolation level serializable",
                          "BEGIN WORK",
                          "START TRANSACTION READ ONLY",
                          "COMMIT",
                          "Commit AND CHAIN",
                          "END",
                          "END TRANSACTION",
                          "ROLLBACK",
                          "ROLLBACK TO SAVEPOINT s",
                          "ABORT",
                          "SAVEPOINT s",
                          "RELEASE s",
                          "PREPARE TRANSACTION 'x'",
                          "COMMIT PREPARED 'x'",
                          "ROLLBACK PREPARED 'x'",
                          "SET TRANSACTION READ ONLY",
                          "SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                          "DISCARD ALL",
                          "/* hidden */ COMMIT -- here"}) {
    expect_class({sql, StatementClass::TransactionControl});
  }
}

TEST(StatementClass, WhatOnlySoundsLikeTransactionControlIsNone) {
  for (const char* sql :
       {"PREPARE p AS SELECT 1", "SET transaction_timeout = 0", "SET LOCAL search_path = a", "DISCARD PLANS",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "DO $$ BEGIN COMMIT; END $$", "CALL p()",
        "COMMENT ON TABLE t IS 'commit'", "DECLARE c CURSOR FOR SELECT 1", "\"begin\"",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END"}) {
    expect_class({sql, StatementClass::Plain});
  }
}

TEST(StatementClass, RowsAreWhatACursorCanRead) {
  for (const char* sql :
       {"SELECT 1", "select set_config('search_path', '', false)", "VALUES (1), (2)", "TABLE t", "(SELECT 1)",
        "((VALUES (1)))", "(SELECT 1) UNION ALL (SELECT 2)", "SELECT * FROM t FOR UPDATE",
        "WITH a AS (SELECT 1), b (x) AS NOT MATERIALIZED (VALUES (2)) SELECT * FROM a, b",
        "WITH RECURSIVE a (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM a) SELECT n FROM a",
        "(WITH a AS (SELECT 1) TABLE a)"}) {
    expect_class({sql, StatementClass::Rows});
  }
}

TEST(StatementClass, WhatACursorCannotReadIsPlain) {
  for (const char* sql :
       {"SELECT 1 INTO t", "SELECT a INTO TEMP t FROM b", "(SELECT 1 INTO t)",
        "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a",
        "WITH a AS (SELECT 1), b AS (DELETE FROM t RETURNING *) SELECT * FROM b",
        "WITH a AS (UPDATE t SET b = 1 RETURNING *) TABLE a",
        "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "WITH a AS (SELECT 1) UPDATE t SET b = 1",
        "WITH a AS (SELECT 1) DELETE FROM t",
        "WITH RECURSIVE a AS (SELECT 1 AS n) SEARCH DEPTH FIRST BY n SET o SELECT * FROM a",
        "EXPLAIN ANALYZE SELECT 1", "EXPLAIN SELECT 1", "EXECUTE p", "FETCH 1 FROM c", "SHOW search_path",
        "INSERT INTO t VALUES (1) RETURNING a", "CREATE TABLE t AS SELECT 1", "CREATE VIEW v AS SELECT 1"}) {
    expect_class({sql, StatementClass::Plain});
  }
}

TEST(StatementClass, CopyThroughTheConnectionIsAStream) {
  for (const char* sql :
       {"COPY t FROM STDIN", "copy s.t (a, b) from stdin with (format csv)", "COPY BINARY t FROM STDIN",
        "COPY t TO STDOUT", "COPY (SELECT 1 FROM a) TO STDOUT"}) {
    expect_class({sql, StatementClass::CopyStream});
  }
  for (const char* sql : {"COPY t FROM '/tmp/stdin'", "COPY t TO PROGRAM 'cat'", "COPY stdin FROM '/tmp/x'",
                          "COPY (SELECT a FROM stdin) TO '/tmp/x'"}) {
    expect_class({sql, StatementClass::Plain});
  }
}

TEST(StatementClass, ConcurrentIndexStatementsAreBareAndNameTheirIndex) {
  const auto bare = StatementClass::Bare;
  for (const ClassCase& expected : std::vector<ClassCase>{
           {"CREATE INDEX CONCURRENTLY i ON t (a)", bare, "i"},
           {"create unique index concurrently if not exists \"My Index\" on t (a)", bare, "\"My Index\""},
           {"CREATE INDEX CONCURRENTLY i ON app.users USING gin (a)", bare, "app.i"},
           {"CREATE INDEX CONCURRENTLY \"I\" ON ONLY \"App\".t (a)", bare, "\"App\".\"I\""},
           {"CREATE INDEX CONCURRENTLY ON t (a)", bare, ""},
           {"DROP INDEX CONCURRENTLY i", bare, "i"},
           {"DROP INDEX CONCURRENTLY IF EXISTS app . \"I\" CASCADE", bare, "app.\"I\""},
           {"REINDEX INDEX CONCURRENTLY app.i", bare, "app.i"},
           {"REINDEX (CONCURRENTLY) INDEX i", bare, "i"},
           {"REINDEX (VERBOSE, CONCURRENTLY on) INDEX i", bare, "i"},
           {"REINDEX TABLE CONCURRENTLY t", bare, ""},
           {"REINDEX (CONCURRENTLY) TABLE t", bare, ""},
           {"CREATE INDEX i ON t (a)", StatementClass::Plain, ""},
           {"CREATE INDEX i ON concurrently (a)", StatementClass::Plain, ""},
           {"DROP INDEX i", StatementClass::Plain, ""},
           {"REINDEX INDEX i", StatementClass::Plain, ""},
           {"REINDEX (CONCURRENTLY false) INDEX i", StatementClass::Plain, ""},
           {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", StatementClass::Plain, ""},
       }) {
    expect_class(expected);
  }
}

TEST(StatementClass, BareIsWhatTheServerRefusesInATransaction) {
  for (const char* sql : {"VACUUM",
                          "VACUUM (FULL) t",
                          "REINDEX DATABASE d",
                          "REINDEX SYSTEM d",
                          "REINDEX SCHEMA s",
                          "CREATE DATABASE d",
                          "DROP DATABASE IF EXISTS d",
                          "CREATE TABLESPACE x LOCATION '/x'",
                          "DROP TABLESPACE x",
                          "ALTER SYSTEM SET work_mem = '1MB'",
                          "ALTER DATABASE d SET TABLESPACE x",
                          "CLUSTER",
                          "CLUSTER VERBOSE",
                          "CLUSTER (VERBOSE)",
                          "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
                          "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (enabled = false)",
                          "DROP SUBSCRIPTION s",
                          "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
                          "ALTER SUBSCRIPTION s ADD PUBLICATION p",
                          "ALTER TABLE t DETACH PARTITION s.p CONCURRENTLY"}) {
    expect_class({sql, StatementClass::Bare});
  }
}

TEST(StatementClass, WhatMayRunInATransactionIsPlain) {
  for (const char* sql :
       {"ALTER TYPE mood ADD VALUE 'ok'", "ANALYZE", "CLUSTER t", "CLUSTER t USING i", "CLUSTER VERBOSE t",
        "CLUSTER (VERBOSE) t", "ALTER DATABASE d SET search_path = a",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = 'off', enabled)",
        "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", "ALTER SUBSCRIPTION s DISABLE",
        "ALTER TABLE t DETACH PARTITION p", "ALTER TABLE t DETACH PARTITION p FINALIZE",
        "ALTER TABLE t ADD COLUMN concurrently int", "CREATE TABLE t (a int)", "CREATE EXTENSION citext",
        "CHECKPOINT", "REINDEX TABLE t"}) {
    expect_class({sql, StatementClass::Plain});
  }
}

TEST(ClosedStatement, is_closed_by_a_semicolon_that_no_comment_swallows) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {" \n", ""},
      {"-- nothing; \n/* more */ \n", "-- nothing; \n/* more */"},
      {";", ";"},
      {"SELECT 1", "SELECT 1;"},
      {"SELECT 1;\n", "SELECT 1;"},
      {"SELECT 1 -- first;", "SELECT 1 -- first;\n;"},
      {"SELECT 1; -- first", "SELECT 1; -- first"},
      {"SELECT 1 /* first; */", "SELECT 1 /* first; */\n;"},
      {"SELECT ';'", "SELECT ';';"},
      {"CREATE TABLE [it's] (i)", "CREATE TABLE [it's] (i)\n;"},
  };
  for (const auto& [sql, closed] : cases) EXPECT_EQ(close_statement(sql), closed);
}

}  // namespace
}  // namespace athanor
