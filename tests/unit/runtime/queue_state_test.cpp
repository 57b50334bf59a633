#include "runtime/queue_state.hpp"

#include <gtest/gtest.h>

#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;

std::string take_name(QueueState& state) {
  const auto taken = state.take();
  return taken ? taken->key.name : "";
}

TEST(QueueState, GivesKeysOutInTheOrderOfTheirAdds) {
  QueueState state;
  state.add(key("b"), at(0ms));
  state.add(key("a"), at(1ms));
  EXPECT_EQ(take_name(state), "b");
  EXPECT_EQ(take_name(state), "a");
  EXPECT_FALSE(state.take());
}

TEST(QueueState, FoldsDuplicates) {
  QueueState state;
  state.add(key("a"), at(0ms));
  state.add(key("a"), at(5ms));
  EXPECT_EQ(state.depth(), 1U);
  const auto taken = state.take();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->added_at, at(0ms)) << "the wait began with the first add";
  EXPECT_FALSE(state.take());
}

TEST(QueueState, HoldsAKeyBackThatIsAddedWhileItIsWorkedOnUntilThatWorkIsDone) {
  QueueState state;
  state.add(key("a"), at(0ms));
  (void)state.take();
  state.add(key("a"), at(1ms));
  state.add(key("a"), at(2ms));
  EXPECT_FALSE(state.take()) << "one worker per key";
  state.done(key("a"), at(10ms));
  const auto taken = state.take();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->added_at, at(10ms));
  state.done(key("a"), at(11ms));
  EXPECT_FALSE(state.take()) << "both adds were one";
}

TEST(QueueState, AddsADelayedKeyWhenItsTimeHasCome) {
  QueueState state;
  state.add_at(key("a"), at(5s));
  EXPECT_EQ(state.next_due(), at(5s));
  state.promote(at(4999ms));
  EXPECT_EQ(state.depth(), 0U);
  state.promote(at(5s));
  EXPECT_EQ(take_name(state), "a");
  EXPECT_EQ(state.next_due(), std::nullopt);
}

struct TwoDelays {
  std::string name;
  ports::Millis first, second;
};
class EarlierTimeWins : public testing::TestWithParam<TwoDelays> {};

TEST_P(EarlierTimeWins, OfTwoDelayedAdds) {
  QueueState state;
  state.add_at(key("a"), at(GetParam().first));
  state.add_at(key("a"), at(GetParam().second));
  EXPECT_EQ(state.next_due(), at(2s));
  state.promote(at(2s));
  EXPECT_EQ(take_name(state), "a");
  state.done(key("a"), at(2s));
  state.promote(at(1h));
  EXPECT_FALSE(state.take()) << "the later one is gone";
}

INSTANTIATE_TEST_SUITE_P(QueueState, EarlierTimeWins,
                         testing::Values(TwoDelays{"the_second_is_earlier", 9s, 2s},
                                         TwoDelays{"the_first_is_earlier", 2s, 9s},
                                         TwoDelays{"they_are_equal", 2s, 2s}),
                         [](const auto& param) { return param.param.name; });

TEST(QueueState, FoldsADelayedAddIntoAKeyThatWaitsAlready) {
  QueueState state;
  state.add(key("a"), at(0ms));
  state.add_at(key("a"), at(1s));
  state.promote(at(1s));
  EXPECT_EQ(state.depth(), 1U);
  EXPECT_EQ(take_name(state), "a");
  state.done(key("a"), at(2s));
  EXPECT_FALSE(state.take());
}

TEST(QueueState, KeepsADelayedAddOfAKeyThatIsTakenBeforeItsTime) {
  QueueState state;
  state.add_at(key("a"), at(10s));
  state.add(key("a"), at(0ms));
  EXPECT_EQ(take_name(state), "a");
  state.done(key("a"), at(1s));
  state.promote(at(10s));
  EXPECT_EQ(take_name(state), "a");
}

TEST(QueueState, HoldsADelayedKeyBackWhileItIsWorkedOn) {
  QueueState state;
  state.add(key("a"), at(0ms));
  (void)state.take();
  state.add_at(key("a"), at(1s));
  state.promote(at(2s));
  EXPECT_FALSE(state.take());
  state.done(key("a"), at(3s));
  EXPECT_EQ(take_name(state), "a");
}

TEST(QueueState, PromotesDelayedKeysInTheOrderOfTheirTimes) {
  QueueState state;
  state.add_at(key("late"), at(3s));
  state.add_at(key("early"), at(1s));
  state.add_at(key("also-early"), at(1s));
  state.promote(at(5s));
  EXPECT_EQ(take_name(state), "early");
  EXPECT_EQ(take_name(state), "also-early");
  EXPECT_EQ(take_name(state), "late");
}

TEST(QueueState, KeepsNothingOfAKeyThatIsDone) {
  QueueState state;
  for (int round = 0; round < 3; ++round) {
    state.add(key("a"), at(0ms));
    state.add_at(key("a"), at(9s));
    state.add_at(key("a"), at(1s));
    (void)state.take();
    state.promote(at(1s));
    state.done(key("a"), at(1s));
    (void)state.take();
    state.done(key("a"), at(2s));
    EXPECT_EQ(state.known(), 0U);
  }
}

TEST(QueueState, IgnoresAnEndOfWorkThatNeverBegan) {
  QueueState state;
  state.done(key("stranger"), at(0ms));
  state.add(key("a"), at(0ms));
  state.done(key("a"), at(0ms));
  EXPECT_EQ(take_name(state), "a");
}

}  // namespace
}  // namespace athanor::runtime
