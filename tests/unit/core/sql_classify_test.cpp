// What a statement is, from its tokens alone; sql_script_test.cpp goes through the classes by statement.
#include "core/sql_classify.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace athanor {
namespace {

StatementKind classified(const std::string& sql) {
  const auto tokens = scan_sql(sql);
  EXPECT_TRUE(tokens) << sql;
  return tokens ? classify_postgres(sql, *tokens) : StatementKind{};
}

struct Classified {
  std::string sql;
  StatementClass kind;
  std::string index;
};

TEST(ClassifyPostgres, TellsTheClassesApart) {
  for (const Classified& wanted : std::vector<Classified>{
           {"CREATE TABLE t (id int)", StatementClass::Plain, ""},
           {"SELECT 1", StatementClass::Rows, ""},
           {"SELECT 1 INTO t", StatementClass::Plain, ""},
           {"commit", StatementClass::TransactionControl, ""},
           {"SET SESSION TRANSACTION READ ONLY", StatementClass::TransactionControl, ""},
           {"COPY t (a, b) FROM STDIN", StatementClass::CopyStream, ""},
           {"COPY t FROM '/etc/passwd'", StatementClass::Plain, ""},
           {"VACUUM t", StatementClass::Bare, ""},
       }) {
    EXPECT_EQ(classified(wanted.sql).kind, wanted.kind) << wanted.sql;
    EXPECT_EQ(classified(wanted.sql).index_name, wanted.index) << wanted.sql;
  }
}

TEST(ClassifyPostgres, NamesTheIndexWithTheSchemaOfItsTable) {
  for (const Classified& wanted : std::vector<Classified>{
           {"CREATE INDEX CONCURRENTLY i ON t (a)", StatementClass::Bare, "i"},
           {"create unique index concurrently if not exists i on only s.t (a)", StatementClass::Bare, "s.i"},
           {R"(CREATE INDEX CONCURRENTLY "I x" ON "S"."T" (a))", StatementClass::Bare, R"("S"."I x")"},
           {"CREATE INDEX CONCURRENTLY ON t (a)", StatementClass::Bare, ""},
           {"CREATE INDEX i ON t (a)", StatementClass::Plain, ""},
           {"DROP INDEX CONCURRENTLY IF EXISTS s.i", StatementClass::Bare, "s.i"},
           {"REINDEX INDEX CONCURRENTLY s.i", StatementClass::Bare, "s.i"},
           {"REINDEX (CONCURRENTLY off) TABLE t", StatementClass::Plain, ""},
       }) {
    EXPECT_EQ(classified(wanted.sql).kind, wanted.kind) << wanted.sql;
    EXPECT_EQ(classified(wanted.sql).index_name, wanted.index) << wanted.sql;
  }
}

TEST(ClassifyPostgres, LooksAtWordsAndNotIntoQuotes) {
  EXPECT_EQ(classified(R"(COMMENT ON TABLE t IS 'COMMIT')").kind, StatementClass::Plain);
  EXPECT_EQ(classified(R"(COPY "stdin" FROM 'STDIN')").kind, StatementClass::Plain);
  EXPECT_EQ(classified(R"(SELECT "into" FROM t)").kind, StatementClass::Rows);
}

TEST(ClassifyPostgres, ReadsAStatementThatStopsInTheMiddle) {
  for (const char* sql : {"CREATE", "CREATE INDEX CONCURRENTLY", "REINDEX (", "COPY t FROM", "WITH x AS (",
                          "ALTER TABLE t DETACH PARTITION", "CREATE SUBSCRIPTION s WITH ("}) {
    SCOPED_TRACE(sql);
    EXPECT_EQ(classified(sql).index_name, "");
  }
}

}  // namespace
}  // namespace athanor
