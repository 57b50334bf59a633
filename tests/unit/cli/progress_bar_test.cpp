// One line of progress: what it says, and that no terminal wraps it.
#include "cli/terminal/progress_bar.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace athanor::cli {
namespace {

using namespace std::chrono_literals;

TEST(Duration, reads_as_a_person_would_say_it) {
  EXPECT_EQ(duration_text(0ms), "0 ms");
  EXPECT_EQ(duration_text(999ms), "999 ms");
  EXPECT_EQ(duration_text(1250ms), "1.2 s");
  EXPECT_EQ(duration_text(59'900ms), "59.9 s");
  EXPECT_EQ(duration_text(185s), "3 min 05 s");
}

TEST(Text, is_cut_between_characters) {
  EXPECT_EQ(cut_to("straße", 6), "straße");
  EXPECT_EQ(cut_to("straßen", 6), "straß…");
  EXPECT_EQ(cut_to("ab", 1), "…");
  EXPECT_EQ(cut_to("ab", 0), "");
  EXPECT_EQ(cut_to("", 3), "");
}

TEST(ProgressLine, says_how_many_what_and_how_long) {
  const ProgressState state{3, 12, "upgrade 3f2a -> 8e1d, add orders", 1250ms};
  EXPECT_EQ(progress_line(state, 80), "[=====>              ] 3/12  1.2 s  upgrade 3f2a -> 8e1d, add orders");
}

TEST(ProgressLine, of_what_only_waits_does_not_say_that_it_runs) {
  const ProgressState state{0, 1, "upgrade base -> 8e1d", 600ms, true};
  EXPECT_EQ(progress_line(state, 80),
            "[>                   ] 0/1  600 ms  waiting for the lock: upgrade base -> 8e1d");
}

TEST(ProgressLine, is_never_as_wide_as_the_terminal) {
  const ProgressState state{1, 2, "upgrade 3f2a -> 8e1d, füge Bestellungen hinzu", 5s};
  for (std::size_t width = 1; width < 120; ++width) {
    std::size_t columns = 0;
    for (const char byte : progress_line(state, width)) {
      columns += (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U ? 0 : 1;
    }
    EXPECT_LT(columns, width) << width;
  }
}

}  // namespace
}  // namespace athanor::cli
