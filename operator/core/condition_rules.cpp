#include "core/condition_rules.hpp"

#include <utility>

namespace athanor {
namespace {

struct Word {
  ConditionStatus status;
  std::string reason;
  std::string message;
};

/// The conditions of one verdict, before they are laid over the previous ones.
struct Words {
  Word ready, reconciling, stalled;
};

const Word kNotReconciling{ConditionStatus::False, "Settled", ""};
const Word kNotStalled{ConditionStatus::False, "NotStalled", ""};

/// An outage of the database leaves Ready as it is for a while: the schema does not change because nobody can
/// see it.
bool outage_is_forgiven(const std::vector<Condition>& previous, const Verdict& verdict,
                        std::int64_t generation) {
  const Condition* ready = find_condition(previous, "Ready");
  return verdict.database_unreachable && !verdict.pending &&
         verdict.failed_checks < kFailedChecksUntilNotReady && ready != nullptr &&
         ready->status == ConditionStatus::True && ready->observed_generation == generation;
}

Words words_for(const std::vector<Condition>& previous, const Verdict& verdict, std::int64_t generation) {
  if (verdict.phase == Phase::Running) {
    return {{ConditionStatus::False, "Migrating", verdict.summary},
            {ConditionStatus::True, "Migrating", verdict.summary},
            kNotStalled};
  }
  if (!verdict.failure) {
    return {{ConditionStatus::True, "UpToDate", verdict.summary}, kNotReconciling, kNotStalled};
  }
  const Error& error = *verdict.failure;
  const Word failed{ConditionStatus::False, error.reason, error.message};
  const Word holds{ConditionStatus::True, error.reason, error.message};
  switch (error.kind) {
    case ErrorKind::Blocked:
      return {failed, kNotReconciling, kNotStalled};
    case ErrorKind::Terminal:
      return {failed, kNotReconciling, holds};
    case ErrorKind::Transient:
    case ErrorKind::Conflict:
    case ErrorKind::InDoubt:
      break;
  }
  if (outage_is_forgiven(previous, verdict, generation)) {
    const Condition* ready = find_condition(previous, "Ready");
    return {{ready->status, ready->reason, ready->message}, holds, kNotStalled};
  }
  return {failed, holds, kNotStalled};
}

}  // namespace

std::vector<Condition> next_conditions(std::vector<Condition> previous, const Verdict& verdict,
                                       std::int64_t generation, std::string_view now) {
  Words words = words_for(previous, verdict, generation);
  const auto put = [&](std::string type, Word word) {
    set_condition(
        previous,
        {std::move(type), word.status, std::move(word.reason), std::move(word.message), "", generation}, now);
  };
  put("Ready", std::move(words.ready));
  put("Reconciling", std::move(words.reconciling));
  put("Stalled", std::move(words.stalled));
  put("Drifted", {verdict.drift.status, verdict.drift.reason, verdict.drift.message});
  return previous;
}

}  // namespace athanor
