#include "engine/step_start.hpp"

#include <fmt/format.h>

#include "core/digest.hpp"
#include "core/interrupted_run.hpp"
#include "core/words.hpp"

namespace athanor::engine {

namespace {

std::string rows_in_words(const std::vector<std::string>& rows) {
  return rows.empty() ? "nothing" : join_words(rows);
}

// What is done already must not have been edited. Beyond that, the text may change only where it is known
// that the statement at which the run stopped is not in.
bool same_so_far(const LedgerEntry& run, const StepWork& work) {
  if (run.statements_done > work.statements.size()) return false;
  if (run.checksum == work.section->checksum) return true;
  return run.state == kStateFailed &&
         run.done_checksum == done_checksum(work.statements, run.statements_done);
}

// Where nothing is known to be in, a new revision is no way out: it could not run behind this one.
std::string text_back(const LedgerEntry& run) {
  if (run.statements_done == 0) {
    return "its first statement was begun, whether it is in the database is not known, and its text was "
           "changed since. Give it the text back that it was begun with: the next run finds out, and its "
           "text may be "
           "changed once the statement is known not to be in.";
  }
  return fmt::format(
      "its first {} in the database, and its text was changed since. Give it the text back that "
      "it was begun with, and put the change into a new revision.",
      run.statements_done == 1 ? "statement is" : fmt::format("{} statements are", run.statements_done));
}

Error edited_in_the_middle(const LedgerEntry& run, const StepWork& work) {
  return Error{ErrorKind::Terminal, "InterruptedRevisionEdited",
               error_prefix(*work.revision, 0) + text_back(run),
               ErrorSite{work.revision->id, work.revision->source, 0, {}}};
}

bool is_run_of(const LedgerEntry& run, const StepWork& work) {
  return run.revision == work.revision->id && run.direction() == work.step->direction &&
         work.revision->transaction == TransactionMode::Off;
}

Result<StartKind> decide_open_run(const View& view, const StepWork& work, Audience audience) {
  const LedgerEntry& run = *view.last;
  if (!is_run_of(run, work)) return fail(interrupted_revision(run.run(), *work.graph, audience));
  if (view.rows != work.rows_before) return fail(version_moved(work.rows_before, view.rows));
  if (!same_so_far(run, work)) return fail(edited_in_the_middle(run, work));
  return StartKind::Resume;
}

// Its first statement failed, and its text is the same: one act, so that the ledger does not grow with every
// try.
bool is_tried_again(const View& view, const StepWork& work) {
  return view.last && view.last->state == kStateFailed && view.last->statements_done == 0 &&
         is_run_of(*view.last, work) && view.last->checksum == work.section->checksum;
}

Result<StartKind> decide_kind(const View& view, const StepWork& work, bool open, bool in_doubt,
                              Audience audience) {
  if (open) return decide_open_run(view, work, audience);
  if (view.rows == work.rows_before) {
    return is_tried_again(view, work) ? StartKind::Resume : StartKind::Fresh;
  }
  const bool in = in_doubt && view.rows == work.rows_after && view.last &&
                  view.last->revision == work.revision->id && view.last->act == act_of(work.step->direction);
  if (in) return StartKind::AlreadyIn;
  return fail(version_moved(work.rows_before, view.rows));
}

}  // namespace

Result<Ownership> guard_owner(const View& view, const Settings& settings) {
  const auto owner = view.last ? std::optional(view.last->owner) : std::nullopt;
  const Ownership ownership = ownership_of(owner, settings.self, settings.take_over);
  if (ownership == Ownership::Elsewhere)
    return fail(owned_elsewhere(*owner, settings.self, settings.audience));
  return ownership;
}

Result<Start> decide_start(const View& view, const StepWork& work, const Settings& settings, bool in_doubt) {
  const auto ownership = guard_owner(view, settings);
  if (!ownership) return fail(ownership.error());
  Start start;
  start.ownership = *ownership;
  bool open = view.last && view.last->open();
  if (open && is_overtaken(view.last->run(), *work.graph, view.rows)) {
    start.overtaken = view.last->seq;
    open = false;
  }
  auto kind = decide_kind(view, work, open, in_doubt, settings.audience);
  if (!kind) return fail(std::move(kind.error()));
  start.kind = *kind;
  return start;
}

std::string done_checksum(std::string_view before, const Statement& statement) {
  return sha256_hex(fmt::format("{} {}", before, sql_checksum(statement.text)));
}

std::string done_checksum(const std::vector<Statement>& statements, std::size_t count) {
  std::string checksum;
  for (std::size_t i = 0; i < count && i < statements.size(); ++i) {
    checksum = done_checksum(checksum, statements[i]);
  }
  return checksum;
}

Error version_moved(const std::vector<std::string>& expected, const std::vector<std::string>& found) {
  return Error{
      ErrorKind::Conflict, "VersionMoved",
      fmt::format("the version table was at {} when the run was planned and is at {} now: somebody else "
                  "migrates this database too",
                  rows_in_words(expected), rows_in_words(found))};
}

}  // namespace athanor::engine
