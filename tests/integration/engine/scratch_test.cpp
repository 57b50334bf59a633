// Databases that are made to try things in, on both kinds of server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/postgres/postgres_connector.hpp"
#include "adapters/sqlite/sqlite_connector.hpp"
#include "engine/scratch_database.hpp"
#include "fakes/fake_randomness.hpp"
#include "support/postgres_server.hpp"

namespace athanor {
namespace {

using athanor::testing::PostgresServer;
using ::testing::HasSubstr;

std::string first_cell(ports::Database& database, std::string_view sql) {
  const auto rows = database.query(sql);
  if (!rows) throw std::runtime_error(rows.error().message);
  return rows->at(0).at(0).value_or("");
}

class Scratch : public ::testing::Test {
 protected:
  static ports::ConnectionSpec on_postgres(const std::string& url) {
    ports::ConnectionSpec spec;
    spec.url = url;
    spec.operator_rules = false;
    return spec;
  }

  std::unique_ptr<engine::ScratchDatabase> make(ports::DatabaseConnector& connector,
                                                const ports::ConnectionSpec& server) {
    auto made = engine::ScratchDatabase::make(connector, server, randomness_);
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }

  fakes::FakeRandomness randomness_;
  postgres::PostgresConnector postgres_;
  sqlite::SqliteConnector sqlite_;
};

TEST_F(Scratch, OneOfPostgresqlIsEmptyLikeTheOneItIsMadeBesideAndGoneAfterwards) {
  PostgresServer& server = PostgresServer::shared();
  const std::string home = server.create_database();
  server.sql(home, "CREATE TABLE not_copied (i integer)");
  const auto watching = postgres_.connect(on_postgres(server.url(home)));
  ASSERT_TRUE(watching);
  constexpr std::string_view kCount =
      "SELECT count(*) FROM pg_catalog.pg_database WHERE datname LIKE 'athanor\\_scratch\\_%'";
  {
    const auto scratch = make(postgres_, on_postgres(server.url(home)));
    auto session = postgres_.connect(scratch->spec());
    ASSERT_TRUE(session);
    constexpr std::string_view kLocale =
        "SELECT datcollate || datctype || encoding FROM pg_catalog.pg_database "
        "WHERE datname = pg_catalog.current_database()";
    EXPECT_EQ(first_cell(**session, kLocale), first_cell(**watching, kLocale));
    EXPECT_EQ(first_cell(**session, "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'"),
              "0");
    EXPECT_EQ(first_cell(**watching, kCount), "1");
  }
  EXPECT_EQ(first_cell(**watching, kCount), "0") << "though a session was open";
}

TEST_F(Scratch, WhatAKilledProcessLeftBehindIsDroppedOnceItIsOld) {
  PostgresServer& server = PostgresServer::shared();
  const std::string home = server.create_database();
  const auto watching = postgres_.connect(on_postgres(server.url(home)));
  ASSERT_TRUE(watching);
  const std::string young = "athanor_scratch_" +
                            first_cell(**watching, "SELECT extract(epoch FROM now())::bigint") +
                            "_0123456789ab";
  for (const std::string& name : {young, std::string("athanor_scratch_1700000000_0123456789ab"),
                                  std::string("athanor_scratch_1700000000_notes")}) {
    ASSERT_TRUE((*watching)->query("CREATE DATABASE " + name));
  }
  (void)make(postgres_, on_postgres(server.url(home)));
  EXPECT_EQ(first_cell(**watching,
                       "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_catalog.pg_database "
                       "WHERE datname LIKE 'athanor\\_scratch\\_%'"),
            "athanor_scratch_1700000000_notes " + young);
  ASSERT_TRUE((*watching)->query("DROP DATABASE " + young));
  ASSERT_TRUE((*watching)->query("DROP DATABASE athanor_scratch_1700000000_notes"));
}

TEST_F(Scratch, WhoMayNotCreateDatabasesIsToldWhatToGrantOrPass) {
  PostgresServer& server = PostgresServer::shared();
  const std::string home = server.create_database();
  server.sql(home, "CREATE ROLE plain_app LOGIN");
  auto spec = on_postgres(server.url(home));
  spec.parameters["user"] = "plain_app";
  const auto made = engine::ScratchDatabase::make(postgres_, spec, randomness_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "PermissionDenied");
  EXPECT_THAT(made.error().message, HasSubstr("ALTER ROLE \"plain_app\" CREATEDB"));
  EXPECT_THAT(made.error().message, HasSubstr("--dev-url"));
}

TEST_F(Scratch, OneOfSqliteIsInMemoryAndAllItsSessionsSeeTheSame) {
  ports::ConnectionSpec spec;
  spec.url = "sqlite:///nowhere/at/all.db";
  spec.allow_sqlite = true;
  const auto scratch = make(sqlite_, spec);
  const auto other = make(sqlite_, spec);
  for (int session = 0; session < 2; ++session) {
    auto database = sqlite_.connect(scratch->spec());
    ASSERT_TRUE(database) << database.error().message;
    ASSERT_TRUE((*database)->query("CREATE TABLE IF NOT EXISTS t (i); INSERT INTO t VALUES (1)"));
    EXPECT_EQ(first_cell(**database, "SELECT count(*) FROM t"), std::to_string(session + 1));
  }
  auto database = sqlite_.connect(other->spec());
  ASSERT_TRUE(database);
  EXPECT_FALSE((*database)->query("SELECT * FROM t")) << "another scratch database";
}

}  // namespace
}  // namespace athanor
