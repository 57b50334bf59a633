// What the operator remembers of an environment between two reconciles. All of it can be lost: after a
// restart it is worked out again from the API server and the database.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "api/migration_environment.hpp"
#include "controller/pending_destruction.hpp"
#include "controller/revision_source.hpp"
#include "ports/clock.hpp"
#include "ports/objects.hpp"

namespace athanor::controller {

struct EnvironmentMemory {
  std::string uid;                         ///< an object made anew under the same name is another environment
  std::shared_ptr<const RevisionSet> set;  ///< the inputs seen last
  ports::MonoTime inputs_since{};          ///< since when they have been the same
  /// The status as last worked out, as a packed patch, whether it could be written or not. Empty once a pass
  /// has seen that the watch brought it: the informer's store has it then, and thousands of environments need
  /// not have it twice.
  std::string unseen_status;
  bool status_written = false;      ///< the API server took it; false where no answer came, too
  std::string version_before;       ///< resourceVersion that the store showed when it was written
  std::string version_written;      ///< and the one that it was written as
  PendingDestruction destruction;   ///< of the plan that was pending last
  bool counters_made = false;       ///< its counters stand at /metrics
  std::string unrecorded_owner;     ///< why the owner can't be recorded, as it was logged; empty: it can
  std::uint32_t failed_checks = 0;  ///< database not reached, in a row
  std::uint32_t failures = 0;       ///< transient failures of any sort, in a row: what the backoff grows with
};

/// One memory per environment. The work queue lets one worker at a time have a key, so a memory needs no lock
/// of its own; the map does.
class EnvironmentMemories {
 public:
  /// The memory of the object with this uid, fresh if the name was another object's.
  [[nodiscard]] std::shared_ptr<EnvironmentMemory> of(const ports::ObjectKey& key, const std::string& uid);
  /// @return whether there was one
  bool forget(const ports::ObjectKey& key);

 private:
  std::mutex mutex_;
  std::unordered_map<ports::ObjectKey, std::shared_ptr<EnvironmentMemory>> memories_;
};

/// The runs that are going on, so that a suspended, deleted or changed environment starts no further
/// revision.
class RunRegistry {
 public:
  /// Registers a run for its lifetime.
  class Run {
   public:
    Run(RunRegistry& registry, ports::ObjectKey key);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    [[nodiscard]] std::stop_source& source() { return source_; }

   private:
    RunRegistry& registry_;
    ports::ObjectKey key_;
    std::stop_source source_;
  };

  /// Lets the environment's running revision end and starts no other. Does nothing where no run is going on.
  void stop(const ports::ObjectKey& key);

 private:
  std::mutex mutex_;
  std::unordered_map<ports::ObjectKey, std::stop_source> runs_;
};

}  // namespace athanor::controller
