// Rows in columns, as kubectl prints them.
#pragma once

#include <string>
#include <vector>

namespace athanor::cli {

/// Each column as wide as its widest cell, and three spaces; the last one is not filled up.
/// @param rows all of the same length, the headings first
[[nodiscard]] std::string table_text(const std::vector<std::vector<std::string>>& rows);

}  // namespace athanor::cli
