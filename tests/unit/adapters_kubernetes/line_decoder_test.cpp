#include "adapters/kubernetes/line_decoder.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Case {
  const char* name;
  std::vector<std::string> pieces;
  std::vector<std::string> lines;
};

class LineDecoderTable : public ::testing::TestWithParam<Case> {};

TEST_P(LineDecoderTable, gives_the_lines) {
  LineDecoder decoder;
  std::vector<std::string> lines;
  for (const std::string& piece : GetParam().pieces) {
    const auto more =
        decoder.feed(piece, [&](std::string_view line) { return lines.emplace_back(line), true; });
    ASSERT_TRUE(more && *more);
  }
  EXPECT_EQ(lines, GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(LineDecoder, LineDecoderTable,
                         ::testing::Values(Case{"one_line_in_one_piece", {"{\"a\":1}\n"}, {"{\"a\":1}"}},
                                           Case{"two_lines_in_one_piece", {"a\nb\n"}, {"a", "b"}},
                                           Case{"a_line_in_three_pieces", {"a", "b", "c\n"}, {"abc"}},
                                           Case{"a_piece_that_ends_one_line_and_begins_another",
                                                {"a", "b\nc", "d\n"},
                                                {"ab", "cd"}},
                                           Case{"a_line_end_of_its_own", {"a", "\n", "b\n"}, {"a", "b"}},
                                           Case{"windows_line_ends", {"a\r", "\nb\r\n"}, {"a", "b"}},
                                           Case{"empty_lines_are_left_out", {"\n\n", "a\n\n", "\r\n"}, {"a"}},
                                           Case{"a_line_without_an_end_is_not_given", {"a\nhalf"}, {"a"}},
                                           Case{"nothing", {"", ""}, {}}),
                         [](const auto& row) { return row.param.name; });

TEST(LineDecoder, byte_by_byte_gives_the_same_as_at_once) {
  const std::string text = "first\n\nsecond\r\nthird\n";
  LineDecoder decoder;
  std::vector<std::string> lines;
  for (const char byte : text) {
    ASSERT_TRUE(
        decoder.feed({&byte, 1}, [&](std::string_view line) { return lines.emplace_back(line), true; }));
  }
  EXPECT_THAT(lines, ElementsAre("first", "second", "third"));
}

TEST(LineDecoder, a_handler_that_says_no_gets_no_more_lines) {
  LineDecoder decoder;
  int calls = 0;
  const auto more = decoder.feed("a\nb\nc\n", [&](std::string_view) { return ++calls < 2; });
  ASSERT_TRUE(more);
  EXPECT_FALSE(*more);
  EXPECT_EQ(calls, 2);
}

TEST(LineDecoder, a_line_beyond_the_bound_is_an_error_however_it_is_cut) {
  for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    LineDecoder decoder(100);
    const std::string line(101, 'x');
    Result<bool> result = true;
    for (std::size_t at = 0; at < line.size() && result; at += cut) {
      result = decoder.feed(line.substr(at, cut), [](std::string_view) { return true; });
    }
    ASSERT_FALSE(result) << "in pieces of " << cut;
    EXPECT_EQ(result.error().kind, ErrorKind::Transient);
    EXPECT_EQ(result.error().reason, "ApiUnavailable");
    EXPECT_THAT(result.error().message, HasSubstr("100 bytes"));
  }
}

}  // namespace
}  // namespace athanor::kubernetes
