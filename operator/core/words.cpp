#include "core/words.hpp"

#include <algorithm>
#include <numeric>

namespace athanor {

std::string join_words(const std::vector<std::string>& words, std::size_t limit) {
  std::string joined;
  for (std::size_t i = 0; i < std::min(words.size(), limit); ++i) {
    if (i > 0) joined += ", ";
    joined += words[i];
  }
  if (words.size() > limit) joined += ", … (" + std::to_string(words.size()) + " in all)";
  return joined;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // two rows up
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string closest_word(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongestMisspelling = 40;
  std::string closest;
  if (word.size() > kLongestMisspelling) return closest;
  std::size_t least = word.size() > 7 ? 3 : 2;  // short words have too many neighbours
  for (const std::string& each : known) {
    const std::size_t distance = edit_distance(word, each);
    if (distance >= least || distance >= each.size()) continue;
    least = distance;
    closest = each;
  }
  return closest;
}

}  // namespace athanor
