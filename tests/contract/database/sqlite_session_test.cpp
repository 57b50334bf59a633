// What holds on SQLite beside the common contract.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sqlite/sqlite_connector.hpp"
#include "contract/database/backend.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {
namespace {

/// Makes a folder the working directory for as long as it lives.
class WorkingDirectory {
 public:
  explicit WorkingDirectory(const std::filesystem::path& folder) : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder);
  }
  ~WorkingDirectory() { std::filesystem::current_path(before_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

 private:
  std::filesystem::path before_;
};

class SqliteSession : public ::testing::Test {
 protected:
  void SetUp() override {
    file_ = folder_.path() / "test.db";
    database_ = open(connector_, sqlite_spec(file_));
    options_.lock_key = "contract";
    options_.lock_timeout = std::chrono::milliseconds(100);
  }
  void begin() {
    if (!value_of(database_->begin(options_, "SELECT 1"))) throw std::runtime_error("the lock is held");
  }
  Result<void> execute(std::string_view sql) { return database_->execute(statement(*database_, sql)); }
  void run_script(std::string_view sql) {
    for (const Statement& each : value_of(database_->split(sql, 1))) value_of(database_->execute(each));
  }
  void commit_revision() {
    value_of(database_->conclude("SELECT 1"));
    value_of(database_->commit());
  }
  std::string queried(std::string_view sql) { return text_of(value_of(database_->query(sql))); }
  Error failure_of(const ports::ConnectionSpec& spec) {
    auto connected = connector_.connect(spec);
    if (connected) throw std::runtime_error("connected, and should not have");
    return connected.error();
  }

  TempFolder folder_;
  std::filesystem::path file_;
  sqlite::SqliteConnector connector_;
  ports::TransactionOptions options_;
  std::unique_ptr<ports::Database> database_;
};

TEST_F(SqliteSession, ARebuiltParentTableKeepsItsChildren) {
  value_of(database_->query(
      "CREATE TABLE parent (id INTEGER PRIMARY KEY); "
      "CREATE TABLE child (parent_id INTEGER REFERENCES parent ON DELETE CASCADE); "
      "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1); PRAGMA foreign_keys = ON"));
  begin();
  run_script(
      "CREATE TABLE parent_new (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO parent_new (id) SELECT id "
      "FROM "
      "parent; DROP TABLE parent; ALTER TABLE parent_new RENAME TO parent;");
  commit_revision();
  EXPECT_EQ(queried("SELECT count(*) FROM child"), "1");
}

TEST_F(SqliteSession, ARevisionThatLeavesOrphansIsRefused) {
  value_of(
      database_->query("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent_id INTEGER "
                       "REFERENCES parent); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)"));
  begin();
  value_of(execute("DELETE FROM parent"));
  const auto concluded = database_->conclude("SELECT 1");
  ASSERT_FALSE(concluded);
  EXPECT_EQ(concluded.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(concluded.error().reason, "ForeignKeyViolated");
  EXPECT_NE(concluded.error().message.find("child"), std::string::npos);
  EXPECT_FALSE(database_->commit());
  EXPECT_EQ(queried("SELECT count(*) FROM parent"), "1");
}

TEST_F(SqliteSession, OrphansFromBeforeDoNotBlockButMoreOfThemDo) {
  value_of(
      database_->query("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent_id INTEGER "
                       "REFERENCES parent); INSERT INTO child VALUES (7)"));
  begin();
  value_of(execute("CREATE TABLE unrelated (id INTEGER)"));
  commit_revision();
  begin();
  value_of(execute("INSERT INTO child VALUES (8)"));
  EXPECT_FALSE(database_->conclude("SELECT 1"));
}

TEST_F(SqliteSession, AForeignKeyThatNamesNoUniqueColumnIsRefusedWhenItIsNew) {
  value_of(database_->query("CREATE TABLE parent (id INTEGER)"));
  begin();
  value_of(execute("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id))"));
  const auto concluded = database_->conclude("SELECT 1");
  ASSERT_FALSE(concluded);
  EXPECT_EQ(concluded.error().reason, "ForeignKeyViolated");
  database_->rollback();
  value_of(database_->query("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id))"));
  begin();
  value_of(execute("CREATE TABLE unrelated (id INTEGER)"));
  commit_revision();
}

TEST_F(SqliteSession, OneForeignKeyThatCanNotBeCheckedSwitchesOffNoOther) {
  value_of(
      database_->query("CREATE TABLE odd (id INTEGER); CREATE TABLE odd_child (odd_id INTEGER REFERENCES odd "
                       "(id)); CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent_id "
                       "INTEGER REFERENCES parent)"));
  begin();
  value_of(execute("INSERT INTO odd_child VALUES (7)"));
  commit_revision();
  begin();
  value_of(execute("INSERT INTO child VALUES (8)"));
  const auto concluded = database_->conclude("SELECT 1");
  ASSERT_FALSE(concluded);
  EXPECT_EQ(concluded.error().reason, "ForeignKeyViolated");
  EXPECT_NE(concluded.error().message.find("child → parent"), std::string::npos);
}

TEST_F(SqliteSession, ARenamedTableTakesItsOrphansAlong) {
  value_of(
      database_->query("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent_id INTEGER "
                       "REFERENCES parent); INSERT INTO child VALUES (7); CREATE TABLE odd (id INTEGER); "
                       "CREATE TABLE odd_child (odd_id INTEGER REFERENCES odd (id))"));
  begin();
  run_script("ALTER TABLE child RENAME TO kid; ALTER TABLE odd_child RENAME TO odd_kid");
  commit_revision();
  begin();
  value_of(execute("ALTER TABLE parent RENAME TO ancestor"));
  commit_revision();
  begin();
  run_script("ALTER TABLE kid RENAME TO child; INSERT INTO child VALUES (8)");
  EXPECT_FALSE(database_->conclude("SELECT 1"));
}

TEST_F(SqliteSession, AForeignKeyThatCanBeCheckedAtLastBlocksNothing) {
  value_of(
      database_->query("CREATE TABLE odd (id INTEGER); CREATE TABLE odd_child (odd_id INTEGER REFERENCES odd "
                       "(id)); INSERT INTO odd_child VALUES (7)"));
  begin();
  value_of(execute("CREATE UNIQUE INDEX odd_id ON odd (id)"));
  commit_revision();
}

TEST_F(SqliteSession, OtherDatabasesCanNotBeAttached) {
  const std::string other = folder_.path() / "other.db";
  for (const std::string& sql : {"ATTACH DATABASE '" + other + "' AS o", std::string("DETACH DATABASE o"),
                                 "VACUUM INTO '" + other + "'", "vacuum main INTO '" + other + "'"}) {
    const auto foreseen = database_->split("SELECT 1;\n-- elsewhere\n" + sql, 7);
    ASSERT_FALSE(foreseen) << sql;
    EXPECT_EQ(foreseen.error().reason, "OtherDatabase");
    EXPECT_EQ(foreseen.error().site.line, 9U);
    // And if it were not.
    begin();
    EXPECT_FALSE(
        database_->execute({.text = sql, .line = 1, .kind = StatementClass::Plain, .index_name = {}}))
        << sql;
    database_->rollback();
  }
  EXPECT_FALSE(std::filesystem::exists(other));
  EXPECT_TRUE(database_->split("VACUUM; CREATE TABLE attach (detach TEXT); VACUUM main", 1));
}

TEST_F(SqliteSession, AnotherProcessIsWaitedForNoLongerThanItTakesToTellOfIt) {
  options_.lock_timeout = std::chrono::hours(1);
  const auto other = open(connector_, sqlite_spec(file_));
  value_of(other->query("CREATE TABLE t (id INTEGER)"));
  ASSERT_TRUE(value_of(other->begin(options_, "SELECT 1")));
  EXPECT_FALSE(value_of(database_->begin(options_, "SELECT 1")));
  EXPECT_EQ(queried("SELECT count(*) FROM t"), "0") << "who only reads is let through";
  other->rollback();

  value_of(other->query("BEGIN EXCLUSIVE"));
  const auto read = database_->query("SELECT count(*) FROM t");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().reason, "LockHeld");
  EXPECT_EQ(read.error().kind, ErrorKind::Transient);
  EXPECT_EQ(failure_of(sqlite_spec(file_)).reason, "LockHeld");
  EXPECT_FALSE(value_of(database_->begin(options_, "SELECT 1")));
  value_of(other->query("COMMIT"));
  EXPECT_TRUE(value_of(database_->begin(options_, "SELECT 1")));
}

TEST_F(SqliteSession, AFileOfAnotherKindIsNamedAndNoBackupAskedForFirst) {
  const auto file = folder_.path() / "alembic.ini";
  std::ofstream(file) << "[alembic]\nscript_location = %(here)s\n" << std::string(1000, '#');
  const Error error = failure_of(sqlite_spec(file));
  EXPECT_EQ(error.kind, ErrorKind::Terminal);
  EXPECT_THAT(error.message, ::testing::HasSubstr("The file " + file.string() + " is no SQLite database"));
  EXPECT_THAT(error.message, ::testing::HasSubstr("Check the path in the URL first"));
}

TEST_F(SqliteSession, TheBodyOfATriggerStaysWhole) {
  begin();
  run_script(
      "CREATE TABLE t (id INTEGER);\nCREATE TABLE log (id INTEGER);\n-- a trigger;\nCREATE TRIGGER tr AFTER "
      "INSERT ON t "
      "BEGIN\n  INSERT INTO log VALUES (new.id); INSERT INTO log VALUES (';' || new.id);\nEND;\nINSERT INTO "
      "t VALUES (1)");
  commit_revision();
  EXPECT_EQ(queried("SELECT count(*) FROM log"), "2");
}

TEST_F(SqliteSession, SplitKeepsLinesQuotesAndWhatDoesNotParse) {
  const auto statements =
      value_of(database_->split("\n-- first;\nSELECT ';' ; /* ; */ ;;\nSELEC \"a;b\" [c;d] "
                                "`e;f`;\n\nVACUUM;\nPRAGMA main.journal_mode = WAL; commit",
                                10));
  ASSERT_EQ(statements.size(), 5U);
  EXPECT_EQ(statements[0].text, "SELECT ';'");
  EXPECT_EQ(statements[0].line, 12U);
  EXPECT_EQ(statements[1].text, "SELEC \"a;b\" [c;d] `e;f`");
  EXPECT_EQ(statements[1].line, 13U);
  EXPECT_EQ(statements[2].kind, StatementClass::Bare);
  EXPECT_EQ(statements[2].line, 15U);
  EXPECT_EQ(statements[3].kind, StatementClass::Bare);
  EXPECT_EQ(statements[4].kind, StatementClass::TransactionControl);
  const auto unclosed = database_->split("SELECT 1;\nSELECT 'open", 1);
  ASSERT_FALSE(unclosed);
  EXPECT_EQ(unclosed.error().reason, "InvalidSql");
  EXPECT_EQ(unclosed.error().site.line, 2U);
}

TEST_F(SqliteSession, ErrorsDoNotQuoteTheRevision) {
  value_of(database_->query("CREATE TABLE t (id INTEGER CHECK (id <> 4711), note TEXT)"));
  for (const std::string sql :
       {"INSERT INTO t (note) VALUE 'hunter2-s3cret'", "INSERT INTO t VALUES (1, 'hunter2-s3cret'",
        "INSERT INTO t VALUES (1, 4711hunter2)", "INSERT INTO t VALUES (4711, 'hunter2-s3cret')",
        "SELECT json_extract('{}', 'hunter2-s3cret')"}) {
    begin();
    const auto ran = execute(sql);
    ASSERT_FALSE(ran) << sql;
    EXPECT_THAT(ran.error().message, ::testing::Not(::testing::ContainsRegex("hunter2|4711"))) << sql;
    database_->rollback();
  }
}

TEST_F(SqliteSession, PragmasOfARevisionDoNotReachTheBookkeepingOrTheNextRevision) {
  value_of(database_->query("CREATE TABLE t (id INTEGER CHECK (id > 0))"));
  for (const std::string sql : {"PRAGMA query_only = ON", "PRAGMA ignore_check_constraints = ON",
                                "PRAGMA busy_timeout = 0", "PRAGMA foreign_keys = ON"}) {
    begin();
    value_of(execute(sql));
    value_of(database_->conclude("INSERT INTO t VALUES (1)"));
    value_of(database_->commit());
  }
  begin();
  EXPECT_FALSE(execute("INSERT INTO t VALUES (0)"));
  database_->rollback();
  EXPECT_EQ(queried("PRAGMA foreign_keys"), "0");
  EXPECT_EQ(queried("SELECT count(*) FROM t"), "4");
}

TEST_F(SqliteSession, AJournalThatARollbackNeedsIsNotSwitchedOff) {
  ASSERT_TRUE(value_of(database_->try_session_lock(options_)));
  for (const std::string sql : {"PRAGMA journal_mode = OFF", "PRAGMA main.Journal_Mode('memory')"}) {
    const auto ran = execute(sql);
    ASSERT_FALSE(ran) << sql;
    EXPECT_EQ(ran.error().kind, ErrorKind::Terminal);
    EXPECT_EQ(ran.error().reason, "UnsafeJournal");
  }
  value_of(execute("PRAGMA journal_mode = WAL"));
  database_->end_session_lock();
  EXPECT_EQ(queried("PRAGMA journal_mode"), "wal");
}

TEST_F(SqliteSession, PragmasHoldUntilARevisionWithoutTransactionEndsAndNoLonger) {
  const std::string before = queried("PRAGMA synchronous");
  ASSERT_TRUE(value_of(database_->try_session_lock(options_)));
  for (const std::string sql : {"PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE",
                                "PRAGMA recursive_triggers = ON", "PRAGMA legacy_alter_table = ON"}) {
    value_of(execute(sql));
  }
  begin();
  value_of(execute("CREATE TABLE t (id INTEGER)"));
  commit_revision();
  EXPECT_EQ(queried("PRAGMA recursive_triggers"), "1");
  EXPECT_EQ(queried("PRAGMA legacy_alter_table"), "1");
  EXPECT_EQ(queried("PRAGMA foreign_keys"), "0");

  database_->end_session_lock();
  EXPECT_EQ(queried("PRAGMA recursive_triggers"), "0");
  EXPECT_EQ(queried("PRAGMA legacy_alter_table"), "0");
  EXPECT_EQ(queried("PRAGMA synchronous"), before);
  value_of(open(connector_, sqlite_spec(file_))->query("INSERT INTO t VALUES (1)"));
}

TEST_F(SqliteSession, ALockingModeOfARevisionLocksNobodyOut) {
  begin();
  run_script("PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE t (id INTEGER)");
  commit_revision();
  value_of(open(connector_, sqlite_spec(file_))->query("INSERT INTO t VALUES (1)"));
}

TEST_F(SqliteSession, AConflictThatRollsBackIsCaught) {
  value_of(database_->query("CREATE TABLE t (id INTEGER PRIMARY KEY)"));
  begin();
  value_of(execute("INSERT INTO t VALUES (1)"));
  ASSERT_FALSE(execute("INSERT OR ROLLBACK INTO t VALUES (1)"));
  EXPECT_FALSE(database_->conclude("INSERT INTO t VALUES (2)"));
  EXPECT_FALSE(database_->commit());
  EXPECT_EQ(queried("SELECT count(*) FROM t"), "0");
}

TEST_F(SqliteSession, FactsNameNoIdentity) {
  EXPECT_EQ(database_->facts().identity, "");
  EXPECT_GE(database_->facts().version, 3'000'000);
  EXPECT_FALSE(database_->facts().read_only);
}

TEST_F(SqliteSession, AFileThatIsNotThereIsAnEmptyDatabaseUntilItIsWrittenTo) {
  const auto file = folder_.path() / "absent.db";
  const std::string count = "SELECT count(*) FROM sqlite_master";
  const auto looking = open(connector_, sqlite_spec(file));
  EXPECT_EQ(looking->facts().absent_file, file.string());
  EXPECT_EQ(text_of(value_of(looking->query(count))), "0");
  EXPECT_FALSE(std::filesystem::exists(file));

  const auto writing = open(connector_, sqlite_spec(file));
  ASSERT_TRUE(value_of(writing->begin(options_, "SELECT 1")));
  EXPECT_TRUE(std::filesystem::exists(file)) << "a transaction is there to write";
  EXPECT_EQ(writing->facts().absent_file, "");
  value_of(writing->execute(statement(*writing, "CREATE TABLE t (i integer)")));
  value_of(writing->conclude("SELECT 1"));
  value_of(writing->commit());
  EXPECT_EQ(text_of(value_of(looking->query(count))), "1") << "who looked before sees what came";
  EXPECT_EQ(looking->facts().absent_file, "");
}

TEST_F(SqliteSession, AStatementThatWritesMakesTheFileToo) {
  const auto file = folder_.path() / "absent.db";
  const auto database = open(connector_, sqlite_spec(file));
  value_of(database->query("SELECT 1; CREATE TABLE t (i integer); INSERT INTO t VALUES (7)"));
  EXPECT_EQ(text_of(value_of(open(connector_, sqlite_spec(file))->query("SELECT i FROM t"))), "7");
}

TEST_F(SqliteSession, AFileThatCannotBeMadeLeavesTheDatabaseAsItWas) {
  std::filesystem::create_directory(folder_.path() / "gone");
  const auto database = open(connector_, sqlite_spec(folder_.path() / "gone/absent.db"));
  std::filesystem::remove(folder_.path() / "gone");
  const auto begun = database->begin(options_, "SELECT 1");
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().reason, "DatabaseUnreachable");
  EXPECT_FALSE(database->query("CREATE TABLE t (i integer)")) << "what stands in for it is not written to";
}

TEST_F(SqliteSession, UrlsAreTakenAsSqlAlchemyTakesThem) {
  const WorkingDirectory here(folder_.path());
  for (const std::string url : {"sqlite:///here.db", "sqlite+pysqlite:///here.db?timeout=5",
                                "sqlite:///with space.db", "sqlite:///with%20percent.db"}) {
    auto spec = sqlite_spec("");
    spec.url = url;
    value_of(open(connector_, spec)->query("CREATE TABLE IF NOT EXISTS t (id INTEGER)"));
  }
  EXPECT_TRUE(std::filesystem::exists("here.db"));
  EXPECT_TRUE(std::filesystem::exists("with space.db"));
  EXPECT_TRUE(std::filesystem::exists("with%20percent.db"));
}

TEST_F(SqliteSession, WhatIsNoUsableFileIsSaidSo) {
  auto spec = sqlite_spec(folder_.path() / "missing/test.db");
  EXPECT_EQ(failure_of(spec).reason, "DatabaseMissing");
  EXPECT_EQ(failure_of(spec).kind, ErrorKind::Transient);
  std::ofstream(folder_.path() / "text.db") << std::string(5000, 'x');
  EXPECT_EQ(failure_of(sqlite_spec(folder_.path() / "text.db")).reason, "DatabaseCorrupt");
  std::filesystem::create_directory(folder_.path() / "folder.db");
  EXPECT_EQ(failure_of(sqlite_spec(folder_.path() / "folder.db")).kind, ErrorKind::Transient);
  EXPECT_THAT(failure_of(sqlite_spec(folder_.path() / "folder.db")).message,
              ::testing::HasSubstr(
                  "has to exist and to be writable; a relative path counts from the working directory"));
  spec.allow_sqlite = false;
  EXPECT_EQ(failure_of(spec).reason, "DatabaseSchemeNotAllowed");
  EXPECT_EQ(failure_of(spec).kind, ErrorKind::Terminal);
}

TEST_F(SqliteSession, AMemoryDatabaseIsForTheCommandLineOnly) {
  for (const std::string url : {"sqlite://", "sqlite:///:memory:"}) {
    auto spec = sqlite_spec("");
    spec.url = url;
    EXPECT_EQ(failure_of(spec).reason, "InvalidDatabaseUrl");
    spec.operator_rules = false;
    EXPECT_EQ(text_of(value_of(open(connector_, spec)->query("SELECT 1"))), "1");
  }
}

}  // namespace
}  // namespace athanor::testing
