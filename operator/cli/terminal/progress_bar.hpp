// One line of a terminal that says how far something is.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace athanor::cli {

struct ProgressState {
  std::size_t done = 0;
  std::size_t total = 0;
  std::string what;                      ///< what runs now: a revision and its message
  std::chrono::milliseconds elapsed{0};  ///< of what runs now
  bool waits = false;                    ///< it has not begun: another session has the lock
};

/// `[=====>          ] 3/12  8e1d0c4a77b2, add orders  1.2 s`, never longer than the terminal is wide.
/// @param width columns
[[nodiscard]] std::string progress_line(const ProgressState& state, std::size_t width);

/// `87 ms`, `1.2 s`, `3 min 05 s`
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

/// The first `columns` characters of UTF-8 text, with an ellipsis in place of the last if something was cut.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);

}  // namespace athanor::cli
