#include "engine/stamp.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/interrupted_run.hpp"
#include "engine/failpoints.hpp"

namespace athanor::engine {

namespace {

std::vector<std::string> difference(const std::vector<std::string>& from,
                                    const std::vector<std::string>& taken) {
  std::vector<std::string> left;
  std::ranges::set_difference(from, taken, std::back_inserter(left));
  return left;
}

// In one statement, where no row may be touched twice: an order may say a → b, b → c.
std::vector<RowChange> straight_changes(const std::vector<std::string>& before,
                                        const std::vector<std::string>& after) {
  const auto gone = difference(before, after);
  const auto come = difference(after, before);
  const std::size_t pairs = std::min(gone.size(), come.size());
  std::vector<RowChange> changes;
  for (std::size_t i = 0; i < pairs; ++i) changes.push_back({RowChange::Kind::Update, gone[i], come[i]});
  for (std::size_t i = pairs; i < gone.size(); ++i) changes.push_back({RowChange::Kind::Delete, gone[i], ""});
  for (std::size_t i = pairs; i < come.size(); ++i) changes.push_back({RowChange::Kind::Insert, "", come[i]});
  return changes;
}

/// Ids of what `rows` stand for, sorted.
Result<std::vector<std::string>> applied_ids(const RevisionGraph& graph,
                                             const std::vector<std::string>& rows) {
  const auto applied = applied_revisions(graph, rows);
  if (!applied) return fail(applied.error());
  std::vector<std::string> ids;
  ids.reserve(applied->size());
  for (const auto index : *applied) ids.push_back(graph.at(index).id);
  std::ranges::sort(ids);
  return ids;
}

Error still_open(const InterruptedRun& run, const RevisionGraph& graph, Audience audience) {
  Error error = interrupted_revision(run, graph, audience);
  const bool up = run.direction == Direction::Upgrade;
  error.message += fmt::format(" This stamp leaves it open: one that {} {} closes it.",
                               up ? "includes" : "no longer includes", run.revision);
  return error;
}

/// Writes the act, or the owner where there is no act to tell of. Nothing, where he is known.
Result<void> record_stamp(StepTransaction& transaction, const StampWork& work, const Start& start,
                          const std::string& voided, StepReport& report) {
  const bool tells = work.moves() || start.overtaken.has_value() || work.check;
  if (!tells && start.ownership == Ownership::Ours) return {};
  const std::string rows = fmt::format("{}", fmt::join(work.rows_after, ","));
  ActRecord record;
  record.seq = next_seq(transaction.view());
  record.act = tells ? work.act : kActClaim;
  if (tells) record.revision = rows;
  record.parents = voided;
  record.overtaken = start.overtaken;
  auto receipt = transaction.record(transaction.bookkeeping().append(record, work.changes), work.rows_before,
                                    work.rows_after);
  if (!receipt) return fail(std::move(receipt.error()));
  report.at = std::move(receipt->at);
  return {};
}

}  // namespace

Result<StampWork> prepare_stamp(const RevisionGraph& graph, StampOrder order) {
  StampWork work;
  work.graph = &graph;
  work.rows_after = rows_after(order.rows_before, PlanStep{{}, Direction::Upgrade, std::move(order.changes)});
  work.rows_before = std::move(order.rows_before);
  work.changes = straight_changes(work.rows_before, work.rows_after);
  std::vector<std::string> known;
  std::ranges::copy_if(work.rows_before, std::back_inserter(known),
                       [&](const std::string& row) { return graph.find(row).has_value(); });
  work.purges = known.size() != work.rows_before.size();
  const auto before = applied_ids(graph, known);
  if (!before) return fail(before.error());
  const auto after = applied_ids(graph, work.rows_after);
  if (!after) return fail(after.error());
  std::ranges::set_symmetric_difference(*before, *after, std::back_inserter(work.moved));
  return work;
}

Result<Start> decide_stamp(const View& view, const StampWork& work, const Settings& settings, bool in_doubt) {
  const auto ownership = guard_owner(view, settings);
  if (!ownership) return fail(ownership.error());
  Start start;
  start.ownership = *ownership;
  if (view.rows != work.rows_before) {
    const bool in = in_doubt && view.rows == work.rows_after && view.last && view.last->act == work.act;
    if (!in) return fail(version_moved(work.rows_before, view.rows));
    start.kind = StartKind::AlreadyIn;
    return start;
  }
  if (!view.last || !view.last->open()) return start;
  const InterruptedRun run = view.last->run();
  const bool over =
      is_overtaken(run, *work.graph, view.rows) || is_overtaken(run, *work.graph, work.rows_after);
  if (!over) return fail(still_open(run, *work.graph, settings.audience));
  start.overtaken = view.last->seq;
  return start;
}

std::string voided_by(const StampWork& work, const History& history) {
  std::vector<std::string> voided;
  for (const auto& [id, act] : history.applied) {
    const bool lost = work.purges && !work.graph->find(id);
    if (lost || std::ranges::binary_search(work.moved, id)) voided.push_back(id);
  }
  std::ranges::sort(voided);
  return fmt::format("{}", fmt::join(voided, ","));
}

Result<StepReport> stamp_rows(StepContext& context, const StampWork& work) {
  auto transaction = StepTransaction::open(context, StepTransaction::Needs::VersionTableAndLedger);
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kStampAfterBegin);
  const auto start = decide_stamp(transaction->view(), work, context.settings, context.in_doubt);
  if (!start) return fail(start.error());
  StepReport report = report_of(transaction->view(), start->ownership);
  if (start->kind == StartKind::AlreadyIn) return report;
  if (auto fits = check_id_width_now(context, *transaction, work.changes); !fits) return fail(fits.error());
  if (work.check) {
    if (auto fine = work.check(context, *transaction); !fine) return fail(std::move(fine.error()));
  }
  std::string voided;
  if (work.moves()) {
    const auto history = read_history(context, *transaction);
    if (!history) return fail(history.error());
    voided = voided_by(work, *history);
  }
  if (auto recorded = record_stamp(*transaction, work, *start, voided, report); !recorded)
    return fail(std::move(recorded.error()));
  failpoints::pass(failpoints::kStampBeforeCommit);
  if (auto committed = transaction->commit(); !committed) return fail(std::move(committed.error()));
  failpoints::pass(failpoints::kStampAfterCommit);
  return report;
}

Result<StepReport> create_version_table(StepContext& context) {
  auto transaction = StepTransaction::open(context, StepTransaction::Needs::VersionTableOnly);
  if (!transaction) return fail(std::move(transaction.error()));
  const auto ownership = guard_owner(transaction->view(), context.settings);
  if (!ownership) return fail(ownership.error());
  StepReport report = report_of(transaction->view(), *ownership);
  report.made_version_table = transaction->made_version_table();
  if (auto committed = transaction->commit(); !committed) return fail(std::move(committed.error()));
  return report;
}

}  // namespace athanor::engine
