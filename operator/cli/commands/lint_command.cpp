#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>

#include "adapters/sqlite/sqlite_script.hpp"
#include "cli/commands/all_commands.hpp"
#include "cli/commands/choice.hpp"
#include "cli/commands/failure.hpp"
#include "cli/commands/lint_output.hpp"
#include "cli/commands/lint_scope.hpp"
#include "cli/commands/project_dialect.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/project/versions_folder.hpp"
#include "core/id_width.hpp"

namespace athanor::cli {
namespace {

LintFormat format_named(const std::string& word) {
  static const std::map<std::string, LintFormat> kFormats = {{"text", LintFormat::Text},
                                                             {"json", LintFormat::Json},
                                                             {"github", LintFormat::Github},
                                                             {"markdown", LintFormat::Markdown}};
  return kFormats.at(word);
}

struct Options {
  std::vector<std::string> what;
  LintFormat format = LintFormat::Text;
  bool rules = false;
  std::vector<std::string> only;
  std::vector<std::string> exclude;
  std::string dialect;
  std::size_t id_width = kVersionColumnWidth;
};

schema::LintOptions lint_options(const Options& options, ports::Dialect dialect) {
  schema::LintOptions lint;
  if (dialect == ports::Dialect::Sqlite) {
    lint.dialect = schema::Dialect::Sqlite;
    lint.split = sqlite::split_script;
  }
  lint.version_column_width = options.id_width;
  lint.only = {options.only.begin(), options.only.end()};
  lint.exclude = {options.exclude.begin(), options.exclude.end()};
  return lint;
}

/// A script of Alembic's that is not imported breaks the history as a parent does that is not there.
std::optional<schema::Finding> missing_script(const std::optional<Error>& not_imported,
                                              const schema::LintOptions& options) {
  const std::string rule(schema::rules::kGraphError);
  const bool wanted =
      (options.only.empty() || options.only.contains(rule)) && !options.exclude.contains(rule);
  if (!not_imported || !wanted) return std::nullopt;
  return schema::Finding{.rule = rule,
                         .severity = schema::Severity::Error,
                         .revision = not_imported->site.revision,
                         .file = not_imported->site.file,
                         .line = 1,
                         .message = not_imported->message};
}

std::vector<schema::Finding> find(const ProjectTexts& project, const std::vector<schema::RevisionText>& texts,
                                  const schema::LintOptions& options) {
  std::vector<schema::Finding> findings = schema::lint(texts, options);
  if (auto missing = missing_script(project.not_imported, options)) findings.push_back(std::move(*missing));
  return findings;
}

Result<int> run_lint(const Options& options, World& world, const CommonOptions& common) {
  const LintFormat format = common.json ? LintFormat::Json : options.format;
  if (options.rules) {
    world.console.out(rules_output(format));
    return kFine;
  }
  if (format == LintFormat::Markdown) return fail(wrong_usage("--format markdown is for --rules alone"));
  const auto project = open_settings(world, common);
  if (!project) return fail(project.error());
  const ports::Dialect dialect = dialect_of(options.dialect, &*project, world, common);
  const auto read = read_texts(*project, world.files);
  if (!read) return fail(read.error());
  std::vector<schema::RevisionText> texts;
  for (const auto& [path, text] : read->files) texts.push_back({path.string(), text});
  auto findings = narrow(find(*read, texts, lint_options(options, dialect)), texts, options.what);
  if (!findings) return fail(findings.error());
  for (schema::Finding& finding : *findings) finding.message = world.advice.complete(finding.message);
  world.console.out(findings_output(*findings, format));
  if (format == LintFormat::Text) world.console.note(lint_summary(*findings, texts.size()));
  return has_error(*findings) ? kFailed : kFine;
}

std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (const schema::RuleInfo& rule : schema::all_rules()) names.emplace_back(rule.name);
  return names;
}

}  // namespace

void add_lint(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "lint", "Find what would fail, lock, rewrite or destroy, without a database",
      CommandTable::Takes::Project,
      [options](World& world, const CommonOptions& common) { return run_lint(*options, world, common); });
  command
      .add_option(
          "what", options->what,
          "Files, revisions or ranges from:to to tell of; without any, the whole project. Rules are always "
          "judged by the whole history")
      ->type_name("WHAT");
  command
      .add_option_function<std::string>(
          "--format", [options](const std::string& word) { options->format = format_named(word); },
          "text (default), json (as --json), github (annotations of a workflow), markdown (with --rules)")
      ->check(one_of({"text", "json", "github", "markdown"}))
      ->type_name("text|json|github|markdown");
  command.add_flag("--rules", options->rules, "List the rules in place of looking at the project");
  const CLI::Validator is_rule = one_of(rule_names());
  command.add_option("--only", options->only, "Look for these rules alone; commas between, or several times")
      ->delimiter(',')
      ->check(is_rule)
      ->type_name("RULE")
      ->allow_extra_args(false);
  command
      .add_option("--exclude", options->exclude, "Leave out these rules; commas between, or several times")
      ->delimiter(',')
      ->check(is_rule)
      ->type_name("RULE")
      ->allow_extra_args(false);
  add_dialect(command, options->dialect);
  command
      .add_option("--id-width", options->id_width,
                  "How many characters the column version_num holds, where somebody widened it (default 32)")
      ->type_name("CHARACTERS");
  command.footer(
      "`-- athanor:ignore RULE reason` above a statement, or on its line, silences one rule for it; in the "
      "head of a file, for the revision.\n"
      "\n"
      "Exit code: 1 if there is an error, 0 otherwise.\n"
      "\n"
      "Examples:\n"
      "  athanor lint\n"
      "  athanor lint 3f2a9c1b7d10:head --format github\n"
      "  athanor lint --rules");
}

}  // namespace athanor::cli
