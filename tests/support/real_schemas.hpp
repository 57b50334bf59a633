// Schemas of programs that Debian ships.
#pragma once

#include <filesystem>
#include <string>

namespace athanor::testing {

/// The SQL that the package's program makes its schema with, fetched once (tests/tools/real-schemas.sh).
/// Throws std::runtime_error where it can't be had.
[[nodiscard]] std::filesystem::path real_schema_file(const std::string& package);

}  // namespace athanor::testing
