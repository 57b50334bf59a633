#include "controller/pending_destruction.hpp"

#include "core/destructive.hpp"
#include "core/digest.hpp"

namespace athanor::controller {
namespace {

std::string hash_of(const Plan& plan, const std::string& digest) {
  Sha256 hash;
  hash.add(digest);
  for (const auto& step : plan.steps) {
    hash.add(step.direction == Direction::Upgrade ? "\n+" : "\n-");
    hash.add(step.revision);
  }
  return hash.hex();
}

std::uint32_t count_of(const PlanStep& step, const RevisionGraph& graph) {
  const auto index = graph.find(step.revision);
  if (!index) return 0;
  const Revision& revision = graph.at(*index);
  if (step.direction == Direction::Upgrade)
    return static_cast<std::uint32_t>(count_destructive(revision.upgrade));
  return revision.downgrade ? static_cast<std::uint32_t>(count_destructive(*revision.downgrade)) : 0;
}

}  // namespace

const std::vector<std::uint32_t>& PendingDestruction::of(const Plan& plan, const RevisionInputs& inputs) {
  if (plan.empty()) {
    *this = {};  // its memory too
    return by_step_;
  }
  std::string hash = hash_of(plan, inputs.digest);
  if (hash == plan_) return by_step_;
  by_step_.clear();
  by_step_.reserve(plan.steps.size());
  for (const auto& step : plan.steps) by_step_.push_back(count_of(step, *inputs.graph));
  plan_ = std::move(hash);
  return by_step_;
}

}  // namespace athanor::controller
