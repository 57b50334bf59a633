#include "runtime/leader_elector.hpp"

#include <utility>

#include "core/backoff.hpp"
#include "runtime/alarm.hpp"

namespace athanor::runtime {
namespace {

constexpr std::string_view kMasterStatus = "leader_election_master_status";
// Writes that meet a 409 before an attempt is given up until the next retry period.
constexpr int kWritesPerAttempt = 2;

}  // namespace

LeaderElector::LeaderElector(Candidate candidate, ports::ResourceClient& client, ElectionCallbacks callbacks,
                             ports::Clock& clock, ports::Randomness& randomness, ports::MetricsSink& metrics,
                             ports::Log& log)
    : candidate_(std::move(candidate)),
      client_(client),
      callbacks_(std::move(callbacks)),
      clock_(clock),
      randomness_(randomness),
      metrics_(metrics),
      log_(log),
      labels_{{"name", candidate_.lease.name}} {
  metrics_.set(kMasterStatus, labels_, 0);
}

LeaderElector::End LeaderElector::run(const std::stop_token& stop) {
  if (!acquire(stop)) return End::Stopped;
  metrics_.set(kMasterStatus, labels_, 1);
  log_.write(ports::LogLevel::Info, "leading",
             {{"lease", candidate_.lease.to_string()}, {"identity", candidate_.identity}});
  callbacks_.acquired();
  renew(stop);
  const std::lock_guard lock(mutex_);
  return leading_ ? End::Stopped : End::Lost;
}

bool LeaderElector::acquire(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const ports::MonoTime began = clock_.now();
    if (attempt(false) == Attempt::Leading) {
      const std::lock_guard lock(mutex_);
      leading_ = true;
      renewed_at_ = began;
      return true;
    }
    const ports::Millis wait =
        jittered(candidate_.times.retry_period, candidate_.times.jitter, randomness_.uniform());
    clock_.sleep_for(wait, stop);
  }
  return false;
}

void LeaderElector::renew(const std::stop_token& stop) {
  const std::stop_callback forward(stop, [this] { renewing_.request_stop(); });
  // The deadline has a thread of its own: a request that hangs must not put it off.
  Alarm deadline(clock_, [this](ports::MonoTime now) -> std::optional<ports::MonoTime> {
    ports::MonoTime due;
    {
      const std::lock_guard lock(mutex_);
      due = renewed_at_ + candidate_.times.renew_deadline;
    }
    if (now < due) return due;
    lose("it could not be renewed in time");
    return std::nullopt;
  });
  deadline.arm(renewed_at_ + candidate_.times.renew_deadline);
  while (clock_.sleep_for(candidate_.times.retry_period, renewing_.get_token())) {
    const ports::MonoTime began = clock_.now();
    const Attempt outcome = attempt(true);
    if (outcome == Attempt::StandingBy) {
      lose("another holds it");
    } else if (outcome == Attempt::Leading) {
      const std::lock_guard lock(mutex_);
      renewed_at_ = began;
    }
  }
  deadline.stop();
}

LeaderElector::Attempt LeaderElector::attempt(bool keep) {
  for (int write_number = 0; write_number < kWritesPerAttempt; ++write_number) {
    const Result<ElectionStep> next = look();
    if (!next) {
      log_failure(next.error());
      return Attempt::Failed;
    }
    if (const auto* stand_by = std::get_if<StandBy>(&*next)) {
      note_leader(stand_by->leader);
      return Attempt::StandingBy;
    }
    // Whoever leads already has lost what it would have to take.
    if (keep && std::holds_alternative<TakeLease>(*next)) return Attempt::StandingBy;
    Result<ports::Lease> written = write(*next);
    if (written) {
      view_ = observe(std::move(view_), *std::move(written), clock_.now());
      note_leader(candidate_.identity);
      return Attempt::Leading;
    }
    // What is known of the record may be old; maybe the other writer was this one, whose request the HTTP
    // library has sent twice.
    must_read_ = true;
    if (written.error().kind != ErrorKind::Conflict) {
      log_failure(written.error());
      return Attempt::Failed;
    }
  }
  return Attempt::Failed;
}

Result<ElectionStep> LeaderElector::look() {
  // A leader knows the record: it wrote it. One request per renewal is enough.
  const bool known = !must_read_ && view_.record && view_.record->holder == candidate_.identity;
  if (!known) {
    Result<ports::Lease> read = client_.lease(candidate_.lease);
    if (!read && read.error().reason != "NotFound") return fail(std::move(read.error()));
    std::optional<ports::Lease> record;
    if (read) record = *std::move(read);
    view_ = observe(std::move(view_), std::move(record), clock_.now());
    must_read_ = false;
  }
  return decide(candidate_, view_, clock_.now(), clock_.wall_now());
}

Result<ports::Lease> LeaderElector::write(const ElectionStep& step) {
  if (const auto* create = std::get_if<CreateLease>(&step)) return client_.create_lease(create->lease);
  if (const auto* take = std::get_if<TakeLease>(&step)) return client_.update_lease(take->lease);
  return client_.update_lease(std::get<RenewLease>(step).lease);
}

void LeaderElector::lose(std::string_view why) {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(leading_, false)) return;
  }
  metrics_.set(kMasterStatus, labels_, 0);
  log_.write(ports::LogLevel::Error, "lost the lease",
             {{"lease", candidate_.lease.to_string()}, {"why", std::string(why)}});
  callbacks_.lost();
  renewing_.request_stop();
}

void LeaderElector::release() {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(leading_, false)) return;
  }
  metrics_.set(kMasterStatus, labels_, 0);
  for (int write_number = 0; write_number < kWritesPerAttempt; ++write_number) {
    const Result<ElectionStep> next = look();
    const auto* ours = next ? std::get_if<RenewLease>(&*next) : nullptr;
    if (ours == nullptr) return;  // taken by another already, or out of reach: it will expire
    const Result<ports::Lease> written = client_.update_lease(released(ours->lease, clock_.wall_now()));
    if (written) {
      log_.write(ports::LogLevel::Info, "released the lease", {{"lease", candidate_.lease.to_string()}});
      return;
    }
    if (written.error().kind != ErrorKind::Conflict) {
      log_failure(written.error());
      return;
    }
    must_read_ = true;
  }
}

void LeaderElector::note_leader(const std::string& leader) {
  if (leader == leader_) return;
  leader_ = leader;
  log_.write(ports::LogLevel::Info, "leader observed",
             {{"lease", candidate_.lease.to_string()}, {"leader", leader}});
}

void LeaderElector::log_failure(const Error& error) {
  log_.write(ports::LogLevel::Warning, error.message,
             {{"lease", candidate_.lease.to_string()}, {"reason", error.reason}});
}

}  // namespace athanor::runtime
