#include "runtime/timestamps.hpp"

#include <gtest/gtest.h>

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;

struct Stamp {
  std::string name;
  ports::WallTime time;
  std::string expected;
};
class Timestamps : public testing::TestWithParam<Stamp> {};

TEST_P(Timestamps, AreWrittenInUtcWithSixDigitsOfASecond) {
  EXPECT_EQ(rfc3339_micros(GetParam().time), GetParam().expected);
}

constexpr ports::WallTime kEpoch{};
INSTANTIATE_TEST_SUITE_P(
    Rfc3339, Timestamps,
    testing::Values(Stamp{"the_epoch", kEpoch, "1970-01-01T00:00:00.000000Z"},
                    Stamp{"a_whole_second", kEpoch + 1'795'000'000s, "2026-11-18T11:06:40.000000Z"},
                    Stamp{"leading_zeros", kEpoch + 7us, "1970-01-01T00:00:00.000007Z"},
                    Stamp{"a_leap_day", kEpoch + 1'709'208'000s + 123'456us, "2024-02-29T12:00:00.123456Z"},
                    Stamp{"before_the_epoch", kEpoch - 1us, "1969-12-31T23:59:59.999999Z"}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace athanor::runtime
