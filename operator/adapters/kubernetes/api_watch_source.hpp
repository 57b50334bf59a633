// ports::WatchSource on an API server.
#pragma once

#include <string>
#include <utility>

#include "adapters/kubernetes/api_caller.hpp"
#include "adapters/kubernetes/request_builder.hpp"
#include "ports/watch_source.hpp"

namespace athanor::kubernetes {

/// LIST and WATCH of one kind. ConfigMaps come as metadata only. One watch at a time and source.
class ApiWatchSource final : public ports::WatchSource {
 public:
  /// @param caller must outlive the source
  /// @param ns empty: all namespaces
  ApiWatchSource(ApiCaller& caller, WatchedKind kind, std::string ns)
      : caller_(caller), kind_(kind), ns_(std::move(ns)) {}

  [[nodiscard]] Result<ports::ListPage> list(std::size_t limit, const std::string& continue_token,
                                             std::stop_token stop) override;
  [[nodiscard]] Result<void> watch(const std::string& resource_version, std::chrono::seconds server_timeout,
                                   std::chrono::seconds idle_timeout, const ports::WatchHandler& handler,
                                   std::stop_token stop) override;

 private:
  ApiCaller& caller_;
  const WatchedKind kind_;
  const std::string ns_;
};

}  // namespace athanor::kubernetes
