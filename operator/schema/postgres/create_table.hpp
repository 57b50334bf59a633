// CREATE TABLE, with what it brings along.
#pragma once

#include "schema/postgres/statements.hpp"

namespace athanor::schema {

/// Comments and privileges are left to the caller.
[[nodiscard]] Statements create_table(const Action& action, const Catalog& after);

}  // namespace athanor::schema
