// A status in which every field says something.
#pragma once

#include "api/migration_environment.hpp"

namespace athanor::api {

inline Status full_status() {
  Status status;
  status.observed_generation = 7;
  status.observed_digest = "sha256:00ff";
  status.current_revisions = {"a1", "b2"};
  status.target_revisions = {"c3"};
  status.pending_revisions = {"b9", "c3"};
  status.pending_count = 2;
  status.pending_destructive_statements = 1;
  status.last_applied = AppliedStatus{"b2", "upgrade", "2026-11-22T20:14:00Z", 61'001};
  status.history = {*status.last_applied, {"a1", "downgrade", "2026-11-22T20:13:00Z", 5}};
  status.drift = DriftStatus{"2026-11-22T20:15:00Z", "EditedRevision", {"a1"}, 1};
  status.failure = FailureStatus{"SqlError", "revision b9 failed",  "b9", "b9_orders.sql", 12, "42P01",
                                 "0badcafe", "2026-11-22T20:16:00Z"};
  status.failed_run = status.failure;
  status.last_handled_reconcile_at = "monday";
  status.last_handled_take_over = "shop/production";
  status.conditions = {
      {"Ready", ConditionStatus::False, "SqlError", "revision b9 failed", "2026-11-22T20:16:00Z", 7},
      {"Drifted", ConditionStatus::Unknown, "CheckFailed", "no answer", "2026-11-22T20:17:00Z", 7}};
  return status;
}

}  // namespace athanor::api
