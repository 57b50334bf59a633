// A project's database, as the engine works with it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/command.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/project/project.hpp"
#include "core/history.hpp"
#include "core/result.hpp"
#include "engine/migrator.hpp"
#include "engine/settings.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

/// What a command that changes the database may be told beside the project.
struct SessionOptions {
  std::string command = "athanor";  ///< what runs, for the server's list of sessions: "athanor upgrade"
  std::string take_over{};          ///< --take-over: the owner that may be replaced
  std::optional<Owner> self{};      ///< in whose name it is done; nullopt: the section's of the ini file
  std::chrono::milliseconds lock_timeout{5000};
  std::chrono::milliseconds statement_timeout{0};
  std::chrono::seconds lock_patience{3600};  ///< how long to wait for another migration's end
};

struct DatabaseSession {
  engine::Settings settings;
  std::unique_ptr<engine::Migrator> migrator;
};

/// --take-over.
void add_take_over(CLI::App& command, SessionOptions& options);

/// Makes ready to speak with the project's database; it is connected to when first asked.
/// @return as database_url()
[[nodiscard]] Result<DatabaseSession> open_database(World& world, const Project& project,
                                                    const SessionOptions& options);
/// The same for what writes to the ledger, which keeps the digest of the revisions.
/// @param opened with ReadDepth::Whole
[[nodiscard]] Result<DatabaseSession> open_database(World& world, const ProjectGraph& opened,
                                                    const SessionOptions& options);

/// Reads where the database stands, for a command that only looks. That an SQLite file isn't there yet is
/// noted: on a new project it is as it should be, and otherwise a typing error.
/// @return as Migrator::read_state()
[[nodiscard]] Result<DatabaseState> read_database(World& world, const DatabaseSession& session);
/// The same for a command that goes on to change it, which waits for who has it locked as its change does.
[[nodiscard]] Result<DatabaseState> read_to_change(World& world, const DatabaseSession& session);

/// `alice@laptop`: who runs this, for the ledger and the server's list of sessions.
[[nodiscard]] std::string who_runs(const EnvironmentVariables& variables);

}  // namespace athanor::cli
