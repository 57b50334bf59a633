#include "core/token_checksum.hpp"

namespace athanor {

void TokenChecksum::add(std::string_view text, const SqlToken& token) {
  if (token.kind == TokenKind::Comment) return;
  if (is_symbol(text, token, ';')) {
    semicolon_ = true;  // hashed once something follows, so that leading, doubled and last ones vanish
    return;
  }
  if (begun_) hash_.add(semicolon_ ? std::string_view("\0;\0", 3) : std::string_view("\0", 1));
  begun_ = true;
  semicolon_ = false;
  hash_.add(token.in(text));
}

}  // namespace athanor
