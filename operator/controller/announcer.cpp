#include "controller/announcer.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/conditions.hpp"
#include "core/words.hpp"

namespace athanor::controller {
namespace {

using ports::Event;
using ports::EventType;

/// Status and reason of a condition, as one comparable thing.
std::pair<ConditionStatus, std::string> state_of(const api::Status& status, std::string_view type) {
  const Condition* condition = find_condition(status.conditions, type);
  if (condition == nullptr) return {ConditionStatus::Unknown, ""};
  return {condition->status, condition->reason};
}

std::string applied_note(const engine::Outcome& outcome) {
  std::vector<std::string> up;
  std::vector<std::string> down;
  for (const auto& step : outcome.applied) {
    (step.direction == Direction::Upgrade ? up : down).push_back(step.revision);
  }
  std::string note;
  if (!up.empty()) note += fmt::format("Applied {}. ", join_words(up));
  if (!down.empty()) note += fmt::format("Undid {}. ", join_words(down));
  return note +
         fmt::format("The database is at {}.", outcome.rows.empty() ? "base" : join_words(outcome.rows));
}

void announce_ready(std::vector<Event>& events, const ports::ObjectMeta& regarding,
                    const api::Status& previous, const api::Status& next) {
  const auto before = state_of(previous, "Ready");
  const auto after = state_of(next, "Ready");
  // A revision that was mended and fails again, elsewhere, is news although the reason is the same.
  const bool fails_anew = next.failed_run && next.failed_run != previous.failed_run;
  // A run that was asked to stop goes on, or says why not, at the next look.
  const bool on_its_way = after.second == "Migrating" || after.second == "Stopped";
  if ((before == after && !fails_anew) || on_its_way) return;
  const Condition* ready = find_condition(next.conditions, "Ready");
  if (ready == nullptr) return;
  if (after.first == ConditionStatus::True) {
    // Ready again after a run that this operator announced already is still a transition people wait for.
    events.push_back({regarding, EventType::Normal, "Ready", "Reconcile", ready->message});
    return;
  }
  const bool waits = ready->reason == "Suspended";
  events.push_back({regarding, waits ? EventType::Normal : EventType::Warning, ready->reason, "Reconcile",
                    ready->message});
}

void announce_drift(std::vector<Event>& events, const ports::ObjectMeta& regarding,
                    const api::Status& previous, const api::Status& next) {
  const auto before = state_of(previous, "Drifted");
  const auto after = state_of(next, "Drifted");
  if (before == after) return;
  const Condition* drifted = find_condition(next.conditions, "Drifted");
  if (after.first == ConditionStatus::True) {
    events.push_back(
        {regarding, EventType::Warning, "Drifted", "CheckDrift", drifted->reason + ": " + drifted->message});
  } else if (after.first == ConditionStatus::False && before.first == ConditionStatus::True) {
    events.push_back({regarding, EventType::Normal, "DriftResolved", "CheckDrift", drifted->message});
  }
}

}  // namespace

std::vector<Event> events_between(const ports::ObjectMeta& regarding, const api::Status& previous,
                                  const api::Status& next, const std::optional<engine::Outcome>& outcome) {
  std::vector<Event> events;
  if (outcome && !outcome->applied.empty()) {
    events.push_back({regarding, EventType::Normal, "Migrated", "Migrate", applied_note(*outcome)});
  }
  announce_ready(events, regarding, previous, next);
  // An outage that Ready forgives for now is told all the same.
  const auto before = state_of(previous, "Reconciling");
  const auto after = state_of(next, "Reconciling");
  const Condition* ready = find_condition(next.conditions, "Ready");
  if (before != after && after.first == ConditionStatus::True && ready != nullptr &&
      ready->status == ConditionStatus::True) {
    const Condition* reconciling = find_condition(next.conditions, "Reconciling");
    events.push_back({regarding, EventType::Warning, reconciling->reason, "Reconcile", reconciling->message});
  }
  announce_drift(events, regarding, previous, next);
  return events;
}

Event adoption_event(const ports::ObjectMeta& regarding, const Adoption& adoption) {
  return {regarding, EventType::Normal, "Adopted", "Adopt",
          fmt::format("The database was adopted from {}: by the account of {}, which is left as it is, {} "
                      "revision(s) are applied, and it stands at {}.",
                      to_string(adoption.tool), adoption.table, adoption.applied,
                      adoption.rows.empty() ? "base" : join_words(adoption.rows))};
}

std::optional<Event> ownership_event(const ports::ObjectMeta& regarding, engine::Ownership ownership,
                                     const std::optional<Owner>& previous) {
  if (!previous) return std::nullopt;
  if (ownership == engine::Ownership::Copy) {
    return Event{
        regarding, EventType::Warning, "DatabaseCopied", "Claim",
        fmt::format("The database is a copy of that of {}: it was recorded on another server, and is this "
                    "environment's from now on.",
                    previous->describe())};
  }
  if (ownership == engine::Ownership::TakenOver) {
    return Event{
        regarding, EventType::Normal, "DatabaseTakenOver", "Claim",
        fmt::format("The database was taken over from {}, as the annotation asks.", previous->describe())};
  }
  return std::nullopt;
}

}  // namespace athanor::controller
