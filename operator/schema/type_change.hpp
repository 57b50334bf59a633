// Whether another type of a column has PostgreSQL write the whole table anew.
#pragma once

#include <optional>

#include "schema/statement_shape.hpp"

namespace athanor::schema {

enum class TypeChange {
  Harmless,  ///< what is stored stays as it is, and no row is read
  Rewrites,
  Unknown,  ///< the old type is not known
};

/// PostgreSQL's rule (ATColumnChangeRequiresRewrite): nothing is written where the old value is the new one
/// bit for bit, and the new length or precision lets every old one through.
/// @param from the type so far, where the history tells
/// @param computed USING says more than the column itself
[[nodiscard]] TypeChange judge_type_change(const std::optional<TypeShape>& from, const TypeShape& to,
                                           bool computed);

}  // namespace athanor::schema
