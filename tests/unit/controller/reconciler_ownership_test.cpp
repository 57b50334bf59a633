// Reconciler: whose database it is, and who may take it over.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr const char* kTakeOver = "athanor.dev/take-over";

class Ownership : public testing::Test {
 protected:
  void SetUp() override {
    world_.config_maps.put(config_map({"shop", "revisions"}, chain(2)));
    world_.add(kStaging);
    world_.add(kProduction, [this](nlohmann::json& spec) {
      spec["database"]["url"] = "sqlite:///" + world_.database_file(kStaging).string();
    });
    world_.reconcile(kStaging);
  }
  World world_;
};

TEST_F(Ownership, keeps_an_environment_away_from_anothers_database) {
  const auto result = world_.reconcile(kProduction);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(world_.condition(kProduction, "Stalled"), "True DatabaseOwnedElsewhere");
  EXPECT_THAT(world_.message(kProduction, "Stalled"), HasSubstr("shop/staging"));
  EXPECT_THAT(world_.message(kProduction, "Stalled"), HasSubstr("athanor.dev/take-over"));
  EXPECT_EQ(world_.gate.executed.size(), 2U);
}

TEST_F(Ownership, changes_hands_where_the_annotation_names_the_owner) {
  world_.reconcile(kProduction);
  world_.annotate(kProduction, "athanor.dev/take-over", "shop/staging");
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.condition(kProduction, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.events.reasons(kProduction), Contains("Ready"));
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True DatabaseOwnedElsewhere");
}

TEST_F(Ownership, does_not_change_hands_for_another_name) {
  world_.annotate(kProduction, "athanor.dev/take-over", "shop/somebody");
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.condition(kProduction, "Stalled"), "True DatabaseOwnedElsewhere");
}

TEST_F(Ownership, is_recorded_for_a_database_that_has_nothing_to_run) {
  world_.ask(kStaging, "DROP TABLE athanor_ledger");
  world_.reconcile(kStaging);
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.condition(kProduction, "Stalled"), "True DatabaseOwnedElsewhere");
}

TEST_F(Ownership, changes_hands_once_for_one_annotation) {
  world_.annotate(kProduction, kTakeOver, "shop/staging");
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.status(kProduction).last_handled_take_over, "shop/staging");
  world_.annotate(kStaging, kTakeOver, "shop/production");
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  for (int checks = 1; checks <= 3; ++checks) {
    world_.reconcile(kProduction);  // whose annotation was left behind
    world_.reconcile(kStaging);
    EXPECT_EQ(world_.condition(kProduction, "Stalled"), "True DatabaseOwnedElsewhere") << checks;
    EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate") << checks;
  }
  EXPECT_THAT(world_.message(kProduction, "Stalled"), HasSubstr("take the annotation off"));
}

TEST_F(Ownership, changes_hands_again_for_an_annotation_that_was_taken_off_and_set_again) {
  world_.annotate(kProduction, kTakeOver, "shop/staging");
  world_.reconcile(kProduction);
  world_.annotate(kStaging, kTakeOver, "shop/production");
  world_.reconcile(kStaging);
  world_.take_annotation_off(kProduction, kTakeOver);
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.status(kProduction).last_handled_take_over, "");
  EXPECT_EQ(world_.condition(kProduction, "Stalled"), "True DatabaseOwnedElsewhere");
  world_.annotate(kProduction, kTakeOver, "shop/staging");
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.condition(kProduction, "Ready"), "True UpToDate");
}

TEST_F(Ownership, that_changes_hands_with_a_run_is_handled_too) {
  world_.config_maps.put(config_map({"shop", "revisions"}, chain(3)));
  world_.annotate(kProduction, kTakeOver, "shop/staging");
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.condition(kProduction, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.status(kProduction).last_handled_take_over, "shop/staging");
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.status(kProduction).last_handled_take_over, "shop/staging") << "as long as it is there";
}

TEST_F(Ownership, that_cannot_be_recorded_costs_no_ready_and_is_logged_once) {
  world_.ask(kStaging, "DROP TABLE athanor_ledger");
  world_.gate.unrecordable =
      Error{ErrorKind::Terminal, "PermissionDenied", "Have the owner of it run: GRANT CREATE;", {}};
  for (int checks = 0; checks < 3; ++checks) {
    const auto result = world_.reconcile(kStaging);
    EXPECT_FALSE(result.failed);
    EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  }
  const auto lines = world_.log.lines_with("owner is not recorded");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(std::string(lines[0].field("error")), HasSubstr("GRANT CREATE"));
  world_.gate.unrecordable.reset();
  world_.reconcile(kStaging);
  world_.reconcile(kProduction);
  EXPECT_EQ(world_.condition(kProduction, "Stalled"), "True DatabaseOwnedElsewhere");
}

}  // namespace
}  // namespace athanor::controller
