#include "core/lock_holder.hpp"

#include <gtest/gtest.h>

namespace athanor {
namespace {

TEST(LockHolder, TellsWhatIsKnown) {
  EXPECT_EQ(LockHolder{}.describe(), "another session");
  EXPECT_EQ((LockHolder{.pid = 4711}).describe(), "another session (server process 4711)");
  EXPECT_EQ((LockHolder{"athanor upgrade (alice@laptop)", "shop", "10.0.0.7", 4711, "2026-11-22T20:14:00Z"})
                .describe(),
            "athanor upgrade (alice@laptop) as shop from 10.0.0.7, connected since 2026-11-22T20:14:00Z "
            "(server process 4711)");
}

}  // namespace
}  // namespace athanor
