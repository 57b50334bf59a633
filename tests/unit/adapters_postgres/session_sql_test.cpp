// The messages around a revision: no more than what the session's last user makes necessary.
#include "adapters/postgres/session_sql.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace athanor::postgres {
namespace {

bool has(const Opening& opening, std::string_view text) {
  return std::ranges::find(opening.statements, text) != opening.statements.end();
}

TEST(Opening, UndoesNoMoreThanWhatMayHaveBeenLeft) {
  ports::TransactionOptions options;
  options.lock_key = "k";
  struct Case {
    Residue residue;
    bool forgets, discards, resets;
  };
  for (const auto& [residue, forgets, discards, resets] :
       {Case{Residue::None, false, false, false}, Case{Residue::Temporary, true, true, false},
        Case{Residue::Settings, true, true, true}, Case{Residue::Shared, false, true, true}}) {
    const Opening message = opening(options, true, residue, "SELECT 1");
    EXPECT_EQ(has(message, "DEALLOCATE ALL"), forgets);
    EXPECT_EQ(has(message, "CLOSE ALL"), forgets);
    EXPECT_EQ(has(message, "DISCARD TEMP"), discards);
    for (const auto* reset : {"RESET ALL", "RESET SESSION AUTHORIZATION", "RESET ROLE"}) {
      EXPECT_EQ(has(message, reset), resets) << reset;
    }
    EXPECT_NE(message.statements.at(message.lock).find("pg_try_advisory_xact_lock"), std::string::npos);
    EXPECT_EQ(message.statements.back(), "SELECT 1");
  }
}

TEST(MayAddDeferrable, IsAskedOfTheTextAndOfWhatRunsOtherCode) {
  const auto asked = [](std::string text, StatementClass kind = StatementClass::Plain) {
    Statement statement;
    statement.text = std::move(text);
    statement.kind = kind;
    return may_add_deferrable(statement);
  };
  for (const auto* text : {"ALTER TABLE a ADD UNIQUE (b) DEFERRABLE",
                           "create constraint trigger t after insert on a "
                           "deferrable for each row execute function f()",
                           "DO $$BEGIN END$$", "call f()", "WITH x AS (SELECT f()) INSERT INTO a SELECT 1"}) {
    EXPECT_TRUE(asked(text)) << text;
  }
  EXPECT_TRUE(asked("SELECT f()", StatementClass::Rows));
  for (const auto* text :
       {"CREATE TABLE a (id bigint PRIMARY KEY)", "INSERT INTO a VALUES (1)", "DROP TABLE a", ""}) {
    EXPECT_FALSE(asked(text)) << text;
  }
}

TEST(Restoring, LeavesAPoolersOtherClientsNothing) {
  const auto leaves = [](const std::vector<std::string>& statements, std::string_view text) {
    return std::ranges::find(statements, text) == statements.end();
  };
  for (const auto* text :
       {"CLOSE ALL", "DISCARD TEMP", "UNLISTEN *", "SELECT pg_catalog.pg_advisory_unlock_all()"}) {
    EXPECT_FALSE(leaves(restoring({}, true, true), text)) << text;
    EXPECT_TRUE(leaves(restoring({}, true, false), text)) << text;
  }
  EXPECT_TRUE(leaves(restoring({}, true, true), "DEALLOCATE ALL")) << "they may be the pooler's own";
  EXPECT_EQ(abandoning(false), std::vector<std::string>{"ROLLBACK"});
  EXPECT_EQ(abandoning(true),
            (std::vector<std::string>{"ROLLBACK", "SELECT pg_catalog.pg_advisory_unlock_all()"}));
}

TEST(IsPrepare, IsOfStatementsAndNotOfTransactions) {
  const auto asked = [](std::string_view text) { return is_prepare(split_postgres(text).value().at(0)); };
  for (const auto* text : {"PREPARE p AS SELECT 1", "/* of a name */ prepare \"p\"(int) AS SELECT $1"}) {
    EXPECT_TRUE(asked(text)) << text;
  }
  for (const auto* text : {"PREPARE TRANSACTION 'x'", "EXECUTE p", "DEALLOCATE PREPARE p",
                           "INSERT INTO prepare VALUES (1)", "CALL prepare()", "PREP"}) {
    EXPECT_FALSE(asked(text)) << text;
  }
}

TEST(IsConcurrentIndex, NeedsAnIndexAndTheWord) {
  const auto asked = [](std::string_view text) {
    return is_concurrent_index(split_postgres(text).value().at(0));
  };
  for (const auto* text :
       {"CREATE INDEX CONCURRENTLY i ON a (b)", "create unique index concurrently on a (b)",
        "DROP INDEX CONCURRENTLY IF EXISTS i", "REINDEX INDEX CONCURRENTLY i",
        "REINDEX (VERBOSE, CONCURRENTLY) TABLE a", "REINDEX (CONCURRENTLY, VERBOSE) TABLE a",
        "REINDEX (CONCURRENTLY on) TABLE a", "REINDEX /* all of it */ SCHEMA CONCURRENTLY s"}) {
    EXPECT_TRUE(asked(text)) << text;
  }
  for (const auto* text :
       {"ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "REINDEX (CONCURRENTLY off) SCHEMA s",
        "REINDEX (CONCURRENTLY 'false') SCHEMA s", "REINDEX SCHEMA s", "VACUUM FULL a",
        "CREATE INDEX concurrently_not ON a (b)", "CREATE DATABASE \"concurrently\""}) {
    EXPECT_FALSE(asked(text)) << text;
  }
}

}  // namespace
}  // namespace athanor::postgres
