#include "adapters/system/system_randomness.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace athanor::system {
namespace {

TEST(SystemRandomness, uniform_stays_within_zero_and_one_and_fills_the_range) {
  SystemRandomness randomness;
  double low = 1;
  double high = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = randomness.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  EXPECT_LT(low, 0.01);
  EXPECT_GT(high, 0.99);
}

TEST(SystemRandomness, bits_do_not_repeat) {
  SystemRandomness randomness;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(randomness.bits());
  EXPECT_EQ(seen.size(), 1'000U);
}

}  // namespace
}  // namespace athanor::system
