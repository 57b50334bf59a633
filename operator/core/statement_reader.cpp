#include "core/statement_reader.hpp"

#include <algorithm>

namespace athanor {

bool StatementReader::accept(Words words) {
  if (rest().size() < words.size()) return false;
  std::size_t i = at_;
  for (const std::string_view word : words) {
    if (!is_word(text_, tokens_[i++], word)) return false;
  }
  at_ = i;
  return true;
}

bool StatementReader::accept_any(Words words) {
  return std::any_of(words.begin(), words.end(), [this](std::string_view word) { return accept(word); });
}

bool StatementReader::accept_symbol(char symbol) {
  const bool is_next = peek_symbol(symbol);
  if (is_next) skip();
  return is_next;
}

std::span<const SqlToken> StatementReader::accept_group() {
  if (!peek_symbol('(')) return {};
  const std::size_t begin = ++at_;
  for (std::size_t depth = 1; !done(); skip()) {
    if (peek_symbol('(')) ++depth;
    if (peek_symbol(')') && --depth == 0) break;
  }
  const std::size_t end = at_;
  if (!done()) skip();
  return tokens_.subspan(begin, end - begin);
}

std::vector<std::string> StatementReader::accept_name() {
  std::vector<std::string> parts;
  while (!done() && (tokens_[at_].kind == TokenKind::Word || tokens_[at_].kind == TokenKind::QuotedName)) {
    parts.emplace_back(tokens_[at_++].in(text_));
    if (!peek_symbol('.')) break;
    skip();
  }
  return parts;
}

std::span<const SqlToken> StatementReader::rest() const {
  return tokens_.subspan(std::min(at_, tokens_.size()));
}

}  // namespace athanor
