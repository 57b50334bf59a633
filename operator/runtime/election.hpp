// Who leads: the rules of leader election over a Lease, without threads (client-go's leaderelection).
//
// Nobody trusts another's clock. A candidate remembers when, by its own monotonic clock, it last saw the
// record change; a leader that hasn't changed it for a whole lease duration is taken to be gone. This is no
// fence: a leader that was stopped for a while may believe a little longer. The lock in the database is the
// fence.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "ports/clock.hpp"
#include "ports/objects.hpp"
#include "ports/randomness.hpp"

namespace athanor::runtime {

struct ElectionTimes {
  std::chrono::seconds lease_duration{15};
  ports::Millis renew_deadline{
      std::chrono::seconds{10}};  ///< without a renewal for so long: no leader any more
  ports::Millis retry_period{std::chrono::seconds{2}};
  double jitter = 1.2;  ///< spreads the retries of those who wait over [1, 1 + jitter) retry periods
};

/// Who wants to lead, and for which Lease.
struct Candidate {
  ports::ObjectKey lease;
  std::string identity;
  ElectionTimes times;
};

/// What a candidate has seen of the Lease.
struct LeaseView {
  std::optional<ports::Lease> record;  ///< nullopt: there is none
  ports::MonoTime changed_at{};        ///< when it was first seen to be so
};

/// Takes in what was read just now. A record that says what it said before keeps its `changed_at`, whatever
/// its resourceVersion.
[[nodiscard]] LeaseView observe(LeaseView before, std::optional<ports::Lease> read, ports::MonoTime now);

struct CreateLease {
  ports::Lease lease;
};
/// The Lease is ours: renew it.
struct RenewLease {
  ports::Lease lease;
};
/// The Lease was released or has expired: take it.
struct TakeLease {
  ports::Lease lease;
};
struct StandBy {
  std::string leader;
};
using ElectionStep = std::variant<CreateLease, RenewLease, TakeLease, StandBy>;

/// What to do now, with the record to write.
/// @param wall for the record's times, which are for people
[[nodiscard]] ElectionStep decide(const Candidate& candidate, const LeaseView& view, ports::MonoTime now,
                                  ports::WallTime wall);

/// The record that gives the lease up: no holder, and a duration of one second so that nobody waits for it.
[[nodiscard]] ports::Lease released(const ports::Lease& held, ports::WallTime wall);

/// `hostname_<16 hex digits>`: another one at each start, so that a restarted process isn't taken for the one
/// before it.
[[nodiscard]] std::string holder_identity(ports::Randomness& randomness);

}  // namespace athanor::runtime
