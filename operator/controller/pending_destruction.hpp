// How much of what is pending destroys: counted when the plan changes, and remembered between the checks of
// an environment that stays as it is (suspended, say).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/planner.hpp"
#include "core/traversal.hpp"

namespace athanor::controller {

class PendingDestruction {
 public:
  /// Destructive statements of each step of `plan`, in its order. Free of cost where nothing is pending.
  /// @param inputs the set that the plan was made for
  const std::vector<std::uint32_t>& of(const Plan& plan, const RevisionInputs& inputs);

 private:
  std::string plan_;  ///< a hash of the set and the steps that were counted
  std::vector<std::uint32_t> by_step_;
};

}  // namespace athanor::controller
