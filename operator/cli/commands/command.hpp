// What a command of `athanor` is: its line in the option table, and what it runs.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands/advice.hpp"
#include "cli/project/project.hpp"
#include "cli/terminal/console.hpp"
#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/database.hpp"
#include "ports/filesystem.hpp"
#include "ports/randomness.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

// facts/alembic: exit codes.
inline constexpr int kFine = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
/// `check` and its kind found a difference.
inline constexpr int kDifference = 3;

/// What a command works with; all of it outlives the run.
struct World {
  Console& console;
  ports::Clock& clock;
  ports::Randomness& randomness;
  ports::Filesystem& files;
  ports::DatabaseConnector& connector;
  EnvironmentVariables variables;
  /// The first signal: the running revision ends, and no other is begun; files are written all or none.
  std::stop_token stop;
  /// The second: the running statement is cancelled, a program that was started is killed.
  std::stop_token cancel;
  /// For advice on standard output; notes and errors are completed by themselves.
  Advice advice{};
};

/// What every command takes.
struct CommonOptions {
  ProjectRequest project;
  bool json = false;
};

/// What a command does. @return the process's exit code; an error is told by the caller, and is exit code 1
using Run = std::function<Result<int>(World&, const CommonOptions&)>;

/// The option table: commands put themselves into it, and parsing chooses one.
class CommandTable {
 public:
  enum class Takes {
    Nothing,   ///< --json alone
    Project,   ///< -c and -n
    Files,     ///< the same, to write several files: signals reach `World::stop` and `World::cancel`
    Database,  ///< -c, -n and --url; so do they
  };

  /// @param app with what it has got: -c, -n, --url and --json are taken before the command's name as well
  CommandTable(CLI::App& app, CommonOptions& common);

  /// Adds a command. @param summary one line, for the list of commands
  CLI::App& add(const std::string& name, const std::string& summary, Takes takes, Run run);

  /// The whole program with all that was added to it.
  [[nodiscard]] const CLI::App& program() const { return app_; }

  /// What the commands have to be told again to work on the same project.
  /// REQUIRES: the command line is parsed.
  /// @param usual the project that is meant without options
  [[nodiscard]] Advice advice(const ProjectRequest& usual) const;

  struct Choice {
    Run run;
    /// What the first signal is answered with; empty: the command takes none, and a signal ends the process.
    std::string_view stopping;
  };
  /// What parsing chose; nullopt: nothing of this table.
  [[nodiscard]] const std::optional<Choice>& choice() const { return choice_; }

 private:
  CLI::App& app_;
  CommonOptions& common_;
  std::vector<std::pair<std::string, Takes>> commands_;
  std::optional<Choice> choice_;
};

}  // namespace athanor::cli
