// ports::ResourceClient and ports::EnvironmentClient on an API server.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/kubernetes/api_caller.hpp"
#include "ports/environment_client.hpp"
#include "ports/resource_client.hpp"

namespace athanor::kubernetes {

/// Thread-safe. Errors beside the port's: Transient `Unauthorized` (401).
class RestClient final : public ports::ResourceClient, public ports::EnvironmentClient {
 public:
  /// @param caller must outlive the client
  /// @param hurry once requested, no call waits for what a busy server asks for (Retry-After)
  explicit RestClient(ApiCaller& caller, std::stop_token hurry = {})
      : caller_(caller), hurry_(std::move(hurry)) {}

  [[nodiscard]] Result<std::string> cluster_id() override;
  [[nodiscard]] Result<ports::ConfigMap> config_map(const ports::ObjectKey& key) override;
  [[nodiscard]] Result<ports::Secret> secret(const ports::ObjectKey& key) override;
  [[nodiscard]] Result<std::string> patch_status(const ports::ObjectKey& key, std::string_view uid,
                                                 std::string_view merge_patch) override;
  [[nodiscard]] Result<ports::WatchedObject> environment(const ports::ObjectKey& key) override;
  [[nodiscard]] Result<ports::WatchedObject> patch_environment(const ports::ObjectKey& key,
                                                               std::string_view merge_patch,
                                                               std::string_view manager) override;
  [[nodiscard]] Result<ports::Lease> lease(const ports::ObjectKey& key) override;
  [[nodiscard]] Result<ports::Lease> create_lease(const ports::Lease& lease) override;
  [[nodiscard]] Result<ports::Lease> update_lease(const ports::Lease& lease) override;
  [[nodiscard]] Result<void> create_event(const ports::EventRecord& event) override;
  [[nodiscard]] Result<void> update_event_series(const ports::EventRecord& event) override;

 private:
  /// What a status patch failed for, once the object was looked at where the answer doesn't tell.
  [[nodiscard]] Error refused_patch(const ports::ObjectKey& key, std::string_view uid, Error error);

  [[nodiscard]] Result<ports::HttpResponse> call(const ApiRequest& request) {
    return caller_.call(request, hurry_);
  }

  ApiCaller& caller_;
  const std::stop_token hurry_;
};

}  // namespace athanor::kubernetes
