#include "cli/commands/command.hpp"

#include <utility>

#include <CLI/CLI.hpp>

namespace athanor::cli {
namespace {

constexpr const char* kGroup = "Project";

void add_project_options(CLI::App& app, CommonOptions& common) {
  app.add_option("-c,--config", common.project.config,
                 "The ini file; without it $ALEMBIC_CONFIG, or alembic.ini")
      ->type_name("FILE")
      ->group(kGroup);
  app.add_option("-n,--name", common.project.section,
                 "The ini file's section to work with: the environment (default alembic)")
      ->type_name("SECTION")
      ->group(kGroup);
}

void add_url(CLI::App& app, CommonOptions& common) {
  app.add_option("--url", common.project.url, "The database, in place of sqlalchemy.url of the section")
      ->type_name("URL")
      ->group(kGroup);
}

void add_json(CLI::App& app, CommonOptions& common) {
  app.add_flag("--json", common.json, "Print JSON, errors too, for scripts");
}

std::string_view answer_to_signal(CommandTable::Takes takes) {
  switch (takes) {
    case CommandTable::Takes::Nothing:
    case CommandTable::Takes::Project:
      break;
    case CommandTable::Takes::Files:
      return "Stopping; nothing is left half written.";
    case CommandTable::Takes::Database:
      return "Stopping once the running revision has ended; once more cancels it.";
  }
  return {};
}

}  // namespace

CommandTable::CommandTable(CLI::App& app, CommonOptions& common) : app_(app), common_(common) {
  // As Alembic takes them; there it is the only place for them.
  add_project_options(app, common);
  add_url(app, common);
  add_json(app, common);
}

CLI::App& CommandTable::add(const std::string& name, const std::string& summary, Takes takes, Run run) {
  CLI::App& command = *app_.add_subcommand(name, summary);
  if (takes != Takes::Nothing) add_project_options(command, common_);
  if (takes == Takes::Database) add_url(command, common_);
  add_json(command, common_);
  commands_.emplace_back(name, takes);
  command.final_callback([this, takes, run = std::move(run)] {
    choice_ = Choice{run, answer_to_signal(takes)};
  });
  return command;
}

Advice CommandTable::advice(const ProjectRequest& usual) const {
  const std::string project = project_options(common_.project, usual);
  const std::string url = url_option(common_.project);
  Advice::Options options;
  for (const auto& [name, takes] : commands_) {
    if (takes == Takes::Nothing) continue;
    std::string& own = options[name] = project;
    if (takes == Takes::Database && !url.empty()) own += (own.empty() ? "" : " ") + url;
  }
  return Advice(std::move(options));
}

}  // namespace athanor::cli
