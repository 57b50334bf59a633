#include "engine/step.hpp"

#include <fmt/format.h>

#include "engine/failpoints.hpp"
#include "engine/survey.hpp"

namespace athanor::engine {

namespace {

void add_to_list(std::string& list, const std::string& id) {
  list += (list.empty() ? "" : ",") + id;
}

template <class Ids>
Result<void> check_width_now(StepContext& context, const StepTransaction& transaction, const Ids& ids) {
  if (check_id_width(ids, transaction.places().version_width)) return {};
  const auto rows = context.database.query(survey_sql(context.database, context.settings.version_table));
  if (!rows) return fail(rows.error());
  const auto survey = parse_survey(*rows);
  if (!survey) return fail(survey.error());
  return check_id_width(ids, survey->version_width);
}

}  // namespace

StepReport report_of(const View& view, Ownership ownership) {
  StepReport report;
  report.ownership = ownership;
  if (!view.last) return report;
  report.at = view.last->at;
  report.duration = report.recorded = std::chrono::milliseconds(view.last->duration_ms);
  if (ownership == Ownership::Copy || ownership == Ownership::TakenOver)
    report.previous_owner = view.last->owner;
  return report;
}

ActRecord act_record(const StepWork& work, std::string_view state, const View& view, const Start& start) {
  ActRecord record;
  record.seq = next_seq(view);
  record.act = act_of(work.step->direction);
  record.revision = work.revision->id;
  record.state = state;
  record.checksum = work.section->checksum;
  record.overtaken = start.overtaken;
  if (work.step->direction == Direction::Downgrade) return record;
  record.downgrade = work.revision->downgrade ? &*work.revision->downgrade : nullptr;
  for (const std::string& parent : work.revision->down_revisions) add_to_list(record.parents, parent);
  for (const std::string& written : work.revision->depends_on) {
    const auto labelled = work.graph->find(written) ? std::nullopt : work.graph->find_label(written);
    add_to_list(record.depends_on, labelled ? work.graph->at(*labelled).id : written);
  }
  return record;
}

Result<void> check_id_width_now(StepContext& context, const StepTransaction& transaction,
                                const StepWork& work) {
  return check_width_now(context, transaction, work);
}

Result<void> check_id_width_now(StepContext& context, const StepTransaction& transaction,
                                const std::vector<RowChange>& changes) {
  return check_width_now(context, transaction, changes);
}

Result<StepReport> record_owner(StepContext& context) {
  auto transaction = StepTransaction::open(context, StepTransaction::Needs::LedgerOnly);
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kClaimAfterBegin);
  const auto& last = transaction->view().last;
  const auto ownership = guard_owner(transaction->view(), context.settings);
  if (!ownership) return fail(ownership.error());
  StepReport report = report_of(transaction->view(), *ownership);
  if (*ownership == Ownership::Ours) return report;
  ActRecord record;
  record.seq = next_seq(transaction->view());
  record.act = kActClaim;
  const auto books = transaction->bookkeeping();
  // The last row has to stay that of an open run.
  const auto receipt =
      transaction->conclude(last && last->open() ? books.reown_run(last->seq) : books.append(record));
  if (!receipt) return fail(receipt.error());
  report.at = receipt->at;
  failpoints::pass(failpoints::kClaimBeforeCommit);
  if (auto committed = transaction->commit(); !committed) return fail(std::move(committed.error()));
  failpoints::pass(failpoints::kClaimAfterCommit);
  return report;
}

}  // namespace athanor::engine
