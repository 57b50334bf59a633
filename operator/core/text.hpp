// Small facts about text: lines, white space, UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

/// Line numbers of offsets into one text, asked for in rising order: one pass over the text for all of them.
class LineCounter {
 public:
  /// @param first_line number of the text's first line
  LineCounter(std::string_view text, std::size_t first_line) : text_(text), line_(first_line) {}

  /// REQUIRES: offset is not below the one asked for before.
  [[nodiscard]] std::size_t line_of(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t line_;
  std::size_t at_ = 0;
};

/// ASCII white space only, whatever the locale says.
[[nodiscard]] constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\v';
}

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string_view trim_end(std::string_view text);

/// The text behind the byte order mark with which some editors begin UTF-8; all of it where there is none.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);

/// Without their line ends; none for an empty text.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// The last that is not empty, trimmed: what a program that failed has to say.
[[nodiscard]] std::string last_line(std::string_view text);

/// `scheme://user:password@host` in a message without its password.
[[nodiscard]] std::string without_passwords(std::string_view text);

/// Takes `prefix` off the beginning of `text`. @return false, and leaves it, if it begins otherwise
[[nodiscard]] bool take_prefix(std::string_view& text, std::string_view prefix);

/// ASCII letters in lower case, the rest as it is.
[[nodiscard]] std::string to_lower(std::string_view text);

/// Every run of white space as one space, none at either end.
[[nodiscard]] std::string fold_white_space(std::string_view text);

/// The text as one word of a POSIX shell: quoted where it holds what a shell takes for something else.
[[nodiscard]] std::string shell_word(std::string_view text);

/// Characters of UTF-8: bytes that do not continue one.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// Offset of the first byte that is not well-formed UTF-8 (overlong forms and surrogates are not);
/// text.size() if all of it is.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

}  // namespace athanor
