// Where version table and ledger are found and made on PostgreSQL, with which rights.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/engine/environment.hpp"

namespace athanor::testing {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Places : public ::testing::Test {
 protected:
  /// A role of its own for each test: roles belong to the whole server.
  static std::string new_role(const std::string& options = "LOGIN") {
    static int made = 0;
    const std::string role = "engine_role_" + std::to_string(++made);
    (void)PostgresServer::shared().sql("postgres", "CREATE ROLE " + role + " " + options);
    return role;
  }
  void sql(const std::string& text) const { (void)PostgresServer::shared().sql(environment.database, text); }
  [[nodiscard]] std::string scalar(const std::string& text) const {
    return PostgresServer::shared().scalar(environment.database, text);
  }
  [[nodiscard]] Environment as(const std::string& user) const {
    return Environment::on_postgres(environment.database, user);
  }

  Environment environment = Environment::on_postgres();
  RevisionGraph graph = graph_of({revision("r1", "", "CREATE TABLE a (id integer);"),
                                  revision("r2", "r1", "CREATE TABLE b (id integer);")});
};

TEST_F(Places, TheVersionTableIsExactlyAlembics) {
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  EXPECT_EQ(
      scalar(
          "SELECT format('%s %s %s %s', column_name, data_type, character_maximum_length, is_nullable) FROM "
          "information_schema.columns WHERE table_name = 'alembic_version'"),
      "version_num character varying 32 NO");
  EXPECT_EQ(scalar("SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = "
                   "'public.alembic_version'::regclass"),
            "alembic_version_pkc PRIMARY KEY (version_num)");
}

TEST_F(Places, ALoginWithoutCreateOnTheDatabaseKeepsTheLedgerBesideTheVersionTable) {
  const std::string role = new_role();
  sql("GRANT ALL ON SCHEMA public TO " + role);
  Environment limited = as(role);
  ASSERT_EQ(told(limited.upgrade(graph, "r1")), "ok");
  EXPECT_EQ(scalar("SELECT string_agg(revision, ',') FROM public.athanor_ledger"), "r1");

  // A later login with more rights finds the one that is there.
  sql("GRANT CREATE ON DATABASE " + environment.database + " TO " + role);
  ASSERT_EQ(told(limited.upgrade(graph)), "ok");
  EXPECT_EQ(scalar("SELECT string_agg(revision, ',' ORDER BY seq) FROM public.athanor_ledger"), "r1,r2");
  EXPECT_EQ(scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'athanor'"), "0");
}

TEST_F(Places, ALedgerThatMayNotBeReadIsNotTakenForNone) {
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  const std::string role = new_role();
  sql("GRANT ALL ON SCHEMA public TO " + role + "; GRANT ALL ON alembic_version TO " + role);
  const auto state = as(role).migrator().read_state();
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(state.error().reason, "PermissionDenied");
  EXPECT_THAT(state.error().message, HasSubstr("GRANT USAGE ON SCHEMA athanor TO \"" + role + "\""));

  // The GRANT in the message is all that is needed.
  const std::string& message = state.error().message;
  const auto begin = message.find("GRANT ");
  sql(message.substr(begin, message.rfind(';') - begin));
  EXPECT_EQ(told(as(role).upgrade(graph)), "ok");
}

TEST_F(Places, TwoTeamsInOneDatabaseNeedNoRightsOnEachOthersLedgers) {
  const std::string one = new_role();
  const std::string two = new_role();
  const std::string three = new_role();
  sql("CREATE SCHEMA one AUTHORIZATION " + one + "; CREATE SCHEMA two AUTHORIZATION " + two +
      "; CREATE SCHEMA three AUTHORIZATION " + three + "; GRANT CREATE ON DATABASE " + environment.database +
      " TO " + one);
  for (const auto& [role, schema] :
       {std::pair{one, "one"}, std::pair{two, "two"}, std::pair{three, "three"}}) {
    Environment team = as(role);
    team.settings.self.name = schema;
    team.settings.transaction.search_path = schema;
    ASSERT_EQ(told(team.upgrade(graph)), "ok") << schema;
    EXPECT_THAT(team.state().version_rows, ElementsAre("r2")) << schema;
    EXPECT_EQ(team.state().owner->name, schema);
  }
  EXPECT_EQ(scalar("SELECT count(*) FROM athanor.\"one.alembic_version\""), "2");
  EXPECT_EQ(scalar("SELECT count(*) FROM two.athanor_ledger"), "2");
  EXPECT_EQ(scalar("SELECT count(*) FROM three.athanor_ledger"), "2");
}

TEST_F(Places, TheVersionTableMayLiveInAnotherSchemaUnderAnotherName) {
  sql("CREATE SCHEMA \"Ops.x\"");
  environment.settings.version_table = {"Versions \"of\" shop", "Ops.x"};
  ASSERT_EQ(told(environment.upgrade(graph)), "ok");
  EXPECT_EQ(scalar("SELECT version_num FROM \"Ops.x\".\"Versions \"\"of\"\" shop\""), "r2");
  EXPECT_EQ(scalar("SELECT count(*) FROM pg_class WHERE relname = 'alembic_version'"), "0");
  EXPECT_THAT(environment.state().version_rows, ElementsAre("r2"));
  EXPECT_TRUE(environment.state().ledger_exists);
}

TEST_F(Places, ASchemaForTheVersionTableThatIsMissingIsNamed) {
  environment.settings.version_table.schema = "nowhere";
  const auto state = environment.migrator().read_state();
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().reason, "InvalidVersionTable");
  EXPECT_THAT(state.error().message, HasSubstr("CREATE SCHEMA \"nowhere\""));
}

TEST_F(Places, AnExistingVersionTableIsFoundThroughTheSearchPathAsAlembicFindsIt) {
  const std::string role = new_role("LOGIN SUPERUSER");
  sql("CREATE SCHEMA first; CREATE SCHEMA second; ALTER ROLE " + role + " SET search_path = first, second; " +
      "CREATE TABLE second.alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY); "
      "INSERT INTO second.alembic_version VALUES ('r1')");
  Environment handed_over = as(role);
  EXPECT_THAT(handed_over.state().version_rows, ElementsAre("r1"));
  ASSERT_EQ(told(handed_over.upgrade(graph)), "ok");
  EXPECT_EQ(scalar("SELECT version_num FROM second.alembic_version"), "r2");
  EXPECT_EQ(scalar("SELECT count(*) FROM pg_class WHERE relname = 'alembic_version'"), "1");
}

TEST_F(Places, RoleAndSearchPathHoldForEveryRevision) {
  const std::string owner = new_role("NOLOGIN");
  const std::string login = new_role();
  sql("GRANT " + owner + " TO " + login + "; CREATE SCHEMA app AUTHORIZATION " + owner + "; ALTER ROLE " +
      login + " NOINHERIT");
  Environment app = as(login);
  app.settings.transaction.role = owner;
  app.settings.transaction.search_path = "app";
  ASSERT_EQ(told(app.upgrade(graph)), "ok");
  EXPECT_EQ(
      scalar(
          "SELECT string_agg(format('%s.%s', schemaname, tablename), ',' ORDER BY tablename) FROM pg_tables "
          "WHERE tableowner = '" +
          owner + "'"),
      "app.a,app.alembic_version,app.athanor_ledger,app.b");
  EXPECT_THAT(app.state().version_rows, ElementsAre("r2"));
}

TEST_F(Places, WhatARevisionSetsReachesNeitherTheBookkeepingNorTheNextRevision) {
  const std::string owner = new_role("NOLOGIN");
  const std::string login = new_role();
  sql("GRANT " + owner + " TO " + login + "; CREATE SCHEMA app AUTHORIZATION " + owner);
  Environment app = as(login);
  app.settings.transaction.role = owner;
  app.settings.transaction.search_path = "app";
  const auto spoiling = graph_of(
      {revision("r1", "",
                "SELECT pg_catalog.set_config('search_path', '', false); SET statement_timeout = 200;"),
       revision("r2", "r1",
                "CREATE TABLE a (id integer); RESET ROLE; SET standard_conforming_strings = off;"),
       revision("r3", "r2", "CREATE TABLE b (id integer); SELECT pg_sleep(0.4); RESET ALL;"),
       revision("r4", "r3", "CREATE TABLE c (id integer); SELECT pg_advisory_unlock_all();")});
  ASSERT_EQ(told(app.upgrade(spoiling)), "ok");
  EXPECT_EQ(
      scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'app' AND tableowner = '" + owner + "'"),
      "5");
  EXPECT_EQ(scalar("SELECT version_num FROM app.alembic_version"), "r4");
}

TEST_F(Places, WithoutTheRightToCreateTheVersionTableTheGrantIsNamed) {
  const std::string role = new_role();
  sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  Environment limited = as(role);
  EXPECT_FALSE(limited.state().version_table_exists) << "reading needs no right to create";
  const auto outcome = limited.upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "PermissionDenied");
  EXPECT_THAT(outcome.failure->message, HasSubstr("GRANT CREATE ON SCHEMA \"public\" TO \"" + role + "\";"));
  const auto claim = limited.migrator().claim();
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().reason, "PermissionDenied");
}

TEST_F(Places, AVersionTableThatMayOnlyBeReadIsToldBeforeAnythingRuns) {
  const std::string role = new_role();
  sql("GRANT ALL ON SCHEMA public TO " + role +
      "; CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY); GRANT SELECT ON "
      "alembic_version TO " +
      role);
  const auto outcome = as(role).upgrade(graph);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "PermissionDenied");
  EXPECT_THAT(outcome.failure->message,
              HasSubstr("GRANT SELECT, INSERT, UPDATE, DELETE ON \"public\".\"alembic_version\""));
  EXPECT_EQ(scalar("SELECT count(*) FROM pg_class WHERE relname = 'a'"), "0");
}

TEST_F(Places, AnIdWiderThanTheVersionColumnIsRefusedBeforehand) {
  const std::string wide(33, 'w');
  const auto outcome = environment.upgrade(graph_of({revision(wide, "", "CREATE TABLE a (id integer);")}));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->reason, "RevisionIdTooLong");
  EXPECT_EQ(scalar("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'alembic_version')"), "0");

  sql("CREATE TABLE alembic_version (version_num varchar(64) NOT NULL PRIMARY KEY)");
  EXPECT_EQ(told(environment.upgrade(graph_of({revision(wide, "", "CREATE TABLE a (id integer);")}))), "ok");
}

TEST_F(Places, AnIdThatFitsTheColumnAsARevisionOfTheSameRunHasWidenedItIsTaken) {
  const std::string widen = "ALTER TABLE alembic_version ALTER COLUMN version_num TYPE varchar(64);";
  const std::string first(33, 'w');
  const std::string second(34, 'w');
  EXPECT_EQ(told(environment.upgrade(
                graph_of({revision("r1", "", "CREATE TABLE a (id integer);"), revision("r2", "r1", widen),
                          revision(first, "r2", "CREATE TABLE b (id integer);"),
                          off(revision(second, first, "CREATE TABLE c (id integer);"))}))),
            "ok");
  EXPECT_EQ(scalar("SELECT version_num FROM alembic_version"), second);
}

TEST_F(Places, ADowngradeThatTheDatabasesEncodingCanNotHoldIsNamedWithItsLine) {
  const std::string latin = environment.database + "_latin1";
  (void)PostgresServer::shared().sql(
      "postgres",
      "CREATE DATABASE " + latin + " ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
  Environment limited = Environment::on_postgres(latin, "postgres");
  for (const bool in_transaction : {true, false}) {
    auto made = with_downgrade(revision("r1", "", "CREATE TABLE a (id integer); -- für"),
                               "-- zurück\n-- уже\nDROP TABLE a");
    if (!in_transaction) made = off(made);
    const auto outcome = limited.upgrade(graph_of({made}));
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, ErrorKind::Terminal);
    EXPECT_EQ(outcome.failure->site.sqlstate, "22P05");
    EXPECT_EQ(outcome.failure->site.line, kDowngradeLine + 1);
    EXPECT_THAT(outcome.failure->message, HasSubstr("the ledger keeps the text of the downgrade section"));
    EXPECT_EQ(limited.scalar("SELECT count(*) FROM pg_class WHERE relname = 'a'"), "0");
  }
  EXPECT_EQ(told(limited.upgrade(graph_of({with_downgrade(revision("r1", "", "CREATE TABLE a (id integer)"),
                                                          "-- zurück\nDROP TABLE a")}))),
            "ok");
}

TEST_F(Places, ACopyOnAServerWithAnotherIdentityIsReowned) {
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  sql("UPDATE athanor.\"public.alembic_version\" SET owner_server = '1/2', owner_name = 'production'");
  EXPECT_TRUE(engine::check_owner(environment.state(), environment.settings));
  const auto outcome = environment.upgrade(graph);
  EXPECT_EQ(told(outcome), "ok");
  EXPECT_EQ(outcome.ownership, engine::Ownership::Copy);
  ASSERT_TRUE(outcome.previous_owner);
  EXPECT_EQ(outcome.previous_owner->name, "production");
  EXPECT_EQ(environment.state().owner->server, environment.state().server);
}

TEST_F(Places, ASmallRevisionCostsFourRoundTripsAndAReadingTwoQueries) {
  ASSERT_EQ(told(environment.upgrade(graph, "r1")), "ok");
  auto engine = environment.migrator();
  environment.interceptor->calls.clear();
  const auto state = engine.read_state();
  ASSERT_TRUE(state);
  EXPECT_THAT(environment.interceptor->calls,
              ElementsAre(fakes::Call::Begin, fakes::Call::Query, fakes::Call::Rollback));
  environment.interceptor->calls.clear();
  engine::Progress progress;
  ASSERT_EQ(told(engine.run(graph, upgrade_plan(graph, state->version_rows), progress, {}, {})), "ok");
  EXPECT_THAT(environment.interceptor->calls, ElementsAre(fakes::Call::Begin, fakes::Call::Execute,
                                                          fakes::Call::Conclude, fakes::Call::Commit));
}

}  // namespace
}  // namespace athanor::testing
