// What sets two schemas apart, as text: empty says that nothing does.
#pragma once

#include <string>

#include "schema/compare/difference.hpp"

namespace athanor::testing {

/// A line for each object: what comes (+), goes (-) or changes (~), and the facts that differ.
inline std::string named_differences(const schema::Catalog& before, const schema::Catalog& after) {
  std::string text;
  for (const auto& difference : schema::compare(before, after)) {
    text += (difference.before == nullptr  ? "+ "
             : difference.after == nullptr ? "- "
                                           : "~ ") +
            schema::describe(difference.id());
    for (const schema::Fact fact : difference.facts) text += ", " + std::string(schema::to_string(fact));
    text += '\n';
  }
  return text;
}

}  // namespace athanor::testing
