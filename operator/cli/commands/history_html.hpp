// `athanor history --html`: every environment of the ini file on one page.
#pragma once

#include <string>

#include "cli/commands/command.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// Writes the page. A database that can't be asked is said so there, and fails nothing.
/// @param file is replaced where it is there
/// @return as open_project() of each environment; the file system's errors
[[nodiscard]] Result<void> write_history_page(World& world, const CommonOptions& common,
                                              const std::string& file);

}  // namespace athanor::cli
