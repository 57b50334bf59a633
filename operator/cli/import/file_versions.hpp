// Versions as they stand in the names of migration files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "cli/import/sql_folder.hpp"

namespace athanor::cli {

/// Numbers of any length compare as this does: by digits, leading zeros aside.
using NumberKey = std::pair<std::size_t, std::string>;

[[nodiscard]] NumberKey number_key(std::string_view digits);

/// The digits that `name` begins with; may be empty.
[[nodiscard]] std::string_view leading_digits(std::string_view name);

/// A version that two files have: neither counts before the other.
[[nodiscard]] Refusal same_version(const std::string& source, const std::string& other);

}  // namespace athanor::cli
