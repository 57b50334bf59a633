#include "cli/app.hpp"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <poll.h>
#include <unistd.h>

#include "adapters/system/posix_filesystem.hpp"
#include "adapters/system/system_clock.hpp"
#include "adapters/system/system_randomness.hpp"
#include "cli/commands/all_commands.hpp"
#include "cli/commands/command.hpp"
#include "cli/commands/command_line.hpp"
#include "cli/commands/database_connectors.hpp"
#include "cli/commands/failure.hpp"
#include "cli/completion_command.hpp"
#include "cli/operator_command.hpp"
#include "cli/operator_options.hpp"
#include "cli/plugin/plugin_app.hpp"
#include "cli/reference_command.hpp"
#include "cli/terminal/console.hpp"
#include "cli/version.hpp"
#include "runtime/signal_waiter.hpp"

namespace athanor::cli {
namespace {

constexpr const char* kProgramNotes =
    "-c, -n, --url and --json are taken before a command's name, and after it by those that use them. "
    "`athanor COMMAND --help` tells more.\n"
    "\n"
    "Exit codes: 0 fine; 1 failed; 2 wrong usage; 3 a check found a difference.\n"
    "\n"
    "Variables: ALEMBIC_CONFIG is the ini file where -c is not given; ${VAR} in a value of the ini file is "
    "taken from the environment; NO_COLOR switches colour off.\n"
    "\n"
    "Examples:\n"
    "  athanor current\n"
    "  athanor -n staging upgrade head\n"
    "  athanor operator --kubeconfig ~/.kube/config";

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Whoever read the other end of the pipe has seen enough, as `head` has.
bool reader_is_gone() {
  ::pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int run_chosen(const CommandTable::Choice& choice, const CommonOptions& common, const Advice& advice) {
  system::SystemClock clock;
  system::SystemRandomness randomness;
  system::PosixFilesystem files;
  DatabaseConnectors connectors;
  std::stop_source stop;
  std::stop_source cancel;
  std::optional<runtime::SignalWaiter> signals;
  AdvisingConsole console(process_console(), advice);
  if (!choice.stopping.empty()) {
    runtime::block_signals();
    signals.emplace([&](int, int count) {
      stop.request_stop();
      if (count > 1) cancel.request_stop();
      if (count == 1) console.note("\n" + std::string(choice.stopping));
    });
  }
  World world{console, clock, randomness, files, connectors, variable, stop.get_token(), cancel.get_token(),
              advice};
  auto code = choice.run(world, common);
  // What was printed may stand in a full disk's way still.
  if (code && !std::cout.flush() && !reader_is_gone()) {
    code = fail(ErrorKind::Transient, "OutputUnwritable",
                "not all of the output could be written: is the disk full?");
  }
  if (code) return *code;
  Error failure = code.error();
  failure.message = advice.complete(failure.message);
  return tell(console, failure, common.json);
}

}  // namespace

int run(int argc, const char* const* argv) {
  if (argc > 0 && is_plugin_name(argv[0])) return run_plugin(argc, argv);
  CLI::App app{"Athanor keeps databases at the revision that their environment names."};
  app.name("athanor");
  app.set_version_flag("--version", std::string("athanor ") + std::string(kVersion));
  app.require_subcommand(1);

  CommonOptions common;
  if (const auto config = variable("ALEMBIC_CONFIG"); config && !config->empty())
    common.project.config = *config;
  const ProjectRequest usual = common.project;
  CommandTable table(app, common);
  add_all_commands(table);
  add_completion(table);
  add_reference(table);
  OperatorOptions options;
  auto* operator_command = app.add_subcommand(
      "operator", "Watch MigrationEnvironments and keep their databases at their revisions, until stopped");
  add_operator_options(*operator_command, options);

  app.footer(kProgramNotes);  // after the commands: each takes over what the program has by then

  if (const auto done = read_command_line(app, argc, argv, process_console())) return *done;
  return table.choice() ? run_chosen(*table.choice(), common, table.advice(usual)) : run_operator(options);
}

}  // namespace athanor::cli
