#include "runtime/election.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "runtime/timestamps.hpp"

namespace athanor::runtime {
namespace {

bool says_the_same(const ports::Lease& left, const ports::Lease& right) {
  return left.holder == right.holder && left.duration_seconds == right.duration_seconds &&
         left.acquire_time == right.acquire_time && left.renew_time == right.renew_time &&
         left.transitions == right.transitions;
}

// The API's own bound for the field; in nanoseconds it still fits into 64 bits.
constexpr std::int64_t kLongestDurationSeconds = std::numeric_limits<std::int32_t>::max();

// The holder's own duration counts; a record without a sensible one gets ours.
std::chrono::seconds duration_of(const ports::Lease& lease, const ElectionTimes& times) {
  if (lease.duration_seconds <= 0) return times.lease_duration;
  return std::chrono::seconds(std::min(lease.duration_seconds, kLongestDurationSeconds));
}

}  // namespace

LeaseView observe(LeaseView before, std::optional<ports::Lease> read, ports::MonoTime now) {
  const bool same = before.record && read && says_the_same(*before.record, *read);
  return {std::move(read), same ? before.changed_at : now};
}

ElectionStep decide(const Candidate& candidate, const LeaseView& view, ports::MonoTime now,
                    ports::WallTime wall) {
  const std::string wall_text = rfc3339_micros(wall);
  ports::Lease wanted = view.record.value_or(ports::Lease{});
  wanted.key = candidate.lease;
  const std::string holder = std::exchange(wanted.holder, candidate.identity);
  const auto holder_duration = duration_of(wanted, candidate.times);
  wanted.duration_seconds = candidate.times.lease_duration.count();
  wanted.renew_time = wall_text;
  if (holder == candidate.identity) return RenewLease{std::move(wanted)};

  wanted.acquire_time = wall_text;
  if (!view.record) return CreateLease{std::move(wanted)};
  const bool expired = now - view.changed_at >= holder_duration;
  if (!holder.empty() && !expired) return StandBy{holder};
  ++wanted.transitions;
  return TakeLease{std::move(wanted)};
}

ports::Lease released(const ports::Lease& held, ports::WallTime wall) {
  ports::Lease lease = held;
  lease.holder.clear();
  lease.duration_seconds = 1;
  lease.acquire_time = lease.renew_time = rfc3339_micros(wall);
  return lease;
}

std::string holder_identity(ports::Randomness& randomness) {
  std::array<char, 256> name{};
  const bool known = gethostname(name.data(), name.size() - 1) == 0;
  return fmt::format("{}_{:016x}", known ? name.data() : "unknown", randomness.bits());
}

}  // namespace athanor::runtime
