// EnvironmentMemories and RunRegistry.
#include "controller/environment_memory.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace athanor::controller {
namespace {

const ports::ObjectKey kKey{"shop", "staging"};
const ports::ObjectKey kOther{"shop", "production"};

TEST(EnvironmentMemories, keeps_one_memory_per_environment) {
  EnvironmentMemories memories;
  memories.of(kKey, "u1")->failures = 3;
  EXPECT_EQ(memories.of(kKey, "u1")->failures, 3U);
  EXPECT_EQ(memories.of(kOther, "u2")->failures, 0U);
}

TEST(EnvironmentMemories, starts_afresh_for_an_object_made_anew_under_the_same_name) {
  EnvironmentMemories memories;
  memories.of(kKey, "u1")->unseen_status = "a patch";
  EXPECT_EQ(memories.of(kKey, "u2")->unseen_status, "");
  EXPECT_EQ(memories.of(kKey, "u2")->uid, "u2");
}

TEST(EnvironmentMemories, forgets_a_deleted_environment_but_not_under_somebodys_hands) {
  EnvironmentMemories memories;
  const auto held = memories.of(kKey, "u1");
  held->failures = 3;
  memories.forget(kKey);
  EXPECT_EQ(held->failures, 3U);
  EXPECT_EQ(memories.of(kKey, "u1")->failures, 0U);
}

TEST(RunRegistry, stops_the_run_of_that_environment_only) {
  RunRegistry registry;
  RunRegistry::Run run(registry, kKey);
  RunRegistry::Run other(registry, kOther);
  registry.stop(kKey);
  EXPECT_TRUE(run.source().stop_requested());
  EXPECT_FALSE(other.source().stop_requested());
}

TEST(RunRegistry, knows_no_run_that_is_over) {
  RunRegistry registry;
  std::optional<std::stop_token> token;
  {
    RunRegistry::Run run(registry, kKey);
    token = run.source().get_token();
  }
  registry.stop(kKey);
  EXPECT_FALSE(token->stop_requested());
}

TEST(RunRegistry, starts_the_next_run_unstopped) {
  RunRegistry registry;
  {
    RunRegistry::Run run(registry, kKey);
    registry.stop(kKey);
  }
  RunRegistry::Run next(registry, kKey);
  EXPECT_FALSE(next.source().stop_requested());
}

}  // namespace
}  // namespace athanor::controller
