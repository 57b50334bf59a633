// Lint claims that a statement rewrites, reads or locks a table: a real server is asked whether it does, and
// that it does not where lint keeps quiet.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "schema/type_change.hpp"
#include "schema/volatility.hpp"
#include "support/postgres_server.hpp"
#include "unit/schema/linting.hpp"

namespace athanor::schema {
namespace {

using athanor::testing::PostgresServer;

/// A statement on `users` or `orders` of kBaseSql.
struct Claim {
  std::string sql;
  std::string rule;  ///< that claims it; empty: lint keeps quiet
};

class LintClaims : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = server_.create_database();
    server_.sql(database_, kBaseSql);
    server_.sql(database_, "INSERT INTO users (id, note) VALUES (1, ''); INSERT INTO orders VALUES (1)");
  }
  void TearDown() override { server_.drop_database(database_); }

  /// What `question` says within the transaction that ran `sql`, which is then rolled back.
  [[nodiscard]] std::string asked_after(const std::string& sql, const std::string& question) const {
    return server_.scalar(database_, "BEGIN; " + sql + "; " + question);
  }
  [[nodiscard]] bool rewrites(const std::string& sql, const std::string& table) const {
    const std::string file = "SELECT relfilenode FROM pg_class WHERE oid = '" + table + "'::regclass";
    return asked_after(sql, file) != server_.scalar(database_, file);
  }
  [[nodiscard]] bool reads_all(const std::string& sql) const {
    return asked_after(sql,
                       "SELECT seq_scan > 0 FROM pg_stat_xact_user_tables WHERE relid = 'users'::regclass") ==
           "t";
  }
  [[nodiscard]] std::string locks(const std::string& sql, const std::string& table) const {
    return asked_after(
        sql,
        "SELECT string_agg(mode, ' ' ORDER BY mode) FROM pg_locks WHERE pid = pg_backend_pid() "
        "AND granted AND locktype = 'relation' AND relation = '" +
            table + "'::regclass");
  }

  PostgresServer& server_ = PostgresServer::shared();
  std::string database_;
};

bool is_found(const Claim& claim) {
  const auto found = found_in(claim.sql);
  if (claim.rule.empty()) return found.empty();
  return std::find(found.begin(), found.end(), claim.rule + ":1") != found.end();
}

TEST_F(LintClaims, ColumnsAndTablesAreRewrittenWhereItSaysSo) {
  for (const Claim& claim : std::vector<Claim>{
           {"ALTER TABLE users ADD a int", ""},
           {"ALTER TABLE users ADD a int NOT NULL DEFAULT 1", ""},
           {"ALTER TABLE users ADD a timestamptz DEFAULT now()", ""},
           {"ALTER TABLE users ADD a timestamptz DEFAULT CURRENT_TIMESTAMP", ""},
           {"ALTER TABLE users ADD a timestamptz DEFAULT clock_timestamp()", "add-column-rewrites"},
           {"ALTER TABLE users ADD a float DEFAULT random()", "add-column-rewrites"},
           {"ALTER TABLE users ADD a text DEFAULT lower(random()::text)", "add-column-rewrites"},
           {"ALTER TABLE users ADD a serial", "add-column-rewrites"},
           {"ALTER TABLE users ADD a int GENERATED ALWAYS AS IDENTITY", "add-column-rewrites"},
           {"ALTER TABLE users ADD a int GENERATED ALWAYS AS (small + 1) STORED", "add-column-rewrites"},
           {"ALTER TABLE users SET UNLOGGED", "table-rewrite"},
           {"CLUSTER users USING users_name", "table-rewrite"},
           {"ALTER TABLE users ALTER name TYPE varchar(80)", ""},
           {"ALTER TABLE users ALTER name TYPE text USING name::text", ""},
           {"ALTER TABLE users ALTER name TYPE text USING lower(name)", "column-type-rewrites"},
           {"ALTER TABLE users ALTER small TYPE bigint", "column-type-rewrites"}}) {
    EXPECT_TRUE(is_found(claim)) << claim.sql;
    EXPECT_EQ(rewrites(claim.sql, "users"), !claim.rule.empty()) << claim.sql;
  }
}

TEST_F(LintClaims, TablesAreReadToTheEndWhereItSaysSo) {
  for (const Claim& claim : std::vector<Claim>{
           {"ALTER TABLE users ALTER note SET NOT NULL", "set-not-null"},
           {"ALTER TABLE users ADD CHECK (id > 0)", "check-without-not-valid"},
           {"ALTER TABLE users ADD CHECK (id > 0) NOT VALID", ""},
           {"ALTER TABLE users ADD a int CHECK (a > 0)", "check-without-not-valid"},
           {"ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES orders", "foreign-key-without-not-valid"},
           {"ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES orders NOT VALID", ""},
           {"ALTER TABLE users ADD o int REFERENCES orders", ""},
           {"ALTER TABLE users ADD o int DEFAULT 1 REFERENCES orders", "foreign-key-without-not-valid"}}) {
    EXPECT_TRUE(is_found(claim)) << claim.sql;
    EXPECT_EQ(reads_all(claim.sql), !claim.rule.empty()) << claim.sql;
  }
}

TEST_F(LintClaims, AProvenNotNullIsNotReadAgain) {
  server_.sql(database_, "ALTER TABLE users ADD CONSTRAINT c CHECK (note IS NOT NULL) NOT VALID");
  EXPECT_TRUE(reads_all("ALTER TABLE users ALTER note SET NOT NULL"));
  server_.sql(database_, "ALTER TABLE users VALIDATE CONSTRAINT c");
  EXPECT_FALSE(reads_all("ALTER TABLE users ALTER note SET NOT NULL"));
}

TEST_F(LintClaims, LocksAreTheOnesThatItNames) {
  struct Lock {
    Claim claim;
    std::string table;
    std::string mode;
  };
  for (const auto& [claim, table, mode] : std::vector<Lock>{
           {{"CREATE INDEX i ON users (id)", "create-index-not-concurrent"}, "users", "ShareLock"},
           {{"DROP INDEX users_name", "drop-index-not-concurrent"}, "users", "AccessExclusiveLock"},
           {{"REINDEX TABLE users", "reindex-not-concurrent"}, "users", "ShareLock"},
           {{"ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES orders", "foreign-key-without-not-valid"},
            "orders",
            "ShareRowExclusiveLock"},
           {{"ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES orders", "foreign-key-without-not-valid"},
            "users",
            "ShareRowExclusiveLock"},
           {{"ALTER TABLE users ADD CHECK (id > 0)", "check-without-not-valid"},
            "users",
            "AccessExclusiveLock"},
           {{"ALTER TABLE users ALTER note SET NOT NULL", "set-not-null"}, "users", "AccessExclusiveLock"},
           {{"ALTER TABLE users ADD UNIQUE (note)", "unique-without-index"}, "users", "AccessExclusiveLock"},
           {{"ALTER TABLE users ADD EXCLUDE USING btree (id WITH =)", "exclusion-constraint"},
            "users",
            "AccessExclusiveLock"},
           {{"TRUNCATE users", "truncate"}, "users", "AccessExclusiveLock"},
           {{"CLUSTER users USING users_name", "table-rewrite"}, "users", "AccessExclusiveLock"},
           {{"REFRESH MATERIALIZED VIEW totals", "refresh-not-concurrent"},
            "totals",
            "AccessExclusiveLock"}}) {
    EXPECT_TRUE(is_found(claim)) << claim.sql;
    const std::string held = locks(claim.sql, table);
    EXPECT_NE((" " + held + " ").find(" " + mode + " "), std::string::npos) << claim.sql << " holds " << held;
  }
}

TEST_F(LintClaims, AnotherTypeRewritesWhereItSaysSo) {
  const std::vector<TypeShape> types = {
      {"varchar", {5}},   {"varchar", {9}},    {"varchar", {}},        {"text", {}},
      {"bpchar", {5}},    {"bpchar", {9}},     {"int2", {}},           {"int4", {}},
      {"int8", {}},       {"numeric", {8, 2}}, {"numeric", {9, 2}},    {"numeric", {9, 3}},
      {"numeric", {}},    {"float8", {}},      {"timestamp", {0}},     {"timestamp", {3}},
      {"timestamp", {6}}, {"timestamp", {}},   {"timestamptz", {}},    {"time", {2}},
      {"time", {}},       {"date", {}},        {"varbit", {4}},        {"varbit", {8}},
      {"varbit", {}},     {"bit", {4}},        {"cidr", {}},           {"inet", {}},
      {"json", {}},       {"jsonb", {}},       {"varchar", {5}, true}, {"varchar", {9}, true},
      {"text", {}, true}};
  // A session in another time zone than UTC, where timestamps with and without differ.
  server_.sql(database_, "ALTER DATABASE " + database_ + " SET timezone = 'Europe/Vienna'");
  std::size_t asked = 0;
  for (const TypeShape& from : types) {
    for (const TypeShape& to : types) {
      const std::string create = "DROP TABLE IF EXISTS t; CREATE TABLE t (c " + from.text() + ")";
      const std::string change = "ALTER TABLE t ALTER c TYPE " + to.text();
      server_.sql(database_, create);
      bool rewritten = false;
      try {
        rewritten = rewrites(change, "t");
      } catch (const std::runtime_error&) {
        continue;  // there is no way from the one to the other
      }
      ++asked;
      const TypeChange judged = judge_type_change(from, to, false);
      EXPECT_EQ(judged == TypeChange::Rewrites, rewritten) << from.text() << " to " << to.text();
    }
  }
  EXPECT_GT(asked, 200U);
}

TEST_F(LintClaims, FunctionsAreAsVolatileAsItThinks) {
  const auto volatile_overloads = [this](std::string_view name) {
    return server_.scalar(database_,
                          "SELECT string_agg(DISTINCT provolatile::text, '') FROM pg_proc WHERE proname = '" +
                              std::string(name) + "' AND pronamespace = 'pg_catalog'::regnamespace");
  };
  for (const auto name : fixed_functions()) {
    const std::string found = volatile_overloads(name);
    EXPECT_FALSE(found.empty()) << name;
    // Before 14 the one for `time with time zone`, which nobody uses, was declared volatile.
    if (name == "timezone" && server_.major_version() < 14) continue;
    EXPECT_EQ(found.find('v'), std::string::npos) << name;
  }
  for (const auto name : volatile_functions()) {
    const std::string found = volatile_overloads(name);  // extensions' aren't there
    EXPECT_TRUE(found.empty() || found == "v") << name << " is " << found;
  }
}

}  // namespace
}  // namespace athanor::schema
