// A text, line by line.
#pragma once

#include <string_view>
#include <vector>

namespace athanor::cli {

/// Without their line ends; none for an empty text.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// Takes `prefix` off the beginning of `text`. @return false, and leaves it, if it begins otherwise
[[nodiscard]] bool take_prefix(std::string_view& text, std::string_view prefix);

}  // namespace athanor::cli
