#include <gmock/gmock.h>

#include "api/codec.hpp"

namespace athanor::api {
namespace {

using std::chrono::milliseconds;

struct Reading {
  std::string name;
  std::string text;
  std::optional<std::int64_t> milliseconds;
};

class ParseDuration : public testing::TestWithParam<Reading> {};

TEST_P(ParseDuration, ReadsAsGoDoes) {
  const auto parsed = parse_duration(GetParam().text);
  const auto milliseconds_read = parsed ? std::optional(parsed->count()) : std::nullopt;
  EXPECT_EQ(milliseconds_read, GetParam().milliseconds) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Durations, ParseDuration,
    testing::Values(Reading{"seconds", "5s", 5000}, Reading{"nought_with_unit", "0s", 0},
                    Reading{"bare_nought", "0", 0}, Reading{"several_units", "1h30m", 5'400'000},
                    Reading{"as_kubernetes_normalises", "1h0m0s", 3'600'000},
                    Reading{"fraction", "1.5s", 1500}, Reading{"fraction_without_digits_before", ".5s", 500},
                    Reading{"fraction_without_digits_after", "2.s", 2000},
                    Reading{"part_of_a_millisecond_rounds_up", "1us", 1}, Reading{"micro_sign", "1500µs", 2},
                    Reading{"greek_mu", "1500μs", 2}, Reading{"nanoseconds", "1000000ns", 1},
                    Reading{"empty", "", std::nullopt}, Reading{"number_without_unit", "5", std::nullopt},
                    Reading{"unit_only", "s", std::nullopt}, Reading{"dot_only", ".s", std::nullopt},
                    Reading{"negative", "-5s", std::nullopt}, Reading{"unknown_unit", "5d", std::nullopt},
                    Reading{"blank_within", "5 s", std::nullopt},
                    Reading{"trailing_text", "5sx", std::nullopt},
                    Reading{"too_long_for_64_bits", "9223372037s", std::nullopt},
                    Reading{"too_long_in_sum", "2562047h2562047h", std::nullopt},
                    Reading{"very_many_digits", "99999999999999999999999s", std::nullopt}),
    [](const auto& param) { return param.param.name; });

struct Writing {
  std::int64_t milliseconds;
  std::string text;
};

TEST(FormatDuration, WritesAsGoDoesAndReadsBack) {
  const std::vector<Writing> table{
      {0, "0s"},      {1, "1ms"},           {999, "999ms"},        {1000, "1s"},
      {1500, "1.5s"}, {61'001, "1m1.001s"}, {3'600'000, "1h0m0s"}, {5'400'000, "1h30m0s"}};
  for (const Writing& row : table) {
    EXPECT_EQ(format_duration(milliseconds{row.milliseconds}), row.text);
    EXPECT_EQ(parse_duration(row.text), milliseconds{row.milliseconds}) << row.text;
  }
}

TEST(FormatDuration, NegativeCountsAsNought) {
  EXPECT_EQ(format_duration(milliseconds{-1}), "0s");
}

}  // namespace
}  // namespace athanor::api
