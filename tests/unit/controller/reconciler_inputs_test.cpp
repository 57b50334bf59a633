// Reconciler: sets that are still arriving, wrong, or gone.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/revisions.hpp"
#include "unit/controller/world.hpp"

namespace athanor::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr ports::Millis kQuiet = kInputsQuietFor;

class Inputs : public testing::Test {
 protected:
  void SetUp() override {
    world_.add(kStaging, [](nlohmann::json& spec) {
      spec["revisions"]["configMaps"] = nlohmann::json::parse(R"([{"name": "old"}, {"name": "new"}])");
    });
    ports::StringMap all = chain(4);
    first_ = {{"r1.sql", all["r1.sql"]}, {"r2.sql", all["r2.sql"]}};
    second_ = {{"r3.sql", all["r3.sql"]}, {"r4.sql", all["r4.sql"]}};
  }
  void put_old() { world_.config_maps.put(config_map({"shop", "old"}, first_)); }
  void put_new() { world_.config_maps.put(config_map({"shop", "new"}, second_)); }

  World world_;
  ports::StringMap first_, second_;
};

TEST_F(Inputs, that_arrive_one_by_one_never_stall) {
  world_.config_maps.put(config_map({"shop", "old"}, {{"README.md", "soon"}}));
  put_new();
  const auto result = world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True MissingParent");
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled");
  EXPECT_EQ(result.requeue_after, kQuiet) << "looked at again once they have been quiet";
  EXPECT_FALSE(result.failed);

  world_.clock.advance(ports::Millis{10'000});
  EXPECT_EQ(world_.reconcile(kStaging).requeue_after, ports::Millis{20'000});
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled");

  put_old();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r4"));
}

TEST_F(Inputs, that_change_meanwhile_get_their_time_again) {
  world_.config_maps.put(config_map({"shop", "old"}, {{"README.md", "soon"}}));
  put_new();
  world_.reconcile(kStaging);
  world_.clock.advance(ports::Millis{29'000});
  world_.config_maps.put(config_map({"shop", "old"}, {{"README.md", "sooner"}}));
  EXPECT_EQ(world_.reconcile(kStaging).requeue_after, kQuiet);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled");
}

TEST_F(Inputs, that_stay_wrong_stall_after_thirty_seconds) {
  world_.config_maps.put(config_map({"shop", "old"}, {{"README.md", "soon"}}));
  put_new();
  world_.reconcile(kStaging);
  world_.clock.advance(kQuiet);
  const auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True MissingParent");
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "False Settled");
  EXPECT_THAT(world_.message(kStaging, "Stalled"), HasSubstr("r2"));
  EXPECT_THAT(world_.tables(kStaging), IsEmpty());
}

TEST_F(Inputs, that_were_judged_before_a_restart_are_judged_at_once_and_cost_no_write) {
  world_.config_maps.put(config_map({"shop", "old"}, {{"README.md", "soon"}}));
  put_new();
  world_.reconcile(kStaging);
  world_.clock.advance(kQuiet);
  world_.reconcile(kStaging);
  const auto writes = world_.status_writes();
  world_.restart();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True MissingParent");
  EXPECT_EQ(world_.status_writes(), writes);
}

TEST_F(Inputs, that_are_touched_and_stay_as_wrong_as_they_were_stay_stalled) {
  world_.config_maps.put(config_map({"shop", "old"}, {{"README.md", "soon"}}));
  put_new();
  world_.reconcile(kStaging);
  world_.clock.advance(kQuiet);
  world_.reconcile(kStaging);
  const auto events = world_.events.events().size();
  world_.config_maps.put(config_map({"shop", "old"}, {{"README.md", "later"}}));
  const auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True MissingParent");
  EXPECT_EQ(world_.events.events().size(), events);
}

TEST_F(Inputs, whose_digest_is_the_one_asked_for_are_judged_at_once) {
  put_old();
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["revisions"]["configMaps"] = nlohmann::json::parse(R"([{"name": "old"}])");
  });
  world_.reconcile(kStaging);
  const std::string digest = world_.status(kStaging).observed_digest;
  world_.change(kStaging, [&digest](nlohmann::json& spec) {
    spec["revisions"]["digest"] = digest;
    spec["target"] = "nowhere";
  });
  world_.restart();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True InvalidTarget");
}

TEST_F(Inputs, whose_digest_is_another_are_not_applied_and_not_blamed) {
  put_old();
  put_new();
  world_.change(kStaging,
                [](nlohmann::json& spec) { spec["revisions"]["digest"] = "sha256:" + std::string(64, '0'); });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False DigestMismatch");
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled");
  EXPECT_THAT(world_.gate.executed, IsEmpty());

  world_.change(kStaging, [this](nlohmann::json& spec) {
    spec["revisions"]["digest"] = world_.status(kStaging).observed_digest;
  });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(Inputs, whose_config_map_is_missing_are_waited_for) {
  put_old();
  const auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(result.requeue_after, ports::Millis{1000});
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False ConfigMapMissing");
  EXPECT_EQ(world_.condition(kStaging, "Reconciling"), "True ConfigMapMissing");
  EXPECT_THAT(world_.message(kStaging, "Ready"), HasSubstr("shop/new"));
  world_.clock.advance(ports::Millis{60 * 60'000});
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "False NotStalled") << "however long it takes";
  put_new();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(Inputs, that_were_pruned_downgrade_nothing) {
  put_old();
  put_new();
  world_.reconcile(kStaging);
  world_.config_maps.put(config_map({"shop", "new"}, {}));
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False UnknownRevision");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True UnknownRevision");
  world_.config_maps.put(config_map({"shop", "old"}, {}));
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False NoRevisions");
  world_.clock.advance(kQuiet);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True NoRevisions");
  EXPECT_THAT(world_.version_rows(kStaging), ElementsAre("r4"));
  EXPECT_THAT(world_.tables(kStaging), ElementsAre("t1", "t2", "t3", "t4"));

  put_old();
  put_new();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(Inputs, that_were_edited_after_they_were_applied_are_refused) {
  put_old();
  put_new();
  world_.reconcile(kStaging);
  first_["r1.sql"] = revision_text("r1", "", "CREATE TABLE t1 (id integer PRIMARY KEY, more text);");
  put_old();
  world_.clock.advance(kQuiet);
  world_.reconcile(kStaging);
  world_.clock.advance(kQuiet);
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True EditedRevision");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True HistoryEdited");
  EXPECT_EQ(world_.status(kStaging).failure->revision, "r1");

  world_.change(kStaging, [](nlohmann::json& spec) { spec["policy"]["editedRevision"] = "Warn"; });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "True HistoryEdited") << "it is warned of for as long";
}

TEST_F(Inputs, are_not_blamed_for_comments_that_were_added) {
  put_old();
  put_new();
  world_.reconcile(kStaging);
  first_["r1.sql"] =
      revision_text("r1", "", "-- licence\nCREATE TABLE t1 (id   integer PRIMARY KEY);", "DROP TABLE t1;");
  put_old();
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

struct MalformedSpec : public Inputs {};

TEST_F(MalformedSpec, stalls_and_names_the_field_without_touching_the_database) {
  put_old();
  put_new();
  world_.change(kStaging, [](nlohmann::json& spec) {
    spec["policy"]["lockTimeout"] = "soon";
    spec["suspend"] = "perhaps";
  });
  const auto result = world_.reconcile(kStaging);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False InvalidSpec");
  EXPECT_EQ(world_.condition(kStaging, "Stalled"), "True InvalidSpec");
  EXPECT_EQ(world_.condition(kStaging, "Drifted"), "Unknown CheckFailed");
  EXPECT_THAT(world_.message(kStaging, "Stalled"), HasSubstr("spec.policy.lockTimeout"));
  EXPECT_THAT(world_.message(kStaging, "Stalled"), HasSubstr("spec.suspend"));
  EXPECT_EQ(world_.gate.connects, 0);
  EXPECT_THAT(world_.events.reasons(kStaging), ElementsAre("InvalidSpec"));

  world_.change(kStaging, [](nlohmann::json& spec) {
    spec.erase("policy");
    spec.erase("suspend");
  });
  world_.reconcile(kStaging);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "True UpToDate");
}

TEST_F(MalformedSpec, keeps_what_is_known_of_the_database) {
  put_old();
  put_new();
  world_.reconcile(kStaging);
  world_.change(kStaging, [](nlohmann::json& spec) { spec["target"] = 7; });
  world_.reconcile(kStaging);
  EXPECT_THAT(world_.status(kStaging).current_revisions, ElementsAre("r4"));
  EXPECT_EQ(world_.status(kStaging).history.size(), 4U);
  EXPECT_EQ(world_.condition(kStaging, "Ready"), "False InvalidSpec");
}

}  // namespace
}  // namespace athanor::controller
