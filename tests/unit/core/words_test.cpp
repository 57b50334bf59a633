// Lists in sentences.
#include "core/words.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace athanor {
namespace {

using List = std::vector<std::string>;

TEST(JoinWords, ListsWhatThereIs) {
  EXPECT_EQ(join_words({}), "");
  EXPECT_EQ(join_words({"a"}), "a");
  EXPECT_EQ(join_words({"a", "b", "c"}), "a, b, c");
}

TEST(JoinWords, EndsALongListAtItsLimitAndSaysHowManyThereAre) {
  EXPECT_EQ(join_words({"a", "b", "c", "d", "e"}), "a, b, c, d, e");
  EXPECT_EQ(join_words({"a", "b", "c", "d", "e", "f"}), "a, b, c, d, e, … (6 in all)");
  EXPECT_EQ(join_words({"a", "b", "c"}, 1), "a, … (3 in all)");
  EXPECT_EQ(join_words(List(10000, "x"), 2), "x, x, … (10000 in all)");
}

TEST(ClosestWord, IsASlipOfTheFingerAwayOrNone) {
  const List known{"heads", "history", "upgrade", "downgrade"};
  EXPECT_EQ(closest_word("upgrad", known), "upgrade");
  EXPECT_EQ(closest_word("histroy", known), "history");
  EXPECT_EQ(closest_word("dwongraed", known), "downgrade");
  EXPECT_EQ(closest_word("heap", known), "");
  EXPECT_EQ(closest_word("", known), "");
  EXPECT_EQ(closest_word("a", {"b"}), "") << "every letter is one from any other";
  EXPECT_EQ(closest_word(std::string(100000, 'x'), known), "");
}

}  // namespace
}  // namespace athanor
