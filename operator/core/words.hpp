// Lists in sentences.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace athanor {

/// "a, b, c", or "a, b, … (7 in all)" past `limit` words.
[[nodiscard]] std::string join_words(const std::vector<std::string>& words, std::size_t limit = 5);

}  // namespace athanor
