// spec.adopt: taking over a database that another migration tool manages, before anything else is done to it.
#pragma once

#include <optional>
#include <stop_token>

#include "controller/observe.hpp"
#include "core/adoption.hpp"
#include "core/planner.hpp"
#include "core/result.hpp"
#include "engine/migrator.hpp"

namespace athanor::controller {

/// Whether spec.adopt has something to do: the spec asks for it, nothing holds the environment, and neither
/// Alembic nor Athanor has worked on the database yet.
[[nodiscard]] bool wants_adoption(const api::Spec& spec, const Observation& observation,
                                  const Decision& decision);

struct Adopted {
  Adoption adoption;
  engine::Claim claim;
};

/// Stamps the database where the other tool's table says that it stands.
/// REQUIRES: wants_adoption()
/// @return as Migrator::plan_adoption() and Migrator::adopt()
[[nodiscard]] Result<Adopted> adopt(const api::AdoptSpec& wish, const Observed& observed,
                                    std::stop_token stop, const std::stop_token& cancel);

/// What is decided where adopting failed: nothing is run, and what is pending is not known. A mismatch with a
/// set that may still be arriving is no verdict yet.
[[nodiscard]] Decision hold_unadopted(Decision decision, const Observation& observation, Error error);

}  // namespace athanor::controller
