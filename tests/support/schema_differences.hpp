// What sets two schemas apart, as text.
#pragma once

#include <string>
#include <vector>

#include "schema/compare/difference.hpp"

namespace athanor::testing {

/// A line for each that comes (+), goes (-) or changes (~), for example `~ column public.t.a, type`; empty
/// where nothing differs.
inline std::string named(const std::vector<schema::Difference>& differences) {
  std::string text;
  for (const auto& difference : differences) {
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
