#include "engine/adopt.hpp"

#include <utility>

#include <fmt/format.h>

#include "engine/stamp.hpp"

namespace athanor::engine {

namespace {

Error changed_meanwhile(std::string_view what) {
  return Error{
      ErrorKind::Conflict, "VersionMoved",
      fmt::format("{} when the adoption was planned: somebody else works on this database too", what)};
}

/// What has to be as it was when the adoption was planned.
Result<void> check_unchanged(StepContext& context, const StepTransaction& transaction,
                             const RevisionGraph& graph, const Adoption& adoption,
                             const AdoptionRequest& request) {
  const auto history = read_history(context, transaction);
  if (!history) return fail(history.error());
  if (!history->latest.empty()) return fail(changed_meanwhile("the ledger did not have what it has now"));
  const auto foreign = read_foreign_history(context.database, transaction.places(), request);
  if (!foreign) return fail(foreign.error());
  auto planned = athanor::plan_adoption(graph, *foreign);
  if (!planned) return fail(std::move(planned.error()));
  if (*planned != adoption) {
    return fail(changed_meanwhile(fmt::format("{} said something else", adoption.table)));
  }
  return {};
}

}  // namespace

bool is_adoptable(const DatabaseState& database) {
  return database.version_rows.empty() && database.latest.empty() && !database.interrupted;
}

Result<StepReport> adopt_rows(StepContext& context, const RevisionGraph& graph, const Adoption& adoption,
                              const AdoptionRequest& request) {
  StampOrder order;
  for (const std::string& row : adoption.rows) order.changes.push_back({RowChange::Kind::Insert, {}, row});
  auto work = prepare_stamp(graph, std::move(order));
  if (!work) return fail(std::move(work.error()));
  work->act = adopt_act(adoption.tool);
  work->check = [&](StepContext& within, const StepTransaction& transaction) {
    return check_unchanged(within, transaction, graph, adoption, request);
  };
  return stamp_rows(context, *work);
}

}  // namespace athanor::engine
