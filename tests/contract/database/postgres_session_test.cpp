// What holds on PostgreSQL beside the common contract: the protocol's corners, the session's state, lost
// connections.
#include "contract/database/postgres_session.hpp"

#include <chrono>
#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/memory.hpp"
#include "support/silent_proxy.hpp"

namespace athanor::testing {
namespace {

using std::chrono::milliseconds;

TEST_F(PostgresSession, FactsTellServerRoleDatabaseAndIdentity) {
  const ports::ServerFacts& facts = database_->facts();
  EXPECT_EQ(facts.version / 10000, server().major_version());
  EXPECT_EQ(facts.user, "postgres");
  EXPECT_EQ(facts.database, name_);
  EXPECT_FALSE(facts.read_only);
  EXPECT_FALSE(facts.pooled);
  EXPECT_EQ(facts.identity,
            sql("SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = "
                "current_database()) FROM pg_control_system()"));
  const auto other = open_postgres(server().url(server().create_database()));
  EXPECT_NE(other->facts().identity, facts.identity);
}

TEST_F(PostgresSession, IdentityIsUnknownWhereTheRoleMayNotReadIt) {
  sql("CREATE ROLE blind LOGIN; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
  EXPECT_EQ(open_postgres(server().url(name_, "blind"))->facts().identity, "");
  sql("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC");
}

TEST_F(PostgresSession, ACommitWithABeginBehindItIsCaught) {
  begin();
  value_of(execute_as_plain("COMMIT; BEGIN"));
  const auto concluded = database_->conclude("INSERT INTO t VALUES (9, 'bookkeeping')");
  ASSERT_FALSE(concluded);
  EXPECT_EQ(concluded.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(concluded.error().reason, "TransactionEnded");
  EXPECT_EQ(sql("SELECT count(*) FROM t"), "0");
}

TEST_F(PostgresSession, ACommitInsideAProcedureFails) {
  sql("CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'");
  begin();
  const auto ran = execute("CALL p()");
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().site.sqlstate, "2D000");
}

TEST_F(PostgresSession, NothingThatARevisionSetsReachesTheBookkeepingOrTheNextRevision) {
  sql("CREATE ROLE lowly; CREATE SCHEMA elsewhere");
  const std::vector<std::string> sets = {"SET search_path = elsewhere",
                                         "SELECT set_config('search_path', '', false)",
                                         "SET LOCAL search_path = ''",
                                         "SET ROLE lowly",
                                         "SET SESSION AUTHORIZATION lowly",
                                         "SET statement_timeout = 5000",
                                         "SET lock_timeout = 5001",
                                         "SET row_security = off",
                                         "SET session_replication_role = replica",
                                         "SET check_function_bodies = off",
                                         "SET default_transaction_isolation = serializable",
                                         "SET default_transaction_read_only = on",
                                         "SET client_encoding = LATIN1",
                                         "SET client_encoding = SJIS",
                                         "SET standard_conforming_strings = off",
                                         "SET DateStyle = 'German'",
                                         "RESET ALL",
                                         "RESET ROLE"};
  const std::vector<std::string> settings = {"search_path",
                                             "role",
                                             "session_authorization",
                                             "statement_timeout",
                                             "lock_timeout",
                                             "row_security",
                                             "session_replication_role",
                                             "check_function_bodies",
                                             "default_transaction_isolation",
                                             "default_transaction_read_only",
                                             "client_encoding",
                                             "standard_conforming_strings",
                                             "DateStyle"};
  options_.search_path = "public";
  const std::string text = "back\\slash 'ü'";
  for (const std::string& set : sets) {
    begin();
    std::vector<std::string> before;
    for (const std::string& setting : settings) before.push_back(shown(*database_, setting));
    const std::string quoted = database_->quote(text);
    value_of(execute(set));
    const auto rows = value_of(
        database_->conclude("INSERT INTO t VALUES (1, " + quoted + "); SELECT note, current_user FROM t"));
    EXPECT_EQ(text_of(rows), text + "|postgres") << set;
    value_of(database_->commit());
    begin();
    for (std::size_t i = 0; i < settings.size(); ++i) {
      EXPECT_EQ(shown(*database_, settings[i]), before[i]) << settings[i] << " after " << set;
    }
    value_of(execute("DELETE FROM t"));
    commit_revision();
  }
}

TEST_F(PostgresSession, NamesThatARevisionGaveAreFreeForTheNext) {
  for (const bool earlier_fails : {false, true}) {
    begin();
    value_of(execute("PREPARE p AS SELECT 1"));
    value_of(execute("DECLARE c CURSOR WITH HOLD FOR SELECT 1"));
    if (earlier_fails) {
      EXPECT_FALSE(execute("SELECT 1 / 0"));
      database_->rollback();
    } else {
      commit_revision();
    }
    EXPECT_EQ(text_of(begin("SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM "
                            "pg_cursors)")),
              "0|0");
    value_of(execute("PREPARE p AS SELECT 2"));
    value_of(execute("DECLARE c CURSOR WITH HOLD FOR SELECT 2"));
    commit_revision();
  }
}

TEST_F(PostgresSession, RoleAndSearchPathHoldForTheTransactionOnly) {
  sql("CREATE ROLE owner_of_shop; CREATE SCHEMA shop AUTHORIZATION owner_of_shop");
  options_.role = "owner_of_shop";
  options_.search_path = "shop";
  begin();
  value_of(execute("CREATE TABLE wares (id INTEGER)"));
  commit_revision();
  EXPECT_EQ(sql("SELECT schemaname || '.' || tableowner FROM pg_tables WHERE tablename = 'wares'"),
            "shop.owner_of_shop");
  EXPECT_EQ(shown(*database_, "role"), "none");
  EXPECT_EQ(text_of(value_of(database_->query("SELECT current_schema()"))), "public");
}

TEST_F(PostgresSession, AResetRoleInARevisionIsUndoneBeforeTheBookkeeping) {
  sql("CREATE ROLE owner_of_books; GRANT CREATE ON SCHEMA public TO owner_of_books");
  options_.role = "owner_of_books";
  begin();
  value_of(execute("RESET ROLE"));
  EXPECT_EQ(text_of(value_of(database_->conclude("SELECT current_user"))), "owner_of_books");
}

TEST_F(PostgresSession, TheDefaultRoleOfTheLoginIsKeptWhereNoneIsConfigured) {
  sql("CREATE ROLE team; CREATE ROLE deployer LOGIN IN ROLE team; ALTER ROLE deployer SET role = 'team'");
  database_ = open_postgres(server().url(name_, "deployer"));
  EXPECT_EQ(text_of(begin("SELECT current_user")), "team");
  value_of(execute("DO $$ BEGIN ASSERT current_user = 'team'; SET ROLE deployer; END $$"));
  EXPECT_EQ(text_of(value_of(database_->conclude("SELECT current_user"))), "team");
  value_of(database_->commit());
  ASSERT_TRUE(value_of(database_->try_session_lock(options_)));
  EXPECT_EQ(text_of(value_of(database_->query("SELECT current_user"))), "team");
  EXPECT_EQ(text_of(begin("SELECT current_user")), "team");
  database_->end_session_lock();
}

TEST_F(PostgresSession, StringsAreReadByTheStandardWhateverTheDatabasesDefaultIs) {
  sql("ALTER DATABASE \"" + name_ + "\" SET standard_conforming_strings = off");
  database_ = connect();
  const std::string script =
      R"(INSERT INTO t VALUES (1, 'ends in a backslash \'); INSERT INTO t VALUES (2, ''))";
  for (const bool off : {false, true}) {
    if (off && !value_of(database_->try_session_lock(options_))) FAIL() << "the lock is held";
    begin("SELECT 'back\\slash'");
    for (const Statement& each : value_of(database_->split(script, 1))) value_of(database_->execute(each));
    EXPECT_EQ(text_of(value_of(database_->conclude("SELECT note FROM t WHERE id = 1"))),
              R"(ends in a backslash \)");
    database_->rollback();
    database_->end_session_lock();
  }
}

TEST_F(PostgresSession, FirstQuerySeesWhatWasCommittedUpToTheLock) {
  sql("ALTER DATABASE \"" + name_ + "\" SET default_transaction_isolation = 'repeatable read'");
  auto other = connect();
  begin();
  EXPECT_FALSE(value_of(other->begin(options_, "SELECT count(*) FROM t")));
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  commit_revision();
  const auto rows = value_of(other->begin(options_, "SELECT count(*) FROM t"));
  ASSERT_TRUE(rows);
  EXPECT_EQ(text_of(*rows), "1");
}

TEST_F(PostgresSession, BeginWritesEvenWhereReadOnlyIsTheDefault) {
  sql("ALTER ROLE postgres IN DATABASE \"" + name_ + "\" SET default_transaction_read_only = on");
  ports::ConnectionSpec spec = postgres_spec(server().url(name_));
  spec.parameters["target_session_attrs"] = "any";
  database_ = value_of(backends().front()->connector().connect(spec));
  EXPECT_TRUE(database_->facts().read_only);
  begin();
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
}

TEST_F(PostgresSession, TheClientsDeadlineCancelsWhatSwitchesTheServersOff) {
  options_.statement_timeout = milliseconds(200);
  begin();
  value_of(execute("SET statement_timeout = 0"));
  const auto since = std::chrono::steady_clock::now();
  const auto ran = execute("SELECT pg_sleep(600)");
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(10));
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(ran.error().reason, "StatementTimeout");
}

TEST_F(PostgresSession, AStatementCancelledByAnotherSessionIsNotTriedAgain) {
  begin();
  const int pid = backend();
  auto running = std::async(std::launch::async, [&] { return execute("SELECT pg_sleep(600)"); });
  await_sleep(pid);
  sql("SELECT pg_cancel_backend(" + std::to_string(pid) + ")");
  const auto ran = running.get();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(ran.error().reason, "StatementCancelled");
}

TEST_F(PostgresSession, RowsOfEveryKindOfStatementAreDroppedAsTheyCome) {
  value_of(database_->query("CREATE TABLE wide (id INTEGER, pad TEXT)"));
  begin();
  const std::size_t before = peak_resident_bytes();
  value_of(
      execute("INSERT INTO wide SELECT i, repeat('x', 200) FROM generate_series(1, 200000) i RETURNING *"));
  value_of(execute("WITH gone AS (DELETE FROM wide RETURNING *) SELECT * FROM gone"));
  commit_revision();
  EXPECT_LT(peak_resident_bytes(), before + 16U * 1024 * 1024);
}

TEST_F(PostgresSession, CopyStreamsAreRefused) {
  for (const std::string text : {"COPY t FROM STDIN", "COPY t TO STDOUT"}) {
    begin();
    const auto ran = execute(text);
    ASSERT_FALSE(ran) << text;
    EXPECT_EQ(ran.error().kind, ErrorKind::Terminal);
    EXPECT_EQ(ran.error().reason, "CopyStream");
    EXPECT_NE(ran.error().message.find("INSERT"), std::string::npos);
    database_->rollback();
  }
}

TEST_F(PostgresSession, ACopyStreamThatPassedTheClassifierFailsAndLeavesTheSessionUsable) {
  sql("INSERT INTO t SELECT i, 'row' FROM generate_series(1, 10000) i");
  for (const std::string text :
       {"COPY t FROM STDIN", "COPY t TO STDOUT", "COPY t TO STDOUT; COPY t FROM STDIN"}) {
    begin();
    const auto ran = execute_as_plain(text);
    ASSERT_FALSE(ran) << text;
    EXPECT_EQ(ran.error().reason, "CopyStream") << ran.error().message;
    database_->rollback();
    EXPECT_EQ(text_of(begin("SELECT count(*) FROM t")), "10000");
    database_->rollback();
  }
}

TEST_F(PostgresSession, AFloodOfNoticesCostsNoMemoryAndIsNotPrinted) {
  begin();
  const std::size_t before = peak_resident_bytes();
  ::testing::internal::CaptureStderr();
  value_of(execute(
      "DO $$ BEGIN SET client_min_messages = notice; FOR i IN 1..200000 LOOP RAISE NOTICE 'flood % %', i, "
      "repeat('x', 100); END LOOP; END $$"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_LT(peak_resident_bytes(), before + 16U * 1024 * 1024);
  commit_revision();
}

TEST_F(PostgresSession, AKilledConnectionIsTransientAndStaysDead) {
  begin();
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  terminate(backend());
  const auto ran = execute("INSERT INTO t VALUES (2, 'two')");
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Transient);
  EXPECT_EQ(ran.error().reason, "DatabaseUnreachable");
  // A silent reconnect would let these pass, without the transaction and its lock.
  for (int call = 0; call < 2; ++call) {
    EXPECT_EQ(database_->query("SELECT 1").error().kind, ErrorKind::Transient);
    EXPECT_EQ(execute("SELECT 1").error().kind, ErrorKind::Transient);
    EXPECT_EQ(database_->conclude("SELECT 1").error().kind, ErrorKind::Transient);
    EXPECT_EQ(database_->begin(options_, "SELECT 1").error().kind, ErrorKind::Transient);
    const auto committed = database_->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, ErrorKind::Transient) << "COMMIT was never sent";
  }
  database_->rollback();
  EXPECT_EQ(sql("SELECT count(*) FROM t"), "0");
}

TEST_F(PostgresSession, AConnectionKilledWithoutASessionsKnowledgeFailsEveryKindOfCall) {
  terminate(backend());
  const auto queried = database_->query("SELECT 1");
  ASSERT_FALSE(queried);
  EXPECT_EQ(queried.error().kind, ErrorKind::Transient);
  EXPECT_EQ(queried.error().reason, "DatabaseUnreachable");
  EXPECT_FALSE(database_->query("SELECT 1"));
}

TEST_F(PostgresSession, AConnectionLostDuringCommitIsInDoubt) {
  auto proxy = std::make_unique<SilentProxy>(server().port());
  database_ = open_postgres(proxy->url(name_));
  begin();
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  value_of(database_->conclude("SELECT 1"));
  proxy->fall_silent_after(1);
  auto committing = std::async(std::launch::async, [&] { return database_->commit(); });
  while (!proxy->silent()) std::this_thread::sleep_for(milliseconds(5));
  proxy.reset();
  const auto committed = committing.get();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, ErrorKind::InDoubt);
  EXPECT_EQ(committed.error().reason, "CommitInDoubt");
}

TEST_F(PostgresSession, AConnectionLostOverDeferredChecksIsNotInDoubtSinceCommitWasNotSent) {
  sql("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; "
      "END'; CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH "
      "ROW EXECUTE FUNCTION slow()");
  begin();
  const int pid = backend();
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  value_of(database_->conclude("SELECT 1"));
  auto committing = std::async(std::launch::async, [&] { return database_->commit(); });
  await_sleep(pid);
  terminate(pid);
  const auto committed = committing.get();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, ErrorKind::Transient);
  EXPECT_EQ(committed.error().reason, "DatabaseUnreachable");
}

TEST_F(PostgresSession, ADeferredConstraintThatFailsAtCommitIsTerminalAndNothingIsIn) {
  sql("CREATE TABLE child (t_id INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
  begin();
  value_of(execute("INSERT INTO t VALUES (1, 'one')"));
  value_of(execute("INSERT INTO child VALUES (7)"));
  value_of(database_->conclude("SELECT 1"));
  const auto committed = database_->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(committed.error().site.sqlstate, "23503");
  EXPECT_EQ(sql("SELECT count(*) FROM t"), "0");
  EXPECT_EQ(text_of(begin("SELECT count(*) FROM t")), "0");
}

TEST_F(PostgresSession, TheSameLockKeyIsTheSameLockInEveryBuild) {
  begin();
  EXPECT_EQ(sql("SELECT classid::bigint << 32 | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND "
                "pid = " +
                std::to_string(backend())),
            // The first 16 hex digits of sha256("contract").
            sql("SELECT ('x' || left(encode(sha256('contract'), 'hex'), 16))::bit(64)::bigint"));
}

TEST_F(PostgresSession, TheStatementOfAKilledClientEndsSoon) {
  database_.reset();
  const pid_t child = fork();
  if (child == 0) {
    database_ = connect();
    begin();
    (void)execute("INSERT INTO t VALUES (1, 'one')");
    (void)execute("SELECT pg_sleep(30)");
    _exit(0);
  }
  const std::string asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
  while (sql(asleep) == "0") std::this_thread::sleep_for(milliseconds(5));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  // Before version 14 the server notices when the statement ends by itself.
  const auto patience = server().major_version() >= 14 ? std::chrono::seconds(5) : std::chrono::seconds(40);
  const auto end = std::chrono::steady_clock::now() + patience;
  while (sql(asleep) != "0" && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(sql(asleep), "0");
  EXPECT_EQ(sql("SELECT count(*) FROM t"), "0");
}

}  // namespace
}  // namespace athanor::testing
