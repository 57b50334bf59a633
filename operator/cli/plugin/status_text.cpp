#include "cli/plugin/status_text.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "cli/plugin/table.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string or_none(const std::vector<std::string>& revisions) {
  return revisions.empty() ? "none" : join_words(revisions, api::kMaxRevisionsListed);
}

/// "False  Suspended: …"
std::string condition_words(const api::Status& status, std::string_view type) {
  const Condition* condition = find_condition(status.conditions, type);
  if (condition == nullptr) return "Unknown";
  return fmt::format("{}, {}", to_string(condition->status), condition->reason);
}

std::string pending_words(const api::Status& status) {
  if (!status.pending_count) return "not known";
  if (*status.pending_count == 0) return "none";
  std::string words = fmt::format("{} revision(s): {}", *status.pending_count,
                                  join_words(status.pending_revisions, api::kMaxPendingListed));
  if (static_cast<std::size_t>(*status.pending_count) > status.pending_revisions.size()) words += ", …";
  return words;
}

std::string target_words(const EnvironmentView& view) {
  const std::string target = view.spec ? view.spec->target : "not known";
  if (view.status.target_revisions.empty()) return target;
  return fmt::format("{} ({})", or_none(view.status.target_revisions), target);
}

std::string applied_words(const api::AppliedStatus& applied) {
  return fmt::format("{} ({}) at {}, took {}", applied.revision, applied.direction, applied.time,
                     api::format_duration(std::chrono::milliseconds(applied.duration_ms)));
}

std::string drift_words(const api::Status& status) {
  std::string words = condition_words(status, "Drifted");
  if (!status.drift) return words;
  if (!status.drift->revisions.empty()) {
    words += fmt::format(": {} ({} in all)", join_words(status.drift->revisions), status.drift->count);
  }
  return words + ", since " + status.drift->last_check;
}

/// Where it is, in two columns.
Rows facts(const EnvironmentView& view) {
  const api::Status& status = view.status;
  Rows rows{{"Environment:", view.meta.key.to_string()},
            {"Ready:", condition_words(status, "Ready")},
            {"Current:", or_none(status.current_revisions)},
            {"Target:", target_words(view)},
            {"Pending:", pending_words(status)}};
  if (status.pending_destructive_statements && *status.pending_destructive_statements > 0) {
    rows.push_back({"Destroys:",
                    fmt::format("{} pending statement(s) destroy data; see {}",
                                *status.pending_destructive_statements, command_for("plan", view.meta.key))});
  }
  if (status.last_applied) rows.push_back({"Last applied:", applied_words(*status.last_applied)});
  rows.push_back({"Drifted:", drift_words(status)});
  if (view.suspended()) rows.push_back({"Suspended:", "yes"});
  if (!status.observed_digest.empty()) rows.push_back({"Digest:", status.observed_digest});
  return rows;
}

std::string conditions_text(const api::Status& status) {
  if (status.conditions.empty()) return {};
  std::string text = "\nConditions:\n";
  for (const Condition& condition : status.conditions) {
    text += fmt::format("  {}={}, {}, since {}\n", condition.type, to_string(condition.status),
                        condition.reason, condition.last_transition_time);
    if (!condition.message.empty()) text += "    " + condition.message + "\n";
  }
  return text;
}

std::string failure_text(const std::optional<api::FailureStatus>& failure) {
  if (!failure) return {};
  std::string text = "\nFailure: " + failure->reason;
  if (!failure->revision.empty()) text += ", revision " + failure->revision;
  if (!failure->file.empty()) text += ", " + failure->file;
  if (failure->line > 0) text += fmt::format(", line {}", failure->line);
  if (!failure->sqlstate.empty()) text += ", SQLSTATE " + failure->sqlstate;
  if (!failure->first_time.empty()) text += ", since " + failure->first_time;
  return text + "\n  " + failure->message + "\n";
}

bool holds(const api::Status& status, std::string_view type) {
  const Condition* condition = find_condition(status.conditions, type);
  return condition != nullptr && condition->status == ConditionStatus::True;
}

/// What a person can do now; messages say what is wrong, this says which command comes next.
std::string next_text(const EnvironmentView& view) {
  const api::Status& status = view.status;
  std::string what;
  if (status.observed_generation < 0) {
    what = fmt::format(
        "No operator has looked at it yet. Is one running, and does it watch namespace {}? "
        "kubectl get pods -A -l app.kubernetes.io/name=athanor",
        view.meta.key.ns);
  } else if (!view.observed()) {
    what = "The operator has not looked at the latest change of its spec yet: what stands above is older.";
  } else if (view.suspended() && status.pending_count.value_or(0) > 0) {
    what = "It is suspended, and what is pending waits: " + command_for("resume", view.meta.key);
  } else if (holds(status, "Stalled")) {
    what = fmt::format("Correct what failed; that is tried at once. To try the same again: {}",
                       command_for("retry", view.meta.key));
  } else if (status.failure) {
    what = fmt::format("The operator keeps trying by itself. To try now: {}",
                       command_for("retry", view.meta.key));
  }
  return what.empty() ? what : "\n" + what + "\n";
}

std::string reason_of(const api::Status& status) {
  const Condition* ready = find_condition(status.conditions, "Ready");
  return ready == nullptr ? "NotObserved" : ready->reason;
}

std::string status_of(const api::Status& status, std::string_view type) {
  const Condition* condition = find_condition(status.conditions, type);
  return std::string(condition == nullptr ? "Unknown" : to_string(condition->status));
}

std::string count_words(const std::optional<std::int64_t>& count, const char* none) {
  return count ? std::to_string(*count) : none;
}

/// The operator leaves the count out where nothing is pending.
std::string destroys(const api::Status& status) {
  return count_words(status.pending_destructive_statements, status.pending_count == 0 ? "0" : "?");
}

}  // namespace

std::string status_text(const EnvironmentView& view) {
  return table_text(facts(view)) + conditions_text(view.status) + failure_text(view.status.failure) +
         next_text(view);
}

std::string status_table(const std::vector<EnvironmentView>& views, bool with_namespace) {
  Rows rows{{"NAME", "READY", "REASON", "CURRENT", "TARGET", "PENDING", "DESTROYS", "DRIFT", "SUSPENDED"}};
  for (const EnvironmentView& view : views) {
    const api::Status& status = view.status;
    rows.push_back({view.meta.key.name, status_of(status, "Ready"), reason_of(status),
                    or_none(status.current_revisions), or_none(status.target_revisions),
                    count_words(status.pending_count, "?"), destroys(status), status_of(status, "Drifted"),
                    view.suspended() ? "yes" : "no"});
  }
  if (with_namespace) {
    rows.front().insert(rows.front().begin(), "NAMESPACE");
    for (std::size_t i = 0; i < views.size(); ++i)
      rows[i + 1].insert(rows[i + 1].begin(), views[i].meta.key.ns);
  }
  return table_text(rows);
}

}  // namespace athanor::cli
