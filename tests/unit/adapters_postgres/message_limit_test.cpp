#include "adapters/postgres/message_limit.hpp"

#include <gtest/gtest.h>

namespace athanor::postgres {
namespace {

using std::chrono::milliseconds;
using Act = MessageWatch::Act;

const MessageWatch::Time kSent{std::chrono::hours(1)};

MessageWatch::Time after(int ms) {
  return kSent + milliseconds(ms);
}

TEST(MessageWatch, WithoutALimitWaitsUntilACancel) {
  MessageWatch watch({.answer = milliseconds(500)}, kSent);
  EXPECT_FALSE(watch.due());
  EXPECT_EQ(watch.decide(after(1'000'000'000), false), Act::Wait);
  EXPECT_EQ(watch.decide(after(1'000'000'001), true), Act::AskToCancel);
  EXPECT_FALSE(watch.late());
}

TEST(MessageWatch, BehindItsLimitAsksToCancelOnceAndGivesUpWhenThatIsNotAnswered) {
  MessageWatch watch({.time = milliseconds(100), .answer = milliseconds(500)}, kSent);
  EXPECT_EQ(watch.due(), after(100));
  EXPECT_EQ(watch.decide(after(99), false), Act::Wait);
  EXPECT_EQ(watch.decide(after(100), false), Act::AskToCancel);
  EXPECT_TRUE(watch.late());
  EXPECT_EQ(watch.due(), after(600));
  EXPECT_EQ(watch.decide(after(599), false), Act::Wait);
  EXPECT_EQ(watch.decide(after(600), false), Act::GiveUp);
}

TEST(MessageWatch, GivesBookkeepingUpAtOnceBehindItsLimit) {
  MessageWatch watch({.time = milliseconds(100), .courtesy = milliseconds(50)}, kSent);
  EXPECT_EQ(watch.decide(after(100), false), Act::GiveUp);
  EXPECT_TRUE(watch.late());
  EXPECT_FALSE(watch.asked());
}

TEST(MessageWatch, LetsBookkeepingEndThatACancelMeets) {
  MessageWatch watch({.time = milliseconds(10'000), .courtesy = milliseconds(50)}, kSent);
  EXPECT_EQ(watch.decide(after(10), true), Act::Wait);
  EXPECT_EQ(watch.due(), after(60));
  EXPECT_EQ(watch.decide(after(59), true), Act::Wait);
  EXPECT_EQ(watch.decide(after(60), true), Act::GiveUp);
  EXPECT_FALSE(watch.late());
}

TEST(MessageWatch, WaitsAShorterTimeForAnAnswerOnceACancelCame) {
  MessageWatch watch({.time = milliseconds(100), .answer = milliseconds(15'000)}, kSent);
  EXPECT_EQ(watch.decide(after(100), false), Act::AskToCancel);
  EXPECT_EQ(watch.decide(after(200), true), Act::Wait);
  EXPECT_EQ(watch.due(), after(200) + kAnswerToCancel);
  EXPECT_EQ(watch.decide(after(200) + kAnswerToCancel, true), Act::GiveUp);
}

}  // namespace
}  // namespace athanor::postgres
