// The first tokens of a PostgreSQL statement, read one by one.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_tokens.hpp"

namespace athanor::engine {

/// Reads a statement's tokens from left to right, comments left out. Of what the scanner refuses there are
/// none. The text must outlive it.
class StatementHead {
 public:
  explicit StatementHead(std::string_view text);

  [[nodiscard]] bool at(std::string_view word) const;
  /// Takes the next token if it is this word.
  bool take(std::string_view word);
  /// Takes the next tokens, as far as they are these words.
  /// @return whether all of them were
  bool take_all(std::initializer_list<std::string_view> words);
  /// Takes the next token if it is one of these words.
  bool take_any(std::initializer_list<std::string_view> words);
  bool take_symbol(char symbol);
  /// Takes `name` or `schema.name` as written; empty if there is none.
  std::string take_name();
  /// Passes over a parenthesised list of options, if there is one.
  void skip_options();

  /// Whether a function of this name is called anywhere in what is left.
  [[nodiscard]] bool calls(std::string_view function) const;
  /// Moves behind the next place at which these words stand in a row.
  /// @return false: there is none, and nothing was moved
  bool find(std::initializer_list<std::string_view> words);

 private:
  [[nodiscard]] bool at_symbol(char symbol) const;

  std::string_view text_;
  std::vector<SqlToken> tokens_;
  std::size_t next_ = 0;
};

}  // namespace athanor::engine
