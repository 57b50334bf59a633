// LIST and WATCH of one kind of object in one namespace, or in all.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "ports/objects.hpp"

namespace athanor::ports {

struct ListPage {
  std::vector<WatchedObject> items;
  std::string resource_version;
  std::string continue_token;  ///< empty on the last page
};

enum class WatchEventType { Added, Modified, Deleted, Bookmark };

struct WatchEvent {
  WatchEventType type = WatchEventType::Bookmark;
  WatchedObject object;  ///< of a bookmark only meta.resource_version is set
};

/// Return false to end the watch.
using WatchHandler = std::function<bool(WatchEvent)>;

class WatchSource {
 public:
  virtual ~WatchSource() = default;

  /// One page.
  /// @param limit of objects in the page
  /// @param continue_token of the page before, or empty
  /// @return as ResourceClient; Transient `Expired` if the continue token is too old (410)
  [[nodiscard]] virtual Result<ListPage> list(std::size_t limit, const std::string& continue_token,
                                              std::stop_token stop) = 0;

  /// Blocks and calls `handler` for each event, until the server ends the watch (success), `stop` is
  /// requested (success), the handler returns false (success), or something fails.
  /// @param server_timeout asked of the server as timeoutSeconds
  /// @param idle_timeout without a single event or bookmark for so long the watch is given up: Transient
  /// `WatchIdle`
  /// @return Transient `Expired` for 410, as a status code or an ERROR event; otherwise as ResourceClient
  [[nodiscard]] virtual Result<void> watch(const std::string& resource_version,
                                           std::chrono::seconds server_timeout,
                                           std::chrono::seconds idle_timeout, const WatchHandler& handler,
                                           std::stop_token stop) = 0;
};

}  // namespace athanor::ports
