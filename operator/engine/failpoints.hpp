// Named points between any two steps of the apply protocol at which a test can kill the process.
//
// Test builds (ATHANOR_FAILPOINTS) only: ATHANOR_FAILPOINT=name[:count] in the environment makes the process
// die by SIGKILL when it passes that point for the count-th time. In a release build nothing of this exists.
#pragma once

#include <span>
#include <string_view>

namespace athanor::engine::failpoints {

// A revision in a transaction.
inline constexpr std::string_view kStepAfterBegin = "step.after_begin";
inline constexpr std::string_view kStepAfterPrepare = "step.after_prepare";
inline constexpr std::string_view kStepAfterStatement = "step.after_statement";
inline constexpr std::string_view kStepBeforeConclude = "step.before_conclude";
inline constexpr std::string_view kStepBeforeCommit = "step.before_commit";
inline constexpr std::string_view kStepAfterCommit = "step.after_commit";

// A revision with `transaction: off`.
inline constexpr std::string_view kOffAfterLock = "off.after_lock";
inline constexpr std::string_view kOffBeforeIntentCommit = "off.before_intent_commit";
inline constexpr std::string_view kOffAfterIntent = "off.after_intent";
inline constexpr std::string_view kOffAfterJudgement = "off.after_judgement";
inline constexpr std::string_view kOffAfterDrop = "off.after_drop";
inline constexpr std::string_view kOffBeforeStatement = "off.before_statement";
inline constexpr std::string_view kOffAfterStatement = "off.after_statement";
inline constexpr std::string_view kOffAfterBareStatement = "off.after_bare_statement";
inline constexpr std::string_view kOffBeforeProgressCommit = "off.before_progress_commit";
inline constexpr std::string_view kOffAfterProgress = "off.after_progress";
inline constexpr std::string_view kOffBeforeFinish = "off.before_finish";
inline constexpr std::string_view kOffBeforeFinishCommit = "off.before_finish_commit";
inline constexpr std::string_view kOffAfterFinish = "off.after_finish";

// Recording the owner.
inline constexpr std::string_view kClaimAfterBegin = "claim.after_begin";
inline constexpr std::string_view kClaimBeforeCommit = "claim.before_commit";
inline constexpr std::string_view kClaimAfterCommit = "claim.after_commit";

// Moving the version rows without running anything.
inline constexpr std::string_view kStampAfterBegin = "stamp.after_begin";
inline constexpr std::string_view kStampBeforeCommit = "stamp.before_commit";
inline constexpr std::string_view kStampAfterCommit = "stamp.after_commit";

// Setting the ledger right.
inline constexpr std::string_view kRepairAfterBegin = "repair.after_begin";
inline constexpr std::string_view kRepairBeforeCommit = "repair.before_commit";
inline constexpr std::string_view kRepairAfterCommit = "repair.after_commit";

#if defined(ATHANOR_FAILPOINTS)

/// Dies here if the environment says so.
void pass(std::string_view name);

/// Every name above, for tests that try them all.
[[nodiscard]] std::span<const std::string_view> names();

#else

inline void pass(std::string_view /*name*/) {}

#endif

}  // namespace athanor::engine::failpoints
