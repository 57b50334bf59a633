// The door to PostgreSQL's parser: what it refuses beforehand, and that nothing it is given brings it down.
#include "schema/parse_tree.hpp"

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>

#include "core/sql_tokens.hpp"
#include "schema/nesting.hpp"

namespace athanor::schema {
namespace {

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

/// A statement that nests `depth` deep, in one way of many.
struct Deep {
  std::string sentence;
  std::function<std::string(std::size_t depth)> make;
};

const std::vector<Deep> kDeep = {
    {"a chain of operators", [](std::size_t n) { return "SELECT 1" + repeated("||1", n); }},
    {"parentheses", [](std::size_t n) { return "SELECT " + repeated("(", n) + "1" + repeated(")", n); }},
    {"calls", [](std::size_t n) { return "SELECT " + repeated("f(", n) + "1" + repeated(")", n); }},
    {"calls behind commas",
     [](std::size_t n) { return "SELECT " + repeated("f(1,", n) + "1" + repeated(")", n); }},
    {"negations", [](std::size_t n) { return "SELECT " + repeated("NOT ", n) + "a"; }},
    {"unions", [](std::size_t n) { return "SELECT 1" + repeated(" UNION SELECT 1", n); }},
    {"subqueries", [](std::size_t n) { return repeated("SELECT (", n) + "SELECT 1" + repeated(")", n); }},
    {"arrays", [](std::size_t n) { return "SELECT " + repeated("ARRAY[", n) + "1" + repeated("]", n); }},
    {"cases",
     [](std::size_t n) { return "SELECT " + repeated("CASE WHEN a THEN ", n) + "1" + repeated(" END", n); }},
    {"joins", [](std::size_t n) { return "SELECT * FROM a" + repeated(" JOIN b ON c", n); }},
    {"casts", [](std::size_t n) { return "SELECT 1" + repeated("::a", n); }},
    {"a default", [](std::size_t n) { return "ALTER TABLE t ADD c int DEFAULT 1" + repeated("+f(1)", n); }}};

// ThreadSanitizer's frames are some times as large.
#ifdef __SANITIZE_THREAD__
constexpr std::size_t kStackFactor = 4;
#else
constexpr std::size_t kStackFactor = 1;
#endif

/// Runs `work` with so many bytes of stack.
void with_stack(std::size_t bytes, std::function<void()> work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, bytes * kStackFactor);
  pthread_t thread{};
  const auto enter = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  const int failed = pthread_create(&thread, &attributes, enter, &work);
  pthread_attr_destroy(&attributes);
  if (failed != 0) throw std::runtime_error("no thread");
  pthread_join(thread, nullptr);
}

TEST(ParseStatement, GetsByWithAQuarterOfTheStackForAllThatItTakes) {
  for (const Deep& deep : kDeep) {
    std::size_t deepest = 1;
    while (nesting_bound(deep.make(deepest + 1)) <= kMaxNesting) ++deepest;
    EXPECT_GE(deepest, 50U) << deep.sentence;
    with_stack(std::size_t{2} << 20U, [&] {
      const auto shape = parse_statement(deep.make(deepest));
      EXPECT_TRUE(shape) << deep.sentence << ": " << shape.error().why;
    });
    const auto refused = parse_statement(deep.make(deepest + 1));
    ASSERT_FALSE(refused) << deep.sentence;
    EXPECT_TRUE(refused.error().too_large) << deep.sentence;
  }
}

TEST(ParseStatement, TakesLongFlatLists) {
  for (const std::string& sql : {"INSERT INTO t VALUES (1, 2)" + repeated(", (1, 2)", 20'000),
                                 "SELECT 1 WHERE a = 1" + repeated(" OR a = 2", 20'000),
                                 "CREATE TABLE t (a int" + repeated(", b int", 1'500) + ")"}) {
    EXPECT_TRUE(parse_statement(sql)) << sql.substr(0, 40);
  }
}

/// At least one of every kind of statement that the reader looks into.
const std::vector<std::string> kStatements = {
    "CREATE TABLE IF NOT EXISTS s.t (a int NOT NULL DEFAULT f(now()), b text CHECK (b IS NOT NULL), "
    "FOREIGN KEY (a) REFERENCES u (id), LIKE v)",
    "CREATE TABLE t AS SELECT 1",
    "SELECT 1 INTO t FROM u",
    "CREATE MATERIALIZED VIEW v AS SELECT 1",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t USING gin (a, (b + 1)) WHERE c",
    "DROP TABLE IF EXISTS a.b.c, d CASCADE",
    "DROP INDEX CONCURRENTLY i",
    "DROP SCHEMA s, t",
    "DROP DATABASE d",
    "DROP FUNCTION f(int), g",
    "DROP TYPE a.b",
    "DROP OPERATOR + (int, int)",
    "DROP TRIGGER g ON t",
    "ALTER TABLE ONLY s.t ADD c numeric(4, 2) GENERATED ALWAYS AS (a) STORED, ALTER d TYPE varchar(3)[] "
    "USING d::text, "
    "DROP COLUMN e, ADD CONSTRAINT k UNIQUE USING INDEX i, VALIDATE CONSTRAINT l, ALTER f SET NOT NULL",
    "ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)",
    "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
    "ALTER TABLE t SET TABLESPACE x",
    "ALTER TABLE t RENAME a TO b",
    "ALTER TABLE t RENAME TO u",
    "ALTER SCHEMA a RENAME TO b",
    "ALTER VIEW v SET SCHEMA s",
    "ALTER DOMAIN d RENAME CONSTRAINT a TO b",
    "TRUNCATE TABLE ONLY a, b RESTART IDENTITY CASCADE",
    "REINDEX (CONCURRENTLY true, VERBOSE) TABLE s.t",
    "REINDEX SCHEMA s",
    "VACUUM (FULL, ANALYZE) t (a), u",
    "CLUSTER VERBOSE t USING i",
    "CLUSTER",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY v WITH NO DATA",
    "UPDATE ONLY t SET (a, b) = (1, 2), c[1] = 3 WHERE d",
    "WITH x AS (DELETE FROM t RETURNING *) DELETE FROM u USING x",
    "INSERT INTO t DEFAULT VALUES",
    "EXPLAIN SELECT 1",
    "DO $$ BEGIN END $$",
    "CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
    "CREATE TABLE q OF u"};

TEST(ParseStatement, ReadsOrRefusesWhateverALostOrDoubledWordMakesOfAStatement) {
  for (const std::string& sql : kStatements) {
    ASSERT_TRUE(parse_statement(sql)) << sql;
    const auto tokens = scan_sql(sql);
    ASSERT_TRUE(tokens);
    for (const SqlToken& token : *tokens) {
      std::string lost = sql;
      lost.erase(token.start, token.end - token.start);
      (void)parse_statement(lost);
      std::string doubled = sql;
      doubled.insert(token.end, " " + std::string(token.in(sql)));
      (void)parse_statement(doubled);
      (void)parse_statement(std::string_view(sql).substr(0, token.end));
    }
  }
}

TEST(ParseStatement, TakesNothingForNothing) {
  const auto nothing = parse_statement("");
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(std::holds_alternative<OtherStatement>(*nothing));
}

TEST(ParseStatement, SaysWhatTheGrammarSays) {
  const auto refused = parse_statement("CREATE TABEL t ()");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, "syntax error at or near \"TABEL\"");
  EXPECT_FALSE(refused.error().too_large);
}

}  // namespace
}  // namespace athanor::schema
