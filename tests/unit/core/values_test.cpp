// The small values of core: errors, waits, conditions, owners, text.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/backoff.hpp"
#include "core/conditions.hpp"
#include "core/history.hpp"
#include "core/result.hpp"
#include "core/text.hpp"

namespace athanor {
namespace {

using std::chrono::milliseconds;

TEST(ErrorKinds, HaveNames) {
  EXPECT_EQ(to_string(ErrorKind::Transient), "Transient");
  EXPECT_EQ(to_string(ErrorKind::Terminal), "Terminal");
  EXPECT_EQ(to_string(ErrorKind::Blocked), "Blocked");
  EXPECT_EQ(to_string(ErrorKind::Conflict), "Conflict");
  EXPECT_EQ(to_string(ErrorKind::InDoubt), "InDoubt");
}

TEST(Results, CarryAFailureOn) {
  const auto first = [] { return Result<int>(fail(ErrorKind::Blocked, "Reason", "words", {.line = 3})); };
  const Result<std::string> second = fail(first().error());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), first().error());
  EXPECT_EQ(second.error().site.line, 3U);
}

TEST(ExponentialBackoff, DoublesUpToItsCap) {
  EXPECT_EQ(exponential_backoff(milliseconds(5), 0, milliseconds(1000)), milliseconds(5));
  EXPECT_EQ(exponential_backoff(milliseconds(5), 1, milliseconds(1000)), milliseconds(10));
  EXPECT_EQ(exponential_backoff(milliseconds(5), 7, milliseconds(1000)), milliseconds(640));
  EXPECT_EQ(exponential_backoff(milliseconds(5), 8, milliseconds(1000)), milliseconds(1000));
  EXPECT_EQ(exponential_backoff(milliseconds(5), 4000000000U, milliseconds(300000)), milliseconds(300000));
}

TEST(Jitter, SpreadsAWaitUpwards) {
  EXPECT_EQ(jittered(milliseconds(100), 0.2, 0.0), milliseconds(100));
  EXPECT_EQ(jittered(milliseconds(100), 0.2, 0.5), milliseconds(110));
  EXPECT_LT(jittered(milliseconds(100), 1.0, 0.999), milliseconds(200));
}

TEST(Conditions, AreFoundByTypeAndHaveNames) {
  EXPECT_EQ(to_string(ConditionStatus::True), "True");
  EXPECT_EQ(to_string(ConditionStatus::False), "False");
  EXPECT_EQ(to_string(ConditionStatus::Unknown), "Unknown");
  EXPECT_EQ(find_condition({}, "Ready"), nullptr);
}

TEST(Conditions, MoveTheirTransitionTimeWithTheirStatusOnly) {
  std::vector<Condition> conditions;
  EXPECT_TRUE(set_condition(conditions, {"Ready", ConditionStatus::False, "Waiting", "a", "", 1}, "t1"));
  EXPECT_TRUE(set_condition(conditions, {"Stalled", ConditionStatus::False, "Fine", "", "", 1}, "t1"));
  EXPECT_FALSE(set_condition(conditions, {"Ready", ConditionStatus::False, "Other", "b", "", 2}, "t2"));
  const Condition* ready = find_condition(conditions, "Ready");
  ASSERT_NE(ready, nullptr);
  EXPECT_EQ(*ready, (Condition{"Ready", ConditionStatus::False, "Other", "b", "t1", 2}));
  EXPECT_TRUE(set_condition(conditions, {"Ready", ConditionStatus::True, "Done", "", "ignored", 2}, "t3"));
  EXPECT_EQ(find_condition(conditions, "Ready")->last_transition_time, "t3");
  EXPECT_EQ(conditions.size(), 2U);
}

TEST(Owners, AreNamedAsTheTakeOverAnnotationNamesThem) {
  EXPECT_EQ((Owner{"staging", "", "", ""}).short_name(), "staging");
  EXPECT_EQ((Owner{"staging", "shop", "", ""}).short_name(), "shop/staging");
  EXPECT_EQ((Owner{"staging", "shop", "", ""}).describe(), "shop/staging");
  EXPECT_EQ((Owner{"staging", "shop", "1b2c", "id"}).describe(), "shop/staging in cluster 1b2c");
}

TEST(Lines, AreCountedAlongRisingOffsets) {
  const std::string text = "a\nbc\n\nd";
  LineCounter lines(text, 10);
  EXPECT_EQ(lines.line_of(0), 10U);
  EXPECT_EQ(lines.line_of(1), 10U);
  EXPECT_EQ(lines.line_of(2), 11U);
  EXPECT_EQ(lines.line_of(6), 13U);
  EXPECT_EQ(lines.line_of(6), 13U);
  EXPECT_EQ(lines.line_of(99), 13U);
}

TEST(WhiteSpace, IsTrimmedAndFolded) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim_end(" a \n"), " a");
  EXPECT_EQ(fold_white_space("\n a \t\n b  c "), "a b c");
  EXPECT_EQ(to_lower("AbC-É"), "abc-É");
}

TEST(Utf8, IsCheckedAsTheStandardDefinesIt) {
  for (const std::string good :
       {"", "plain", "é", "日本", "\xF0\x9F\x94\xA5", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(valid_utf8_prefix(good), good.size()) << good;
  }
  for (const std::string bad :
       {"\x80", "\xC0\xAF", "\xC1\x81", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE9t"}) {
    EXPECT_EQ(valid_utf8_prefix("ab" + bad), 2U);
  }
}

}  // namespace
}  // namespace athanor
