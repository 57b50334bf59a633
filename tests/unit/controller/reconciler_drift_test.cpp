// Reconciler: databases that were taken back from outside, and others that only look like it.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr ports::Millis kInterval{5 * 60 * 1000};

class Drifting : public testing::Test {
 protected:
  void SetUp() override {
    world_.config_maps.put(config_map({"shop", "revisions"}, chain(3)));
    world_.add(kStaging);
    world_.reconcile(kStaging);
  }
  void check() {
    world_.clock.advance(kInterval);
    world_.reconcile(kStaging);
  }
  void suspend(bool suspended) {
    world_.change(kStaging, [suspended](nlohmann::json& spec) { spec["suspend"] = suspended; });
  }
  void set_row_back() { world_.ask(kStaging, "UPDATE alembic_version SET version_num = 'r2'"); }
  /// What a backup from before r3 holds.
  void restore_backup() {
    set_row_back();
    world_.ask(kStaging, "DROP TABLE t3");
    world_.ask(kStaging, "DELETE FROM athanor_ledger WHERE revision = 'r3'");
  }

  World world_;
};

TEST_F(Drifting, is_told_as_long_as_a_suspended_environment_lets_nobody_mend_it) {
  suspend(true);
  set_row_back();
  for (int checks = 1; checks <= 3; ++checks) {
    check();
    EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True DatabaseBehind") << checks;
    EXPECT_EQ(world_.condition(kStaging, "Ready"), "False Suspended") << checks;
  }
  EXPECT_THAT(world_.events.reasons(kStaging), Not(Contains("DriftResolved")));
  suspend(false);
  world_.ask(kStaging, "DROP TABLE t3");
  check();
  check();
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "False InSync");
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(Drifting, of_a_restored_backup_is_told_through_suspension_and_outage) {
  suspend(true);
  check();
  restore_backup();
  check();
  check();
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True DatabaseBehind");
  world_.gate.closed = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  check();
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "Unknown CheckFailed");
  world_.gate.closed.reset();
  check();
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True DatabaseBehind");
  EXPECT_THAT(world_.status(kStaging).drift->revisions, ElementsAre("r3"));
  suspend(false);
  check();
  check();
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "False InSync");
}

TEST_F(Drifting, is_told_as_long_as_what_was_taken_back_cannot_be_applied_again) {
  set_row_back();  // t3 is still there, and CREATE TABLE t3 fails
  for (int checks = 1; checks <= 3; ++checks) {
    check();
    EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True SqlError") << checks;
    EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True DatabaseBehind") << checks;
  }
  EXPECT_THAT(world_.events.reasons(kStaging), Not(Contains("DriftResolved")));
}

TEST_F(Drifting, is_not_what_another_database_does) {
  world_.change(kStaging, [this](nlohmann::json& spec) {
    spec["database"]["url"] = "sqlite:///" + world_.database_file(kProduction).string();
  });
  check();
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "False InSync");
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.version_rows(kProduction), ElementsAre("r3"));
  EXPECT_THAT(world_.events.reasons(kStaging), Not(Contains("Drifted")));
}

TEST_F(Drifting, to_another_database_leaves_no_history_of_the_last_one) {
  suspend(true);
  check();
  EXPECT_EQ(world_.status(kStaging).history.size(), 3U);
  world_.change(kStaging, [this](nlohmann::json& spec) {
    spec["database"]["url"] = "sqlite:///" + world_.database_file(kProduction).string();
  });
  check();
  EXPECT_THAT(world_.status(kStaging).history, IsEmpty());
  EXPECT_EQ(world_.status(kStaging).last_applied, std::nullopt);
}

TEST_F(Drifting, is_not_known_and_ready_is_forgiven_where_the_target_base_was_reached) {
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["target"] = "base";
    spec["policy"]["downgrade"] = "Allow";
  });
  check();
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  world_.gate.closed = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  check();
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate") << "no rows were seen, which is something";
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "Unknown CheckFailed");
}

TEST_F(Drifting, has_no_pending_revisions_made_up_where_there_are_more_heads_than_a_status_lists) {
  ports::StringMap data = chain(1);
  for (int i = 0; i < 70; ++i) {
    const std::string id = "head" + std::to_string(i);
    data[id + ".sql"] = revision_text(id, "r1", "SELECT 1;");
  }
  data.insert({{"r2.sql", chain(3)["r2.sql"]}, {"r3.sql", chain(3)["r3.sql"]}});
  world_.config_maps.put(config_map({"shop", "revisions"}, data));
  check();
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  world_.gate.closed = Error{ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.", {}};
  check();
  EXPECT_EQ(world_.status(kStaging).pending_count, std::nullopt);
  EXPECT_THAT(world_.status(kStaging).pending_revisions, IsEmpty());
}

}  // namespace
}  // namespace athanor::controller
