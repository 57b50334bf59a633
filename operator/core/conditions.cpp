#include "core/conditions.hpp"

#include <algorithm>

namespace athanor {

std::string_view to_string(ConditionStatus status) {
  switch (status) {
    case ConditionStatus::True:
      return "True";
    case ConditionStatus::False:
      return "False";
    case ConditionStatus::Unknown:
      return "Unknown";
  }
  return "Unknown";
}

const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type) {
  const auto found = std::find_if(conditions.begin(), conditions.end(),
                                  [type](const Condition& condition) { return condition.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

bool set_condition(std::vector<Condition>& conditions, Condition next, std::string_view now) {
  const auto found = std::find_if(conditions.begin(), conditions.end(), [&next](const Condition& condition) {
    return condition.type == next.type;
  });
  const bool changed = found == conditions.end() || found->status != next.status;
  next.last_transition_time = changed ? std::string(now) : found->last_transition_time;
  if (found == conditions.end()) {
    conditions.push_back(std::move(next));
  } else {
    *found = std::move(next);
  }
  return changed;
}

}  // namespace athanor
