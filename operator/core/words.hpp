// Words in messages: lists of them, and slips of the finger.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

/// "a, b, c", or "a, b, … (7 in all)" past `limit` words.
[[nodiscard]] std::string join_words(const std::vector<std::string>& words, std::size_t limit = 5);

/// Letters to insert, delete, replace, or swap with their neighbour, to turn one word into the other.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The one that `word` is probably a slip for: one letter off, two in a long one; "" where none is so near.
[[nodiscard]] std::string closest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace athanor
