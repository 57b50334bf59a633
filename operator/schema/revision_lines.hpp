// Where things stand in the text of a revision file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/revision.hpp"

namespace athanor::schema {

/// Line of the header `name`; 1 if there is none.
[[nodiscard]] std::size_t line_of_header(std::string_view text, std::string_view name);

/// An error's message without the place that it begins with ("file, line 3: ", "file: ", "Line 3: "): a
/// finding has that beside it.
[[nodiscard]] std::string without_place(std::string_view message, std::string_view file);

/// What stands above the first section's marker.
/// @param revision as read from `text`
[[nodiscard]] std::string_view head_of(std::string_view text, const Revision& revision);

}  // namespace athanor::schema
