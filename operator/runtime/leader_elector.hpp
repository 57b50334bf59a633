// Leader election: runs the rules of election.hpp against the API server.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "ports/metrics_sink.hpp"
#include "ports/randomness.hpp"
#include "ports/resource_client.hpp"
#include "runtime/election.hpp"

namespace athanor::runtime {

struct ElectionCallbacks {
  std::function<void()> acquired;  ///< on the thread of run()
  /// The renew deadline has passed, or another holds the lease. On any thread, once; comes on time even while
  /// a request to the API server hangs.
  std::function<void()> lost;
};

/// Exports leader_election_master_status{name}. run() once, then release().
class LeaderElector {
 public:
  enum class End { Stopped, Lost };

  LeaderElector(Candidate candidate, ports::ResourceClient& client, ElectionCallbacks callbacks,
                ports::Clock& clock, ports::Randomness& randomness, ports::MetricsSink& metrics,
                ports::Log& log);
  LeaderElector(const LeaderElector&) = delete;
  LeaderElector& operator=(const LeaderElector&) = delete;

  /// Stands by until the lease can be had, then renews it until `stop` is requested or it is lost.
  End run(const std::stop_token& stop);

  /// After run(), and after the work that the lease covers has ended: gives the lease up, if it is ours, so
  /// that another needn't wait for it to expire.
  void release();

  [[nodiscard]] const std::string& identity() const { return candidate_.identity; }

 private:
  enum class Attempt { Leading, StandingBy, Failed };

  bool acquire(const std::stop_token& stop);
  void renew(const std::stop_token& stop);
  /// Reads if it must, decides, writes; reads once more after a 409. @param keep: renew only, take nothing
  Attempt attempt(bool keep);
  Result<ElectionStep> look();
  Result<ports::Lease> write(const ElectionStep& step);
  void lose(std::string_view why);
  void note_leader(const std::string& leader);
  void log_failure(const Error& error);

  const Candidate candidate_;
  ports::ResourceClient& client_;
  const ElectionCallbacks callbacks_;
  ports::Clock& clock_;
  ports::Randomness& randomness_;
  ports::MetricsSink& metrics_;
  ports::Log& log_;
  const ports::Labels labels_;

  LeaseView view_;
  bool must_read_ = false;  ///< a write failed: the record may not be what view_ says
  std::string leader_;      ///< the last that was logged

  std::mutex mutex_;
  bool leading_ = false;
  ports::MonoTime renewed_at_{};  ///< when the last renewal that worked was begun
  std::stop_source renewing_;
};

}  // namespace athanor::runtime
