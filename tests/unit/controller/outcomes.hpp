// What a run may have done.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/migrator.hpp"

namespace athanor::controller {

inline engine::Outcome outcome_of(std::vector<engine::AppliedStep> applied, std::vector<std::string> rows,
                                  std::optional<Error> failure = std::nullopt) {
  engine::Outcome outcome;
  outcome.applied = std::move(applied);
  outcome.rows = std::move(rows);
  outcome.failure = std::move(failure);
  return outcome;
}

}  // namespace athanor::controller
