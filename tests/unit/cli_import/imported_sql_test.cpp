#include "cli/import/imported_sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

struct SqlCase {
  const char* sentence;
  const char* written;
  const char* imported;
  bool needs_no_transaction = false;
  ports::Dialect dialect = ports::Dialect::PostgreSql;
};

class ImportSql : public ::testing::TestWithParam<SqlCase> {};

TEST_P(ImportSql, BecomesASection) {
  const auto imported = import_sql(GetParam().written, GetParam().dialect);
  ASSERT_TRUE(imported) << imported.error();
  EXPECT_EQ(imported->sql, GetParam().imported);
  EXPECT_EQ(imported->needs_no_transaction, GetParam().needs_no_transaction);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ImportSql,
    ::testing::Values(SqlCase{"plain statements stay as they are", "\nSELECT 1; -- one\n\nSELECT ';';\n",
                              "SELECT 1; -- one\n\nSELECT ';';"},
                      SqlCase{"nothing stays nothing", " \n", ""},
                      SqlCase{"a transaction around the whole goes", "-- BEGIN\nBEGIN;\nSELECT 1;\nCOMMIT;\n",
                              "-- BEGIN\n\nSELECT 1;"},
                      SqlCase{"so does one in other words", "start transaction; SELECT 1; end", "SELECT 1;"},
                      SqlCase{"what stands twice in a line goes twice", "COMMIT; BEGIN; COMMIT;", "", true},
                      SqlCase{"a transaction that ends on the way is left",
                              "SELECT 1;\nCOMMIT ;\nSELECT 2;\nBEGIN;", "SELECT 1;\n\nSELECT 2;", true},
                      SqlCase{"a concurrent index needs none", "CREATE INDEX CONCURRENTLY i ON t (c);",
                              "CREATE INDEX CONCURRENTLY i ON t (c);", true},
                      SqlCase{"a word in a literal controls nothing", "SELECT 'COMMIT; VACUUM;';",
                              "SELECT 'COMMIT; VACUUM;';"},
                      SqlCase{"a body in dollar quotes is no transaction",
                              "DO $$ BEGIN PERFORM 1; COMMIT; END $$;",
                              "DO $$ BEGIN PERFORM 1; COMMIT; END $$;"},
                      SqlCase{"a trigger of SQLite is no transaction",
                              "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;",
                              "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;", false,
                              ports::Dialect::Sqlite},
                      SqlCase{"a transaction of SQLite goes", "BEGIN IMMEDIATE;\nSELECT 1;\nCOMMIT;",
                              "SELECT 1;", false, ports::Dialect::Sqlite}),
    sentence_name<SqlCase>);

struct RefusedCase {
  const char* sentence;
  const char* written;
  const char* reason;
};

class RefusedSql : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedSql, SaysWhy) {
  const auto imported = import_sql(GetParam().written, ports::Dialect::PostgreSql);
  ASSERT_FALSE(imported);
  EXPECT_THAT(imported.error(), ::testing::HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedSql,
    ::testing::Values(
        RefusedCase{"a rollback", "BEGIN; SELECT 1; ROLLBACK;", "\"ROLLBACK\" controls a transaction"},
        RefusedCase{"a savepoint", "SAVEPOINT a;", "\"SAVEPOINT a\" controls a transaction"},
        RefusedCase{"rows to copy", "COPY t FROM stdin;", "Write the rows as INSERT statements"},
        RefusedCase{"a command of psql", "\\connect shop", "a command of psql"},
        RefusedCase{"an open quote", "SELECT 'a", "unterminated quoted string"}),
    sentence_name<RefusedCase>);

struct JoinCase {
  const char* sentence;
  std::vector<std::string> statements;
  const char* joined;
};

class JoinStatements : public ::testing::TestWithParam<JoinCase> {};

TEST_P(JoinStatements, ClosesEach) {
  EXPECT_EQ(join_statements(GetParam().statements), GetParam().joined);
}

INSTANTIATE_TEST_SUITE_P(
    Table, JoinStatements,
    ::testing::Values(
        JoinCase{"none", {}, ""}, JoinCase{"two", {"SELECT 1", "SELECT 2;"}, "SELECT 1;\n\nSELECT 2;"},
        JoinCase{"an empty one between", {"SELECT 1", " ", "SELECT 2"}, "SELECT 1;\n\nSELECT 2;"},
        JoinCase{"a comment at the end", {"SELECT 1 -- one", "SELECT 2"}, "SELECT 1 -- one\n;\n\nSELECT 2;"},
        JoinCase{"a comment that is not at the end", {"-- one\nSELECT 1"}, "-- one\nSELECT 1;"}),
    sentence_name<JoinCase>);

}  // namespace
}  // namespace athanor::cli
