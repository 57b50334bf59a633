#include "schema/nesting.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "core/sql_tokens.hpp"

namespace athanor::schema {

std::size_t nesting_bound(std::string_view sql) {
  std::size_t deepest = 0;
  std::size_t depth = 0;
  std::vector<std::size_t> outer;  // the depth at which each open parenthesis stands
  const auto read = [&](const SqlToken& token) {
    if (token.kind == TokenKind::Comment) return;
    const auto is = [&](char symbol) { return is_symbol(sql, token, symbol); };
    if (is('(') || is('[')) {
      outer.push_back(++depth);
    } else if ((is(')') || is(']')) && !outer.empty()) {
      depth = outer.back();
      outer.pop_back();
    } else if (is(',') || is(';') || is_word(sql, token, "and") || is_word(sql, token, "or")) {
      depth = outer.empty() ? 0 : outer.back();
    } else {
      ++depth;
    }
    deepest = std::max(deepest, depth);
  };
  // What doesn't scan doesn't parse either.
  (void)for_each_token(sql, [&read](std::span<const SqlToken> tokens) {
    for (const SqlToken& token : tokens) read(token);
  });
  return deepest;
}

}  // namespace athanor::schema
