#include "cli/commands/choice.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/words.hpp"

namespace athanor::cli {
namespace {

/// "text, json or github"
std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](const std::string& word) -> std::string {
        if (std::ranges::find(words, word) != words.end()) return {};
        const std::string near = closest_word(word, words);
        return near.empty() ? fmt::format("\"{}\" is not {}", word, alternatives(words))
                            : fmt::format("there is no \"{}\"; did you mean {}?", word, near);
      },
      "");
}

}  // namespace athanor::cli
