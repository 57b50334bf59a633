#include "runtime/watch_machine.hpp"

#include <string_view>
#include <utility>

#include "core/backoff.hpp"

namespace athanor::runtime::watch {
namespace {

FetchPage first_page() {
  return {kPageSize, ""};
}

OpenWatch open_watch(const std::string& version, double uniform) {
  const auto spread = static_cast<double>((kLongestTimeout - kShortestTimeout).count() + 1);
  return {version, kShortestTimeout + std::chrono::seconds(static_cast<std::int64_t>(spread * uniform)),
          kIdleTimeout};
}

Wait wait_after(std::uint32_t failures_before, double uniform) {
  return {jittered(exponential_backoff(kBackoffBase, failures_before, kBackoffCap), kBackoffJitter, uniform)};
}

// Waits, and then watches from `version` or, without one, lists.
Step wait_then(std::optional<std::string> version, std::uint32_t failures, std::string reason,
               double uniform) {
  return {State{Waiting{std::move(version)}, failures + 1},
          {CountRestart{std::move(reason)}, wait_after(failures, uniform)}};
}

// 410: the server is there and says what to do, so what was waited for it before is over. Only one that
// expires every version must not be listed without pause.
Step list_again(std::uint32_t expiries, std::string reason, double uniform) {
  if (expiries == 0) return {State{Listing{}, 0, 1}, {CountRestart{std::move(reason)}, first_page()}};
  return {State{Waiting{}, 0, expiries + 1},
          {CountRestart{std::move(reason)}, wait_after(expiries - 1, uniform)}};
}

// The watch ended well, or was merely silent: it goes on from where it was.
Step watch_again(std::string version, std::string reason, double uniform) {
  OpenWatch watch = open_watch(version, uniform);
  return {State{Watching{std::move(version)}}, {CountRestart{std::move(reason)}, std::move(watch)}};
}

// What may pass by itself leaves the version good. Anything else (a kind that is unknown, a version that the
// server calls malformed) may be about the version itself.
bool version_is_good(const Error& error) {
  return error.kind == ErrorKind::Transient && error.reason != "NotFound";
}

struct Transition {
  std::uint32_t failures;
  std::uint32_t expiries;
  double uniform;

  Step operator()(Listing&, PageArrived&& page) const {
    if (!page.continue_token.empty()) {
      FetchPage next{kPageSize, page.continue_token};
      return {State{Listing{std::move(page.continue_token)}, failures, expiries}, {std::move(next)}};
    }
    OpenWatch watch = open_watch(page.version, uniform);
    return {State{Watching{std::move(page.version)}, failures, expiries}, {FinishList{}, std::move(watch)}};
  }

  Step operator()(Listing&, ListFailed&& failed) const {
    if (failed.error.reason == "Expired")
      return list_again(expiries, std::move(failed.error.reason), uniform);
    return wait_then(std::nullopt, failures, std::move(failed.error.reason), uniform);
  }

  Step operator()(Watching& watching, EventArrived&& event) const {
    if (!event.version.empty()) watching.version = std::move(event.version);
    return {State{std::move(watching)}, {}};
  }

  Step operator()(Watching& watching, WatchEnded&& ended) const {
    if (ended.lasted < kShortWatch) {
      return wait_then(std::move(watching.version), failures, "ShortWatch", uniform);
    }
    return watch_again(std::move(watching.version), "Ended", uniform);
  }

  Step operator()(Watching& watching, WatchFailed&& failed) const {
    Error& error = failed.error;
    if (error.reason == "Expired") return list_again(expiries, std::move(error.reason), uniform);
    if (error.reason == "WatchIdle") {
      return watch_again(std::move(watching.version), std::move(error.reason), uniform);
    }
    if (!version_is_good(error)) return wait_then(std::nullopt, failures, std::move(error.reason), uniform);
    return wait_then(std::move(watching.version), failures, std::move(error.reason), uniform);
  }

  Step operator()(Waiting& waiting, WaitOver&&) const {
    if (!waiting.version) return {State{Listing{}, failures, expiries}, {first_page()}};
    OpenWatch watch = open_watch(*waiting.version, uniform);
    return {State{Watching{std::move(*waiting.version)}, failures, expiries}, {std::move(watch)}};
  }

  // An answer to a question that wasn't asked; the state stays as it is.
  template <class Phase, class Answer>
  Step operator()(Phase& phase, Answer&&) const {
    return {State{std::move(phase), failures, expiries}, {}};
  }
};

}  // namespace

Step start() {
  return {State{Listing{}, 0}, {first_page()}};
}

Step step(State state, Input input, double uniform) {
  return std::visit(Transition{state.failures, state.expiries, uniform}, state.phase, std::move(input));
}

}  // namespace athanor::runtime::watch
