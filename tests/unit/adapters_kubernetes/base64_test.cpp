#include "adapters/kubernetes/base64.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::optional<std::string> bytes;
};

class Base64Table : public ::testing::TestWithParam<Case> {};

TEST_P(Base64Table, decodes) {
  EXPECT_EQ(base64_decode(GetParam().text), GetParam().bytes);
}

TEST(Base64, EncodesWhatItDecodes) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foo"), "Zm9v");
  EXPECT_EQ(base64_encode(std::string("\0\xff\xff\x80", 4)), "AP//gA==");
}

INSTANTIATE_TEST_SUITE_P(Base64, Base64Table,
                         ::testing::Values(Case{"nothing", "", ""}, Case{"no_padding", "Zm9v", "foo"},
                                           Case{"one_padding", "Zm8=", "fo"},
                                           Case{"two_paddings", "Zg==", "f"},
                                           Case{"bytes", "AP//gA==", std::string("\0\xff\xff\x80", 4)},
                                           Case{"zero_bytes", "AAAA", std::string(3, '\0')},
                                           Case{"line_breaks_and_blanks", " Zm\n9v\r\nZm8=\n", "foofo"},
                                           Case{"cut_off", "Zm9", std::nullopt},
                                           Case{"a_foreign_letter", "Zm9*", std::nullopt},
                                           Case{"the_url_alphabet", "__--", std::nullopt},
                                           Case{"three_paddings", "Z===", std::nullopt},
                                           Case{"padding_in_the_middle", "Zg==Zm9v", std::nullopt}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace athanor::kubernetes
