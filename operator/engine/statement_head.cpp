#include "engine/statement_head.hpp"

#include <algorithm>
#include <iterator>

namespace athanor::engine {

namespace {

bool is_name(const SqlToken& token) {
  return token.kind == TokenKind::Word || token.kind == TokenKind::QuotedName;
}

}  // namespace

StatementHead::StatementHead(std::string_view text) : text_(text) {
  auto tokens = scan_sql(text);
  if (!tokens) return;
  std::ranges::copy_if(*tokens, std::back_inserter(tokens_),
                       [](const SqlToken& token) { return token.kind != TokenKind::Comment; });
}

bool StatementHead::at(std::string_view word) const {
  return next_ < tokens_.size() && is_word(text_, tokens_[next_], word);
}

bool StatementHead::at_symbol(char symbol) const {
  return next_ < tokens_.size() && is_symbol(text_, tokens_[next_], symbol);
}

bool StatementHead::take(std::string_view word) {
  const bool same = at(word);
  if (same) ++next_;
  return same;
}

bool StatementHead::take_symbol(char symbol) {
  const bool same = at_symbol(symbol);
  if (same) ++next_;
  return same;
}

bool StatementHead::take_all(std::initializer_list<std::string_view> words) {
  return std::ranges::all_of(words, [this](std::string_view word) { return take(word); });
}

bool StatementHead::take_any(std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [this](std::string_view word) { return take(word); });
}

std::string StatementHead::take_name() {
  std::string name;
  while (next_ < tokens_.size() && is_name(tokens_[next_])) {
    name += tokens_[next_++].in(text_);
    if (!at_symbol('.')) break;
    name += '.';
    ++next_;
  }
  return name;
}

void StatementHead::skip_options() {
  if (!at_symbol('(')) return;
  while (next_ < tokens_.size() && !at_symbol(')')) ++next_;
  ++next_;
}

bool StatementHead::calls(std::string_view function) const {
  for (std::size_t i = next_; i + 1 < tokens_.size(); ++i) {
    if (is_word(text_, tokens_[i], function) && is_symbol(text_, tokens_[i + 1], '(')) return true;
  }
  return false;
}

bool StatementHead::find(std::initializer_list<std::string_view> words) {
  const std::size_t before = next_;
  for (std::size_t i = before; i < tokens_.size(); ++i) {
    next_ = i;
    if (take_all(words)) return true;
  }
  next_ = before;
  return false;
}

}  // namespace athanor::engine
