// Whose SQL a project's is, where no database is asked.
#pragma once

#include <string>

#include "cli/commands/command.hpp"
#include "ports/database.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

/// Adds --dialect. @param name stays empty where it is not given
void add_dialect(CLI::App& command, std::string& name);

/// What --dialect says, or else that of the project's URL. Where neither can be told it is PostgreSQL's, what
/// holds for it holding for most, and a note says so.
/// @param name of --dialect
/// @param project nullptr: there is none
[[nodiscard]] ports::Dialect dialect_of(const std::string& name, const Project* project, const World& world,
                                        const CommonOptions& common);

}  // namespace athanor::cli
