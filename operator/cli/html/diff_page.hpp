// What sets two schemas apart, side by side.
#pragma once

#include <string>
#include <string_view>

#include "cli/schemas/schema_change.hpp"

namespace athanor::cli {

/// @param from, to what was compared, for people: no passwords
[[nodiscard]] std::string diff_page(std::string_view from, std::string_view to, const SchemaChange& change);

}  // namespace athanor::cli
