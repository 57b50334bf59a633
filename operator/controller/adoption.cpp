#include "controller/adoption.hpp"

#include <utility>

#include "engine/adopt.hpp"

namespace athanor::controller {

bool wants_adoption(const api::Spec& spec, const Observation& observation, const Decision& decision) {
  return spec.adopt && !spec.suspend && decision.action != Action::Hold && observation.database &&
         engine::is_adoptable(*observation.database);
}

Result<Adopted> adopt(const api::AdoptSpec& wish, const Observed& observed, std::stop_token stop,
                      const std::stop_token& cancel) {
  const RevisionGraph& graph = *observed.observation.inputs->graph;
  const engine::AdoptionRequest request{wish.from, wish.table};
  auto planned = observed.migrator->plan_adoption(graph, request, cancel);
  if (!planned) return fail(std::move(planned.error()));
  engine::Progress unwatched;
  auto claim = observed.migrator->adopt(graph, *planned, request, unwatched, std::move(stop), cancel);
  if (!claim) return fail(std::move(claim.error()));
  return Adopted{std::move(*planned), std::move(*claim)};
}

Decision hold_unadopted(Decision decision, const Observation& observation, Error error) {
  decision.action = Action::Hold;
  decision.plan = {};
  decision.plan_known = false;
  decision.drift = {};
  decision.drift.message = error.message;
  decision.settling = error.reason == kAdoptionMismatch && !observation.inputs_settled;
  if (decision.settling) error.kind = ErrorKind::Transient;
  decision.hold = std::move(error);
  return decision;
}

}  // namespace athanor::controller
