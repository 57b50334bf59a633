// Which transitions are worth an event. No side effects.
#pragma once

#include <optional>
#include <vector>

#include "api/migration_environment.hpp"
#include "core/adoption.hpp"
#include "core/history.hpp"
#include "engine/migrator.hpp"
#include "engine/owner_guard.hpp"
#include "ports/event_sink.hpp"

namespace athanor::controller {

/// Events for the way from one status to the next: what was applied, a new reason for not being Ready, Ready
/// again, drift found and drift gone. Nothing for a status that stays as it is.
/// @param outcome of the run between the two, if there was one
[[nodiscard]] std::vector<ports::Event> events_between(const ports::ObjectMeta& regarding,
                                                       const api::Status& previous, const api::Status& next,
                                                       const std::optional<engine::Outcome>& outcome);

/// The event for a database that became this environment's although it was recorded as another's or on
/// another server; nullopt where nothing of the sort happened.
[[nodiscard]] std::optional<ports::Event> ownership_event(const ports::ObjectMeta& regarding,
                                                          engine::Ownership ownership,
                                                          const std::optional<Owner>& previous);

/// The event for a database that was taken over from another migration tool.
[[nodiscard]] ports::Event adoption_event(const ports::ObjectMeta& regarding, const Adoption& adoption);

}  // namespace athanor::controller
