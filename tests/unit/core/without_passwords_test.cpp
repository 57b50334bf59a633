#include <gtest/gtest.h>

#include "core/text.hpp"

namespace athanor {
namespace {

TEST(WithoutPasswords, HidesWhatStandsInAUrl) {
  EXPECT_EQ(without_passwords("at postgresql://u:p:w@x@h/d?a=b and sqlite:///f.db, http://h:1/"),
            "at postgresql://u:***@h/d?a=b and sqlite:///f.db, http://h:1/");
  EXPECT_EQ(without_passwords("postgresql://u@h:5432/d"), "postgresql://u@h:5432/d");
  EXPECT_EQ(without_passwords("nothing here"), "nothing here");
}

}  // namespace
}  // namespace athanor
