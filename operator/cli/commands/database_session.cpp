#include "cli/commands/database_session.hpp"

#include <array>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "cli/commands/lock_wait.hpp"
#include "cli/project/connection.hpp"
#include "core/digest.hpp"

namespace athanor::cli {
namespace {

std::string user_name(const EnvironmentVariables& variables) {
  if (const ::passwd* entry = ::getpwuid(::geteuid()); entry != nullptr) return entry->pw_name;
  return variables("USER").value_or(fmt::format("uid {}", ::geteuid()));
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace

std::string who_runs(const EnvironmentVariables& variables) {
  return fmt::format("{}@{}", user_name(variables), host_name());
}

void add_take_over(CLI::App& command, SessionOptions& options) {
  command
      .add_option("--take-over", options.take_over,
                  "Make the database this environment's although it is recorded as that of OWNER")
      ->type_name("OWNER");
}

namespace {

Result<DatabaseSession> make_session(World& world, const Project& project, const SessionOptions& options,
                                     std::string digest) {
  auto url = database_url(project);
  if (!url) return fail(std::move(url.error()));
  const std::string who = who_runs(world.variables);
  DatabaseSession session;
  session.settings.version_table = project.version_table;
  session.settings.transaction.lock_timeout = options.lock_timeout;
  session.settings.transaction.statement_timeout = options.statement_timeout;
  session.settings.self = options.self.value_or(Owner{project.section, {}, {}, {}});
  session.settings.audience = Audience::CommandLine;
  session.settings.take_over = options.take_over;
  session.settings.digest = std::move(digest);
  session.settings.by = who;
  session.settings.lock_patience = options.lock_patience;
  const auto connect = [&connector = world.connector, place = project.url_place,
                        spec = connection_to(std::move(*url), fmt::format("{} ({})", options.command, who))](
                           std::stop_token cancel) {
    auto database = connector.connect(spec, std::move(cancel));
    const bool is_the_url = !database && (database.error().reason == "InvalidDatabaseUrl" ||
                                          database.error().reason == "DatabaseSchemeNotAllowed");
    if (is_the_url) database.error().message = fmt::format("{}: {}", place, database.error().message);
    return database;
  };
  session.migrator =
      std::make_unique<engine::Migrator>(connect, session.settings, world.clock, world.randomness);
  return session;
}

}  // namespace

Result<DatabaseSession> open_database(World& world, const Project& project, const SessionOptions& options) {
  return make_session(world, project, options, {});
}

Result<DatabaseSession> open_database(World& world, const ProjectGraph& opened,
                                      const SessionOptions& options) {
  return make_session(world, opened.project, options, digest_of(opened.graph));
}

namespace {

/// @param outlook what comes of it that a file isn't there
Result<DatabaseState> read(World& world, const DatabaseSession& session, std::chrono::milliseconds patience,
                           std::string_view outlook) {
  LockWait progress(world.console);
  // The first signal ends it: nothing is begun that is worth an end.
  auto state = session.migrator->read_state(progress, patience, world.stop);
  if (state && !state->absent_file.empty()) {
    world.console.note(
        fmt::format("There is no database {} yet: nothing is applied.{}", state->absent_file, outlook));
  }
  return state;
}

}  // namespace

Result<DatabaseState> read_database(World& world, const DatabaseSession& session) {
  return read(world, session, session.settings.look_patience(), " The first upgrade or stamp makes it.");
}

Result<DatabaseState> read_to_change(World& world, const DatabaseSession& session) {
  return read(world, session, session.settings.lock_patience, "");
}

}  // namespace athanor::cli
