// One statement's tokens, read from left to right.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_tokens.hpp"

namespace athanor {

/// A cursor over tokens without comments. A copy of it looks ahead; words are asked for in lower case.
class StatementReader {
 public:
  using Words = std::initializer_list<std::string_view>;

  StatementReader(std::string_view text, std::span<const SqlToken> tokens) : text_(text), tokens_(tokens) {}

  [[nodiscard]] bool done() const { return at_ >= tokens_.size(); }
  [[nodiscard]] bool peek(std::string_view word) const {
    return !done() && is_word(text_, tokens_[at_], word);
  }
  [[nodiscard]] bool peek_symbol(char symbol) const {
    return !done() && is_symbol(text_, tokens_[at_], symbol);
  }
  void skip() { ++at_; }

  /// Takes the words if they all come next.
  bool accept(Words words);
  bool accept(std::string_view word) { return accept({word}); }
  /// Takes the first of the words that comes next.
  bool accept_any(Words words);
  bool accept_symbol(char symbol);

  /// Takes `( ... )`, if it comes next, and returns what stands between.
  std::span<const SqlToken> accept_group();

  /// Takes `a.b.c` and returns its parts as written.
  std::vector<std::string> accept_name();

  [[nodiscard]] std::span<const SqlToken> rest() const;

 private:
  std::string_view text_;
  std::span<const SqlToken> tokens_;
  std::size_t at_ = 0;
};

/// Moves to the first token outside parentheses at which `accept(reader)` is true; false if there is none.
template <class Accept>
bool find_outside_parentheses(StatementReader& reader, Accept accept) {
  while (!reader.done()) {
    if (accept(reader)) return true;
    if (reader.peek_symbol('(')) {
      reader.accept_group();
    } else {
      reader.skip();
    }
  }
  return false;
}

}  // namespace athanor
