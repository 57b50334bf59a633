// Conditions with kstatus meanings (Ready, Reconciling, Stalled) and Drifted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class ConditionStatus { True, False, Unknown };

[[nodiscard]] std::string_view to_string(ConditionStatus status);

struct Condition {
  std::string type;
  ConditionStatus status = ConditionStatus::Unknown;
  std::string reason;
  std::string message;
  std::string last_transition_time;  ///< RFC 3339; moves only when status does
  std::int64_t observed_generation = 0;

  bool operator==(const Condition&) const = default;
};

/// Puts `next` in place of the condition of its type; last_transition_time is `now` if the status changed,
/// else the old one.
/// @return true if the status changed or the condition is new
bool set_condition(std::vector<Condition>& conditions, Condition next, std::string_view now);

[[nodiscard]] const Condition* find_condition(const std::vector<Condition>& conditions,
                                              std::string_view type);

}  // namespace athanor
