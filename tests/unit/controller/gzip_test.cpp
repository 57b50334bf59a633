// gunzip(): what ConfigMaps may carry in binaryData, and what they may not.
#include "controller/gzip.hpp"

#include <functional>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/packing.hpp"
#include "unit/sentence.hpp"

namespace athanor::controller {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kSmallLimit = 1000;

struct Case {
  std::string sentence;
  std::string packed;
  std::string unpacked;
  std::string complaint;  ///< part of the error's message; empty: no error
};

class Gunzip : public testing::TestWithParam<Case> {};

TEST_P(Gunzip, Unpacks) {
  const Case& expected = GetParam();
  const auto text = gunzip(expected.packed, "ConfigMap shop/a key 1.sql.gz", kSmallLimit);
  if (expected.complaint.empty()) {
    ASSERT_TRUE(text.has_value()) << text.error().message;
    EXPECT_EQ(*text, expected.unpacked);
    return;
  }
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(text.error().reason, "InvalidGzip");
  EXPECT_THAT(text.error().message, HasSubstr(expected.complaint));
  EXPECT_THAT(text.error().message, HasSubstr("ConfigMap shop/a key 1.sql.gz"));
  EXPECT_EQ(text.error().site.file, "ConfigMap shop/a key 1.sql.gz");
}

std::string without_last_byte(std::string text) {
  text.pop_back();
  return text;
}

std::string with_flipped_byte(std::string text, std::size_t at) {
  text[at] = static_cast<char>(text[at] ^ 0x55);
  return text;
}

const std::string kText = "-- revision: r1\n\n-- athanor:upgrade\nSELECT 1;\n";

INSTANTIATE_TEST_SUITE_P(
    Sentences, Gunzip,
    testing::Values(
        Case{"one member", gzipped(kText), kText, ""},
        Case{"several members in a row count as one", gzipped("CREATE ") + gzipped("TABLE t ()"),
             "CREATE TABLE t ()", ""},
        Case{"an empty file is an empty text", gzipped(""), "", ""},
        Case{"a text as long as the limit is taken", gzipped(std::string(kSmallLimit, 'x')),
             std::string(kSmallLimit, 'x'), ""},
        Case{"one byte over the limit shows", gzipped(std::string(kSmallLimit + 1, 'x')),
             std::string(kSmallLimit + 1, 'x'), ""},
        Case{"a bomb is unpacked to one byte over the limit", gzipped(std::string(20'000'000, 'x')),
             std::string(kSmallLimit + 1, 'x'), ""},
        Case{"members that are small alone and too large together are unpacked no further",
             gzipped(std::string(600, 'x')) + gzipped(std::string(600, 'x')),
             std::string(kSmallLimit + 1, 'x'), ""},
        Case{"a text cut short is refused", without_last_byte(gzipped(kText)), "", "is cut short"},
        Case{"a second member cut short is refused", gzipped(kText) + without_last_byte(gzipped(kText)), "",
             "is cut short"},
        Case{"no bytes at all are refused", "", "", "is cut short"},
        Case{"plain SQL is refused", kText, "", "is not gzip"},
        Case{"zlib without the gzip header is refused", std::string("\x78\x9c\x03\x00\x00\x00\x00\x01", 8),
             "", "is not gzip"},
        Case{"rubbish after the last member is refused", gzipped(kText) + "rubbish", "", "is not gzip"},
        Case{"a checksum that is wrong is refused",
             with_flipped_byte(gzipped(kText), gzipped(kText).size() - 8), "", "is not gzip"}),
    sentence_name<Case>);

TEST(Gzip, PacksWhatGunzipUnpacks) {
  for (const std::string& text : {std::string(), kText, std::string(100'000, 'x'), std::string("\0\xff", 2)})
    EXPECT_EQ(gunzip(gzip(text), "text", 200'000), text);
}

TEST(Gzip, WritesNothingOfTimeNameOrSystemIntoItsHead) {
  const std::string packed = gzip(kText);
  // RFC 1952: magic, deflate, no flags, time 0, slowest, system unknown.
  EXPECT_EQ(packed.substr(0, 10), std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff", 10));
}

}  // namespace
}  // namespace athanor::controller
