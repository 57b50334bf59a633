// How deeply a statement may nest, told before it is parsed.
#pragma once

#include <cstddef>
#include <string_view>

namespace athanor::schema {

/// No parse tree of `sql` is deeper than this: the most tokens that stand one in another, where each open
/// parenthesis counts and so does every token of a chain (a || b || c) since the last comma, semicolon, AND
/// or OR, which make flat lists.
[[nodiscard]] std::size_t nesting_bound(std::string_view sql);

}  // namespace athanor::schema
