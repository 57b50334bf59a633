#include "cli/commands/run_progress.hpp"

#include <chrono>

#include <fmt/format.h>

#include "cli/commands/lock_wait.hpp"

namespace athanor::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery{200};
constexpr std::string_view kClearLine = "\r\x1b[2K";

/// `8e1d0c4a77b2, add orders`, and what it goes on from.
std::string describe(const RevisionGraph& graph, const PlanStep& step) {
  const Revision& revision = graph.at(*graph.find(step.revision));
  const std::string parents =
      revision.down_revisions.empty() ? "base" : fmt::format("{}", fmt::join(revision.down_revisions, ", "));
  const bool up = step.direction == Direction::Upgrade;
  return fmt::format("{} {} -> {}{}{}", up ? "upgrade" : "downgrade", up ? parents : revision.id,
                     up ? revision.id : parents, revision.message.empty() ? "" : ", ", revision.message);
}

}  // namespace

RunProgress::RunProgress(Console& console, const RevisionGraph& graph, ports::Clock& clock)
    : console_(console), graph_(graph), clock_(clock), step_began_(clock.now()) {
  if (console_.err_is_terminal()) {
    ticker_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
  }
}

RunProgress::~RunProgress() {
  if (ticker_.joinable()) {
    ticker_.request_stop();
    ticker_.join();
  }
  clear();
}

void RunProgress::tick(const std::stop_token& stop) {
  while (clock_.sleep_for(kRedrawEvery, stop)) {
    const std::lock_guard lock(mutex_);
    draw();
  }
}

void RunProgress::draw() {
  if (!shown_ || !console_.err_is_terminal()) return;
  shown_->elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - step_began_);
  console_.err(std::string(kClearLine) + progress_line(*shown_, console_.width()));
  drawn_ = true;
}

void RunProgress::clear() {
  if (drawn_) console_.err(kClearLine);
  drawn_ = false;
}

void RunProgress::tell(const std::string& text) {
  clear();
  console_.note(text);
  draw();
}

void RunProgress::step_started(const PlanStep& step, std::size_t index, std::size_t total) {
  const std::lock_guard lock(mutex_);
  step_began_ = clock_.now();
  revision_ = step.revision;
  shown_ = ProgressState{index, total, describe(graph_, step), {}, false};
  if (console_.err_is_terminal()) {
    draw();
  } else {
    // Told before it runs: whoever reads a log of a revision that takes hours wants to know which.
    console_.note(fmt::format("[{}/{}] {}", index + 1, total, shown_->what));
  }
}

void RunProgress::step_finished(const engine::AppliedStep& step, std::size_t index, std::size_t total) {
  const std::lock_guard lock(mutex_);
  const std::string what = shown_ ? shown_->what : step.revision;
  shown_.reset();
  if (console_.err_is_terminal()) {
    tell(fmt::format("{} [{}/{}] {}  {}", console_.paint_err(Colour::Green, "✓"), index + 1, total, what,
                     console_.paint_err(Colour::Dim, duration_text(step.recorded))));
  } else {
    console_.note(
        fmt::format("[{}/{}] {}: done in {}", index + 1, total, step.revision, duration_text(step.recorded)));
  }
}

void RunProgress::waiting_for_lock(const LockHolder& holder) {
  const std::lock_guard lock(mutex_);
  if (shown_) shown_->waits = true;
  tell(lock_wait_text(holder));
}

void RunProgress::lock_granted() {
  const std::lock_guard lock(mutex_);
  step_began_ = clock_.now();
  if (shown_) shown_->waits = false;
  draw();
}

void RunProgress::trying_again(const Error& error, std::chrono::milliseconds wait) {
  const std::lock_guard lock(mutex_);
  const bool placed = !error.site.file.empty() && error.site.line != 0;
  const std::string place = placed ? fmt::format(" ({}, line {})", error.site.file, error.site.line) : "";
  tell(trying_again_text(error, fmt::format("Revision {}{}: ", revision_, place), wait));
}

}  // namespace athanor::cli
