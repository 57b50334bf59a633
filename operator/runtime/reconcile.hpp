// The whole contract of a reconciler.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "ports/clock.hpp"
#include "ports/objects.hpp"

namespace athanor::runtime {

/// What comes next for a key. Whatever is said here, a change of the object brings the key back at once.
struct ReconcileResult {
  /// Looked at again after that long, the rate limit's memory of the key gone; nullopt: when something
  /// changes. Not read if `again` is set.
  std::optional<ports::Millis> requeue_after{};
  /// Counts as an error. Tried again after `requeue_after`, for reconcilers with a backoff of their own, else
  /// under the rate limit.
  bool failed = false;
  bool again = false;  ///< tried again under the rate limit; no error (a conflict)

  bool operator==(const ReconcileResult&) const = default;
};

/// Brings one object to what it says; never called for the same key by two threads at once. The object may be
/// gone by now: then its traces are cleaned up, and the result is success.
///
/// May take hours. An exception is caught, logged and counted as a failure.
/// @param stop the operator is ending: finish the step that is under way, start no other
/// @param cancel the grace time is over: break off what is under way, too
using ReconcileFn =
    std::function<ReconcileResult(const ports::ObjectKey& key, std::stop_token stop, std::stop_token cancel)>;

}  // namespace athanor::runtime
