#include "adapters/postgres/cancel_request.hpp"

#include <array>

#include "adapters/postgres/side_threads.hpp"

namespace athanor::postgres {
namespace {

/// Requests that a silent network swallowed; where so many hang, another would too.
constexpr int kMostRequests = 32;

SideThreads& threads() {
  static SideThreads all(kMostRequests);
  return all;
}

}  // namespace

CancelRequest::CancelRequest(PGconn* connection) : key_(PQgetCancel(connection), PQfreeCancel) {}

void CancelRequest::send() {
  if (!key_ || under_way_.valid()) return;
  under_way_ = threads().start([key = key_] {
    std::array<char, 256> error{};
    // Fails if the server is gone, and then there is nothing to cancel.
    return PQcancel(key.get(), error.data(), static_cast<int>(error.size())) != 0;
  });
}

bool CancelRequest::settled_by(std::chrono::steady_clock::time_point deadline) {
  if (!under_way_.valid()) return true;
  if (under_way_.wait_until(deadline) != std::future_status::ready) return false;
  under_way_ = {};
  return true;
}

}  // namespace athanor::postgres
