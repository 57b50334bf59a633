// Reconciler: a database that another migration tool managed.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AdoptingEnvironment : public testing::Test {
 protected:
  /// Three revisions 001 to 003 that make t1 to t3; goose has applied two.
  void SetUp() override {
    ports::StringMap files;
    for (int i = 1; i <= 3; ++i) {
      const std::string n = std::to_string(i);
      files["00" + n + ".sql"] =
          revision_text("00" + n, i == 1 ? "" : "00" + std::to_string(i - 1), "CREATE TABLE t" + n + " (i);");
    }
    world_.config_maps.put(config_map({"shop", "revisions"}, files));
    world_.add(kStaging, [](nlohmann::json& spec) { spec["adopt"] = {{"from", "goose"}}; });
  }
  void goose_was_here() {
    (void)world_.ask(
        kStaging,
        "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER "
        "NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now'))); "
        "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1); "
        "CREATE TABLE t1 (i); CREATE TABLE t2 (i)");
  }
  std::vector<std::string> acts() {
    return world_.ask(kStaging, "SELECT act FROM athanor_ledger ORDER BY seq");
  }

  World world_;
};

TEST_F(AdoptingEnvironment, goes_on_from_where_the_other_tool_stopped) {
  goose_was_here();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("003"));
  EXPECT_THAT(world_.gate.executed, ElementsAre(HasSubstr("CREATE TABLE t3")));
  EXPECT_THAT(acts(), ElementsAre("adopt:goose", "upgrade"));
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("Adopted", "Migrated", "Ready"));
  const auto status = world_.status(kStaging);
  ASSERT_EQ(status.history.size(), 1U) << "nothing was run by adopting";
  EXPECT_EQ(status.history[0].revision, "003");
}

TEST_F(AdoptingEnvironment, adopts_once) {
  goose_was_here();
  world_.reconcile(kStaging);
  (void)world_.ask(kStaging, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9, 1)");
  world_.restart();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(acts(), ElementsAre("adopt:goose", "upgrade"));
}

TEST_F(AdoptingEnvironment, adopts_what_has_nothing_to_run_too) {
  goose_was_here();
  world_.change(kStaging, [](nlohmann::json& spec) { spec["target"] = "002"; });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(acts(), ElementsAre("adopt:goose"));
}

TEST_F(AdoptingEnvironment, does_nothing_to_a_database_that_does_not_match) {
  goose_was_here();
  (void)world_.ask(kStaging, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9, 1)");
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled") << "the set may still be arriving";
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True AdoptionMismatch");
  world_.clock.advance(ports::Millis{31'000});
  const auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True AdoptionMismatch");
  EXPECT_THAT(world_.message(kStaging, "Stalled"), HasSubstr("says that 9 is applied"));
  EXPECT_THAT(world_.gate.executed, IsEmpty());
  EXPECT_THAT(world_.ask(kStaging, "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"),
              ElementsAre("0"));
  EXPECT_FALSE(world_.status(kStaging).pending_count) << "nobody knows";

  (void)world_.ask(kStaging, "DELETE FROM goose_db_version WHERE version_id = 9");
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate") << "mended, and seen at the next check";
}

TEST_F(AdoptingEnvironment, makes_no_database_where_there_is_none) {
  world_.reconcile(kStaging);
  world_.clock.advance(ports::Millis{31'000});
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True AdoptionMismatch");
  EXPECT_THAT(world_.message(kStaging, "Stalled"), HasSubstr("There is no database /"));
  EXPECT_FALSE(std::filesystem::exists(world_.database_file(kStaging)));
}

TEST_F(AdoptingEnvironment, does_nothing_to_a_database_without_the_tools_table) {
  (void)world_.ask(kStaging, "CREATE TABLE another (i integer)");
  world_.reconcile(kStaging);
  world_.clock.advance(ports::Millis{31'000});
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True AdoptionMismatch");
  EXPECT_THAT(world_.message(kStaging, "Stalled"), HasSubstr("There is no table of goose"));
  world_.change(kStaging, [](nlohmann::json& spec) { spec.erase("adopt"); });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.tables(kStaging), ElementsAre("another", "t1", "t2", "t3"));
}

TEST_F(AdoptingEnvironment, leaves_a_database_alone_that_is_managed_already) {
  world_.change(kStaging, [](nlohmann::json& spec) { spec.erase("adopt"); });
  world_.reconcile(kStaging);
  world_.change(kStaging, [](nlohmann::json& spec) { spec["adopt"] = {{"from", "goose"}}; });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(acts(), Not(Contains("adopt:goose")));
}

TEST_F(AdoptingEnvironment, waits_while_it_is_suspended) {
  goose_was_here();
  world_.change(kStaging, [](nlohmann::json& spec) { spec["suspend"] = true; });
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.condition(kStaging, "Ready"), HasSubstr("Suspended"));
  EXPECT_THAT(world_.ask(kStaging, "SELECT count(*) FROM sqlite_master WHERE name = 'athanor_ledger'"),
              ElementsAre("0"));
}

TEST_F(AdoptingEnvironment, reads_the_table_that_is_named) {
  goose_was_here();
  (void)world_.ask(kStaging, "ALTER TABLE goose_db_version RENAME TO versions");
  world_.change(kStaging, [](nlohmann::json& spec) { spec["adopt"]["table"] = "versions"; });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

}  // namespace
}  // namespace athanor::controller
