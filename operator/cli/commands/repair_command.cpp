#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/confirmation.hpp"
#include "cli/commands/database_session.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/lock_wait.hpp"
#include "cli/commands/named_revisions.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/repair.hpp"
#include "core/revision_query.hpp"

namespace athanor::cli {
namespace {

struct Options {
  std::string accept, done, not_done;
  std::string owner;  ///< --for
  bool yes = false;
  SessionOptions session;
};

/// What a repair works with.
struct Bench {
  World& world;
  const CommonOptions& common;
  const RevisionGraph& graph;
  const DatabaseState& state;
  engine::Migrator& migrator;
  bool yes;
};

/// @param option in which it was written, such as "--accept"
Result<std::string> whole_id(World& world, const ProjectGraph& opened, const std::string& option,
                             const std::string& written) {
  const auto is_one = [&opened](const std::string& target) {
    const auto resolved = resolve_target(opened.graph, target);
    return resolved && resolved->revisions.size() == 1;
  };
  const auto named = named_revisions(world, opened, written, {"athanor repair " + option, is_one});
  if (!named) return fail(named.error());
  if (named->size() != 1) {
    return fail(ErrorKind::Terminal, "InvalidTarget",
                fmt::format("{} means {} revisions; a repair takes one.", written, named->size()));
  }
  return opened.graph.at(named->front()).id;
}

Result<int> accept(const Bench& bench, const std::string& revision) {
  const auto planned = plan_acceptance(bench.graph, bench.state, revision);
  if (!planned) return fail(planned.error());
  Console& console = bench.world.console;
  if (bench.common.json) {
    console.line(json_text({{"accept", planned->revision},
                            {"file", planned->source},
                            {"recorded", planned->recorded},
                            {"checksum", planned->checksum}}));
  } else {
    console.note(fmt::format(
        "{}, applied at {}, was run with the checksum\n  {}\nThe ledger will say that it is "
        "the file's ({}):\n  {}\nNothing is run.",
        planned->revision, planned->applied_at, planned->recorded, planned->source, planned->checksum));
  }
  if (auto confirmed = confirm(console, bench.yes); !confirmed) return fail(std::move(confirmed.error()));
  LockWait progress(console);
  const auto accepted =
      bench.migrator.accept(bench.graph, *planned, progress, bench.world.stop, bench.world.cancel);
  if (!accepted) return fail(accepted.error());
  return kFine;
}

void tell_mark(Console& console, const StatementMark& mark, bool json) {
  const bool done = mark.verdict == StatementVerdict::Done;
  if (json) {
    console.line(json_text({{"revision", mark.revision},
                            {"done", done},
                            {"statement", mark.statements_done + 1},
                            {"statements", mark.statements},
                            {"line", mark.line},
                            {"sql", mark.text}}));
    return;
  }
  console.note(mark.text.empty()
                   ? fmt::format("Statement {} of {}; its file is not the one that was begun.",
                                 mark.statements_done + 1, mark.revision)
                   : fmt::format("Statement {} of {} of {} (line {}):\n  {}", mark.statements_done + 1,
                                 mark.statements, mark.revision, mark.line, mark.text));
  console.note(done ? "The ledger will say that it is in the database: the next run goes on behind it."
                    : "The ledger will say that it is not in the database: the next run goes on with it.");
}

Result<int> mark(const Bench& bench, const std::string& revision, StatementVerdict verdict) {
  const auto planned = bench.migrator.plan_mark(bench.graph, revision, verdict, bench.world.cancel);
  if (!planned) return fail(planned.error());
  Console& console = bench.world.console;
  tell_mark(console, *planned, bench.common.json);
  if (auto confirmed = confirm(console, bench.yes); !confirmed) return fail(std::move(confirmed.error()));
  LockWait progress(console);
  const auto marked =
      bench.migrator.mark(bench.graph, *planned, progress, bench.world.stop, bench.world.cancel);
  if (!marked) return fail(marked.error());
  return kFine;
}

/// Whose ledger is repaired. It stays whose it is: an operator whose database was taken over would stop.
/// @return nullopt: the project's own
Result<std::optional<Owner>> owner_to_repair_for(const std::string& named, const DatabaseState& state,
                                                 const engine::Settings& settings) {
  if (state.owner && named == state.owner->short_name()) return state.owner;
  if (!named.empty()) {
    return fail(ErrorKind::Terminal, "InvalidOption",
                fmt::format("--for {}: the database is recorded as that of {}.", named,
                            state.owner ? state.owner->describe() : "nobody"));
  }
  if (engine::check_owner(state, settings)) return std::nullopt;
  return fail(
      ErrorKind::Terminal, "DatabaseOwnedElsewhere",
      fmt::format("This database belongs to the environment {}, and this is {}. If it is the one that you "
                  "mean to repair, say --for {}: it stays the owner. Nothing was changed.",
                  state.owner->describe(), settings.self.describe(), state.owner->short_name()));
}

/// An operator does not try again what failed before its inputs change, and the ledger is none of them.
void tell_operator_has_to_know(Console& console, const std::optional<Owner>& owner) {
  if (!owner || owner->ns.empty()) return;
  console.note(fmt::format("The operator goes on with {} once it is told to: kubectl athanor retry {} -n {}",
                           owner->describe(), owner->name, owner->ns));
}

Result<int> run_repair(const Options& options, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Whole);
  if (!opened) return fail(opened.error());
  auto session = open_database(world, *opened, options.session);
  if (!session) return fail(std::move(session.error()));
  const std::string& written = !options.accept.empty() ? options.accept
                               : !options.done.empty() ? options.done
                                                       : options.not_done;
  const std::string option = !options.accept.empty() ? "--accept"
                             : !options.done.empty() ? "--done"
                                                     : "--not-done";
  const auto revision = whole_id(world, *opened, option, written);
  if (!revision) return fail(revision.error());
  const auto state = read_database(world, *session);
  if (!state) return fail(state.error());
  auto owner = owner_to_repair_for(options.owner, *state, session->settings);
  if (!owner) return fail(std::move(owner.error()));
  if (*owner) {
    SessionOptions in_its_place = options.session;
    in_its_place.self = *owner;
    session = open_database(world, *opened, in_its_place);
    if (!session) return fail(std::move(session.error()));
  }
  const Bench bench{world, common, opened->graph, *state, *session->migrator, options.yes};
  const auto verdict = options.done.empty() ? StatementVerdict::NotDone : StatementVerdict::Done;
  auto repaired = options.accept.empty() ? mark(bench, *revision, verdict) : accept(bench, *revision);
  if (repaired) tell_operator_has_to_know(world.console, *owner);
  return repaired;
}

}  // namespace

void add_repair(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  options->session.command = "athanor repair";
  CLI::App& command = table.add(
      "repair", "Accept an edited revision, or say what became of a statement", CommandTable::Takes::Database,
      [options](World& world, const CommonOptions& common) { return run_repair(*options, world, common); });
  auto* const what = command.add_option_group("What to repair");
  what->add_option("--accept", options->accept, "Take the file of this applied revision for what was run")
      ->type_name("REVISION");
  what->add_option(
          "--done", options->done,
          "The statement at which this `transaction: off` revision was interrupted is in the database")
      ->type_name("REVISION");
  what->add_option("--not-done", options->not_done, "It is not")->type_name("REVISION");
  what->require_option(1);
  command.add_flag("-y,--yes", options->yes, "Write without asking");
  command
      .add_option("--for", options->owner,
                  "Whose database it is, if not this section's: another section's or, as NAMESPACE/NAME, an "
                  "operator's environment. It stays its owner")
      ->type_name("OWNER");
  command.footer(
      "Shows what it will write to the ledger, and asks; nothing of a revision is run.\n"
      "\n"
      "Examples:\n"
      "  athanor -n staging repair --accept 3f2a\n"
      "  athanor -n production repair --not-done 77aa --yes\n"
      "  athanor repair --done 77aa --for shop/production --url URL");
}

}  // namespace athanor::cli
