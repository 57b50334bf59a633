// Asks a server to cancel what a session of it runs.
#pragma once

#include <chrono>
#include <future>
#include <memory>

#include <libpq-fe.h>

namespace athanor::postgres {

/// The request is a connection of its own, and PQcancel() waits, for as long as the network likes, until the
/// server has taken it: so it goes out from a thread that can be left behind.
class CancelRequest {
 public:
  /// @param connection whose statements are to be cancelled; not used later
  explicit CancelRequest(PGconn* connection);

  void send();
  /// Waits for requests that are under way: one that arrived later would hit the session's next statement.
  /// @return false if one is still under way at `deadline`
  [[nodiscard]] bool settled_by(std::chrono::steady_clock::time_point deadline);

 private:
  std::shared_ptr<PGcancel> key_;
  std::future<bool> under_way_;
};

}  // namespace athanor::postgres
