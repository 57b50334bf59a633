#include "core/repair.hpp"

#include <algorithm>
#include <utility>

#include "core/interrupted_run.hpp"
#include "core/traversal.hpp"

namespace athanor {
namespace {

tl::unexpected<Error> nothing(const std::string& revision, std::string message) {
  return fail(ErrorKind::Terminal, "NothingToRepair", std::move(message) + " Nothing was changed.",
              ErrorSite{.revision = revision});
}

tl::unexpected<Error> unknown(const std::string& revision) {
  return fail(ErrorKind::Terminal, "UnknownRevision",
              "No revision file here is that of " + revision +
                  ". Give its whole id, and add its file. Nothing was changed.",
              ErrorSite{.revision = revision});
}

std::string first_statements(std::size_t count) {
  return count == 1 ? "its first statement is in"
                    : "its first " + std::to_string(count) + " statements are in";
}

Result<InterruptedRun> open_run_of(const RevisionGraph& graph, const DatabaseState& database,
                                   const std::string& revision) {
  const auto& run = database.interrupted;
  if (!run || is_overtaken(*run, graph, database.version_rows)) {
    return nothing(revision, "No revision of this database stands half done, " + revision + " neither.");
  }
  if (run->revision != revision) {
    return nothing(revision, "It is the revision " + run->revision + " that stands half done, and not " +
                                 revision + ".");
  }
  return *run;
}

}  // namespace

Result<Acceptance> plan_acceptance(const RevisionGraph& graph, const DatabaseState& database,
                                   const std::string& revision) {
  const auto index = graph.find(revision);
  if (!index) return unknown(revision);
  const auto applied = applied_revisions(graph, database.version_rows);
  if (!applied) return fail(applied.error());
  if (std::ranges::find(*applied, *index) == applied->end()) {
    return nothing(revision, "The revision " + revision +
                                 " is not applied: its file is run as it is, once it is its turn.");
  }
  const auto act = database.applied.find(revision);
  if (act == database.applied.end() || act->second.checksum.empty()) {
    return nothing(revision, "The ledger does not know what was run as " + revision +
                                 " (the database was stamped, or another tool applied it), so that nobody "
                                 "minds what its file says.");
  }
  const Revision& file = graph.at(*index);
  if (act->second.checksum == file.upgrade.checksum) {
    return nothing(revision, "The file of " + revision + " (" + file.source + ") is what was run.");
  }
  return Acceptance{revision, file.source, act->second.checksum, file.upgrade.checksum, act->second.at};
}

const SqlSection* interrupted_section(const RevisionGraph& graph, const InterruptedRun& run) {
  const auto index = graph.find(run.revision);
  if (!index) return nullptr;
  const Revision& revision = graph.at(*index);
  if (run.direction == Direction::Upgrade) return &revision.upgrade;
  return revision.downgrade ? &*revision.downgrade : nullptr;
}

Result<StatementMark> plan_mark(const RevisionGraph& graph, const DatabaseState& database,
                                const std::vector<Statement>& statements, const std::string& revision,
                                StatementVerdict verdict) {
  const auto run = open_run_of(graph, database, revision);
  if (!run) return fail(run.error());
  const SqlSection* const section = interrupted_section(graph, *run);
  const bool same_text = section != nullptr && section->checksum == run->checksum;
  const std::size_t done = run->statements_done;
  if (verdict == StatementVerdict::Done) {
    if (run->known_not_in) {
      return nothing(revision, "Of " + revision + ", " + first_statements(done) +
                                   " the database, and it is known that the next one is not: the next run "
                                   "goes on with it. If the revision was finished by hand, stamp it.");
    }
    if (section == nullptr) return unknown(revision);
    if (!same_text) {
      return fail(ErrorKind::Terminal, "InterruptedRevisionEdited",
                  "The file of " + revision + " (" + graph.at(*graph.find(revision)).source +
                      ") was changed since it was begun, so that it does not tell which statement it stopped "
                      "at. Give it the text back that it was begun with. Nothing was changed.",
                  ErrorSite{.revision = revision});
    }
  }
  if (same_text && done >= statements.size()) {
    return nothing(revision, "All statements of " + revision + " are in: the next run finishes it.");
  }
  StatementMark mark;
  mark.revision = revision;
  mark.direction = run->direction;
  mark.verdict = verdict;
  mark.statements_done = done;
  if (!same_text) return mark;
  mark.statements = statements.size();
  mark.text = statements[done].text;
  mark.line = statements[done].line;
  return mark;
}

}  // namespace athanor
