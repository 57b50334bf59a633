// List, watch, list again: what to ask of the API server next, as a state machine without a server.
//
//        +-- page --+                       +-- event --+
//        v          |                       v           |
//      Listing -----+---- last page ----> Watching -----+
//        ^  |                               |  |
//        |  +-- refused --> Waiting <-------+  |  ended, idle: watch again from the last version, at once
//        |                   |   |             |  refused: the same after a wait
//        +-- listing again --+   +-> Watching  |
//        +------------------- expired (410) ---+
//
// A resourceVersion is opaque here: it is kept and given back, never compared or counted with.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "ports/clock.hpp"

namespace athanor::runtime::watch {

inline constexpr std::size_t kPageSize = 500;
/// The server is asked to end each watch after a random time in between, so that the watches of many clients
/// don't all come back at once.
inline constexpr std::chrono::seconds kShortestTimeout{300};
inline constexpr std::chrono::seconds kLongestTimeout{600};
/// A connection may die without a word, so a silent watch is begun anew. That is no failure: a server sends a
/// bookmark about once a minute, but none for a kind that hasn't changed since the server started.
inline constexpr std::chrono::seconds kIdleTimeout{180};
/// Waits are 800 ms * 2^failures up to 30 s, and then up to twice that by jitter (as client-go's reflector).
inline constexpr ports::Millis kBackoffBase{800};
inline constexpr ports::Millis kBackoffCap{std::chrono::seconds{30}};
inline constexpr double kBackoffJitter = 1.0;
/// A watch that the server ends sooner than that counts as a failure, or a broken server would be asked
/// without pause.
inline constexpr ports::Millis kShortWatch{std::chrono::seconds{1}};

// States.
struct Listing {
  std::string continue_token;  ///< of the page that is being fetched; empty: the first
  bool operator==(const Listing&) const = default;
};
struct Watching {
  std::string version;  ///< of the latest event, bookmark or list
  bool operator==(const Watching&) const = default;
};
struct Waiting {
  std::optional<std::string> version;  ///< to watch from afterwards; nullopt: to list again
  bool operator==(const Waiting&) const = default;
};
struct State {
  std::variant<Listing, Watching, Waiting> phase;
  std::uint32_t failures = 0;  ///< in a row, without anything seen in between; a 410 is an answer and none
  std::uint32_t expiries = 0;  ///< 410s in a row, likewise
  bool operator==(const State&) const = default;
};

// Inputs.
struct PageArrived {
  std::string version;
  std::string continue_token;  ///< empty: it was the last page
};
struct ListFailed {
  Error error;
};
struct EventArrived {
  std::string version;  ///< of an object or a bookmark
};
struct WatchEnded {
  ports::Millis lasted;  ///< the server ended it in good order
};
struct WatchFailed {
  Error error;
};
struct WaitOver {};
using Input = std::variant<PageArrived, ListFailed, EventArrived, WatchEnded, WatchFailed, WaitOver>;

// Actions.
struct FetchPage {
  std::size_t limit;
  std::string continue_token;  ///< empty: a new list begins
  bool operator==(const FetchPage&) const = default;
};
/// The list is complete: what it didn't have is gone, and the cache is in sync.
struct FinishList {
  bool operator==(const FinishList&) const = default;
};
struct OpenWatch {
  std::string version;
  std::chrono::seconds server_timeout;
  std::chrono::seconds idle_timeout;
  bool operator==(const OpenWatch&) const = default;
};
struct Wait {
  ports::Millis duration;
  bool operator==(const Wait&) const = default;
};
/// Something had to be begun again; the reason is a metric label: `Ended`, `ShortWatch`, or the Error's
/// (`WatchIdle`, `Expired`, …).
struct CountRestart {
  std::string reason;
  bool operator==(const CountRestart&) const = default;
};
using Action = std::variant<FetchPage, FinishList, OpenWatch, Wait, CountRestart>;

/// Where to go and what to do, in order. At most one action asks for an answer (FetchPage, OpenWatch, Wait),
/// and it is the last; none means that the watch simply goes on.
struct Step {
  State state;
  std::vector<Action> actions;
};

[[nodiscard]] Step start();

/// @param uniform a random number in [0, 1), for timeouts and waits
[[nodiscard]] Step step(State state, Input input, double uniform);

}  // namespace athanor::runtime::watch
