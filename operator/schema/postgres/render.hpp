// Changes as PostgreSQL's SQL.
#pragma once

#include <string>
#include <vector>

#include "schema/compare/change_plan.hpp"

namespace athanor::schema {

/// The statements of one action, without semicolons, in order.
/// @param before,after what the plan was made from
[[nodiscard]] std::vector<std::string> render_postgres(const Action& action, const Catalog& before,
                                                       const Catalog& after);

/// A whole plan as a script: what bodies of functions name may come later, so they are not checked.
[[nodiscard]] std::string render_postgres_script(const std::vector<Action>& plan, const Catalog& before,
                                                 const Catalog& after);

}  // namespace athanor::schema
