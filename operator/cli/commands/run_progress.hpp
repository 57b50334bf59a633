// What a person sees while a plan runs.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cli/terminal/console.hpp"
#include "cli/terminal/progress_bar.hpp"
#include "core/revision_graph.hpp"
#include "engine/migrator.hpp"
#include "ports/clock.hpp"

namespace athanor::cli {

/// A bar on a terminal, plain lines elsewhere; both on standard error. One per run of a plan.
class RunProgress final : public engine::Progress {
 public:
  /// The arguments outlive it.
  RunProgress(Console& console, const RevisionGraph& graph, ports::Clock& clock);
  ~RunProgress() override;
  RunProgress(const RunProgress&) = delete;
  RunProgress& operator=(const RunProgress&) = delete;

  void step_started(const PlanStep& step, std::size_t index, std::size_t total) override;
  void step_finished(const engine::AppliedStep& step, std::size_t index, std::size_t total) override;
  void waiting_for_lock(const LockHolder& holder) override;
  void lock_granted() override;
  void trying_again(const Error& error, std::chrono::milliseconds wait) override;

 private:
  void tick(const std::stop_token& stop);
  void draw();
  void clear();
  /// A line that stays, above the bar if there is one.
  void tell(const std::string& text);

  Console& console_;
  const RevisionGraph& graph_;
  ports::Clock& clock_;
  std::mutex mutex_;
  std::optional<ProgressState> shown_;  ///< what runs now
  std::string revision_;                ///< the step's
  ports::MonoTime step_began_;
  bool drawn_ = false;
  std::jthread ticker_;  ///< keeps the time of a long revision moving; on terminals only
};

}  // namespace athanor::cli
