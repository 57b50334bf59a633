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

}  // namespace
}  // namespace athanor
