#include "core/destructive.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor {
namespace {

struct Case {
  std::string sentence;
  std::string sql;
  std::string effect;  ///< empty: none
};

std::string effect_of(std::string sql) {
  return destructive_effect(Statement{std::move(sql), 1, StatementClass::Plain, {}}).value_or("");
}

class DestructiveEffect : public ::testing::TestWithParam<Case> {};

TEST_P(DestructiveEffect, IsToldInAFewWords) {
  EXPECT_EQ(effect_of(GetParam().sql), GetParam().effect) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    Destroys, DestructiveEffect,
    ::testing::Values(
        Case{"a table", "DROP TABLE orders", "drops table orders"},
        Case{"several tables, one quoted and with a schema", "drop table if exists a, shop.\"B c\" cascade",
             "drops table a, shop.\"B c\""},
        Case{"with comments between", "DROP/* old */TABLE -- gone\n orders", "drops table orders"},
        Case{"a table in backticks", "DROP TABLE `orders`", "drops table orders"},
        Case{"a table in brackets", "DROP TABLE [orders]", "drops table orders"},
        Case{"a schema", "DROP SCHEMA shop CASCADE", "drops schema shop"},
        Case{"a database", "DROP DATABASE IF EXISTS shop", "drops database shop"},
        Case{"the position of a sequence", "DROP SEQUENCE invoice_no", "drops sequence invoice_no"},
        Case{"all that a role owns", "DROP OWNED BY alice", "drops everything owned by alice"},
        Case{"a type with its columns", "DROP TYPE mood CASCADE",
             "drops type mood and the columns that use it"},
        Case{"an extension with its columns", "DROP EXTENSION IF EXISTS hstore CASCADE",
             "drops extension hstore and the columns that use it"},
        Case{"an access method with its tables", "DROP ACCESS METHOD columnar CASCADE",
             "drops access method columnar and the tables that use it"},
        Case{"a column", "ALTER TABLE users DROP COLUMN email", "drops column users.email"},
        Case{"a column without the word", "ALTER TABLE ONLY shop.users DROP email",
             "drops column shop.users.email"},
        Case{"columns among other actions",
             "ALTER TABLE t ADD c numeric(4, 2) DEFAULT f(1, 2), DROP COLUMN IF EXISTS a CASCADE, DROP b",
             "drops column t.a, drops column t.b"},
        Case{"an attribute of a type", "ALTER TYPE address DROP ATTRIBUTE zip CASCADE",
             "drops attribute address.zip"},
        Case{"the rows by truncate", "TRUNCATE orders, ONLY lines * RESTART IDENTITY CASCADE",
             "truncates orders, lines"},
        Case{"the rows by truncate table", "TRUNCATE TABLE shop.orders", "truncates shop.orders"},
        Case{"every row", "DELETE FROM orders", "deletes every row of orders"},
        Case{"every row, with a where that is of another query",
             "DELETE FROM ONLY orders USING (SELECT 1 WHERE true) x", "deletes every row of orders"},
        Case{"every row in a with",
             "WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone",
             "deletes every row of a"},
        Case{"every row below a with", "WITH x AS (SELECT 1 WHERE true) DELETE FROM a USING x",
             "deletes every row of a"},
        Case{"a value in every row", "UPDATE users SET email = lower(email)",
             "overwrites users.email in every row"},
        Case{"values in every row", "UPDATE users u SET (a, b) = (1, 2)", "overwrites users in every row"},
        Case{"a value in SQLite's words", "UPDATE OR IGNORE users SET email = 1",
             "overwrites users.email in every row"},
        Case{"the time of day", "ALTER TABLE t ALTER COLUMN at TYPE date",
             "changes t.at to date, which may cut its values"},
        Case{"places behind the point", "ALTER TABLE t ALTER n SET DATA TYPE numeric(10, 2)",
             "changes t.n to numeric(10, 2), which may cut its values"},
        Case{"the end of a text, cut by a cast",
             "ALTER TABLE t ALTER s TYPE character varying(5) USING s::varchar(5)",
             "changes t.s to character varying(5), which may cut its values"}),
    sentence_name<Case>);

INSTANTIATE_TEST_SUITE_P(
    Keeps, DestructiveEffect,
    ::testing::Values(
        Case{"a new table", "CREATE TABLE t (id int)", ""},
        Case{"an index dropped", "DROP INDEX i CASCADE", ""},
        Case{"a view dropped", "DROP VIEW v CASCADE", ""},
        Case{"a materialized view dropped", "DROP MATERIALIZED VIEW v", ""},
        Case{"a foreign table dropped", "DROP FOREIGN TABLE f CASCADE", ""},
        Case{"a type that nothing uses", "DROP TYPE mood", ""},
        Case{"a constraint dropped", "ALTER TABLE t DROP CONSTRAINT c CASCADE", ""},
        Case{"a default dropped", "ALTER TABLE t ALTER COLUMN c DROP DEFAULT", ""},
        Case{"not null dropped", "ALTER TABLE t ALTER c DROP NOT NULL", ""},
        Case{"a rename", "ALTER TABLE t RENAME COLUMN a TO b", ""},
        Case{"a partition detached", "ALTER TABLE t DETACH PARTITION p", ""},
        Case{"a column of a foreign table", "ALTER FOREIGN TABLE f DROP COLUMN c", ""},
        Case{"some rows deleted", "DELETE FROM orders WHERE id = 1", ""},
        Case{"some rows updated", "UPDATE orders SET a = 1 WHERE a IS NULL", ""},
        Case{"some rows deleted in a with",
             "WITH gone AS (DELETE FROM a WHERE id = 1 RETURNING *) SELECT * FROM gone FOR UPDATE", ""},
        Case{"a wider integer", "ALTER TABLE t ALTER id TYPE bigint", ""},
        Case{"a text", "ALTER TABLE t ALTER s TYPE text USING s::text", ""},
        Case{"a shorter text, which the server refuses if it does not fit",
             "ALTER TABLE t ALTER s TYPE varchar(5), ALTER u TYPE text USING u::text", ""},
        Case{"a numeric without bounds", "ALTER TABLE t ALTER n TYPE numeric", ""},
        Case{"an insert on conflict", "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1", ""},
        Case{"words in a text", "SELECT 'DROP TABLE t'", ""},
        Case{"a DO block, which nobody looks into", "DO $$ BEGIN DELETE FROM t; END $$", ""},
        Case{"a verb alone", "DROP", ""}, Case{"an update alone", "UPDATE", ""},
        Case{"an alter alone", "ALTER TABLE", ""}, Case{"nothing", "", ""}),
    sentence_name<Case>);

TEST(CountDestructive, CountsTheStatementsOfASection) {
  EXPECT_EQ(count_destructive({"DROP TABLE a; CREATE TABLE b (); TRUNCATE c;", 1, ""}), 2);
  EXPECT_EQ(count_destructive({"", 1, ""}), 0);
  EXPECT_EQ(count_destructive({"CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; DELETE FROM log; END;"
                               "DROP TABLE a;",
                               1, ""}),
            1)
      << "what a trigger of SQLite does is done later";
  EXPECT_EQ(count_destructive({"CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN b THEN 1 "
                               "ELSE 2 END; DELETE FROM log; END; DROP TABLE a;",
                               1, ""}),
            1);
  EXPECT_EQ(count_destructive({"DROP TABLE a; SELECT 'open", 1, ""}), 0);
}

TEST(JudgeStatements, GoOnBehindATriggerThatIsWhole) {
  Statement trigger;
  trigger.text = "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = CASE 1 WHEN 1 THEN 2 END; END";
  Statement drop;
  drop.text = "DROP TABLE a";
  const auto judged = judge_statements({trigger, drop});
  ASSERT_EQ(judged.size(), 2U);
  EXPECT_EQ(judged[0].destroys, std::nullopt);
  EXPECT_EQ(judged[1].destroys, "drops table a");
  EXPECT_EQ(count_destructive(judged), 1U);
}

}  // namespace
}  // namespace athanor
