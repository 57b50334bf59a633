// What the checksum of a section is taken over: it tells an edit from another layout.
#pragma once

#include <string>
#include <string_view>

#include "core/digest.hpp"
#include "core/sql_tokens.hpp"

namespace athanor {

/// Takes the tokens of one section in order. Hashed are the tokens without comments, one NUL between two (no
/// token holds one), and semicolons that end nothing left out. Two texts hash alike if and only if they say
/// the same but for comments, white space between tokens and spare semicolons; a literal that is continued
/// over several lines is one token, and counts as written.
class TokenChecksum {
 public:
  /// @param text the one that `token` is a token of
  void add(std::string_view text, const SqlToken& token);
  /// 64 hex digits, once.
  [[nodiscard]] std::string hex() { return hash_.hex(); }

 private:
  Sha256 hash_;
  bool begun_ = false;
  bool semicolon_ = false;
};

}  // namespace athanor
