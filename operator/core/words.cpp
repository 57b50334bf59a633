#include "core/words.hpp"

#include <algorithm>

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

}  // namespace athanor
