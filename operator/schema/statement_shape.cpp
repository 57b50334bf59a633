#include "schema/statement_shape.hpp"

#include <algorithm>

namespace athanor::schema {

std::string TypeShape::text() const {
  std::string text = name;
  for (std::size_t i = 0; i < modifiers.size(); ++i) {
    text += (i == 0 ? "(" : ", ") + std::to_string(modifiers[i]);
  }
  if (!modifiers.empty()) text += ")";
  return array ? text + "[]" : text;
}

const ConstraintShape* ColumnShape::find(ConstraintKind kind) const {
  const auto found = std::find_if(constraints.begin(), constraints.end(),
                                  [kind](const ConstraintShape& one) { return one.kind == kind; });
  return found == constraints.end() ? nullptr : &*found;
}

}  // namespace athanor::schema
