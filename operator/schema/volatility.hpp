// Which functions give another value for each row.
#pragma once

#include <span>
#include <string_view>

namespace athanor::schema {

enum class Volatility {
  Fixed,  ///< STABLE or IMMUTABLE: one value for the statement, which PostgreSQL keeps beside the table
  Volatile,
  Unknown,  ///< a function that lint does not know
};

/// @param function as written, without pg_catalog
[[nodiscard]] Volatility volatility_of(std::string_view function);

/// What the answer is taken from; a test asks a server whether they are right.
[[nodiscard]] std::span<const std::string_view> fixed_functions();
[[nodiscard]] std::span<const std::string_view> volatile_functions();

}  // namespace athanor::schema
