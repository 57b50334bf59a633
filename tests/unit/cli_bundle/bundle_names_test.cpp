// Names of objects and keys.
#include "cli/bundle/bundle_names.hpp"

#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

struct NameCase {
  const char* sentence;
  std::string section;
  std::string name;  ///< empty: InvalidName
};

class EnvironmentName : public ::testing::TestWithParam<NameCase> {};

const NameCase kNames[] = {
    {"a name is kept", "staging", "staging"},
    {"dots are kept where they may stand", "shop.staging", "shop.staging"},
    {"capitals become small", "Staging", "staging"},
    {"an underscore becomes a dash", "staging_eu", "staging-eu"},
    {"a run of what may not stand becomes one dash", "shop: _staging", "shop-staging"},
    {"none is left at an end", "_staging_", "staging"},
    {"letters outside of ASCII go", "stäging", "st-ging"},
    {"dots at an end go", ".staging.", "staging"},
    {"63 bytes are a name", std::string(63, 'a'), std::string(63, 'a')},
    {"64 are too many for a label", std::string(64, 'a'), ""},
    {"nothing is left", "__", ""},
};

TEST_P(EnvironmentName, IsMadeOfTheSection) {
  const auto name = environment_name(GetParam().section);
  if (GetParam().name.empty()) {
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().reason, "InvalidName");
  } else {
    ASSERT_TRUE(name) << name.error().message;
    EXPECT_EQ(*name, GetParam().name);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, EnvironmentName, ::testing::ValuesIn(kNames), sentence_name<NameCase>);

TEST(NumberedName, CountsFromTheSecond) {
  EXPECT_EQ(numbered_name("shop", 0), "shop");
  EXPECT_EQ(numbered_name("shop", 1), "shop-2");
  EXPECT_EQ(numbered_name("shop", 9), "shop-10");
  EXPECT_TRUE(numbered_name(std::string(251, 'a'), 1));
  EXPECT_FALSE(numbered_name(std::string(252, 'a'), 1)) << "254 bytes";
}

TEST(BetterKey, HasNothingThatAKeyMayNotHave) {
  EXPECT_EQ(better_key("3f add users.sql"), "3f_add_users.sql");
  EXPECT_EQ(better_key("3f_größe!.sql"), "3f_gr_e.sql");
  EXPECT_EQ(better_key("ü.sql"), "revision.sql");
  EXPECT_EQ(better_key(std::string(300, 'a') + ".sql"), std::string(200, 'a') + ".sql");
}

}  // namespace
}  // namespace athanor::cli
