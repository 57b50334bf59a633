// How a new revision's file is named: the setting file_template.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.hpp"

namespace athanor::cli {

/// What a template may name, in the order in which errors list it.
using TemplateValues = std::vector<std::pair<std::string_view, std::variant<std::string, std::int64_t>>>;

/// Fills in `%(name)s` as Python's % operator does, with its flags, width and precision: `%(month).2d`,
/// `%(month)02d`, `%(slug).20s`, `%%`. Conversions are s, d, i, u, x, X and o.
/// @return Terminal `InvalidConfig` for what Python would refuse, and for its other conversions
[[nodiscard]] Result<std::string> fill_template(std::string_view file_template, const TemplateValues& values);

}  // namespace athanor::cli
