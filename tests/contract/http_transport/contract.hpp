// What every case of the contract shares: which transport is under test, and how it is made.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "adapters/kubernetes/transport_options.hpp"
#include "adapters/system/posix_filesystem.hpp"
#include "contract/http_transport/loopback_server.hpp"
#include "ports/http_transport.hpp"

namespace athanor::testing {

using TransportPtr = std::unique_ptr<ports::HttpTransport>;

/// One implementation of ports::HttpTransport.
struct Implementation {
  std::string name;
  std::function<Result<TransportPtr>(kubernetes::TransportOptions, const ports::Filesystem&)> create;
};

inline std::string implementation_name(const ::testing::TestParamInfo<Implementation>& info) {
  return info.param.name;
}

// Bounds for waits that end long before on any machine; a case that reaches one fails.
inline constexpr std::chrono::milliseconds kLong{20'000};
inline constexpr std::chrono::milliseconds kPrompt{1'000};

inline ports::HttpRequest get(const std::string& target = "/") {
  return {"GET", target, {}, ""};
}

inline ports::HttpRequest with_body(const std::string& method, const std::string& body) {
  return {method, "/", {{"Content-Type", "application/json"}}, body};
}

class TransportContract : public ::testing::TestWithParam<Implementation> {
 protected:
  [[nodiscard]] Result<TransportPtr> try_create(kubernetes::TransportOptions options) const {
    return GetParam().create(std::move(options), files_);
  }
  [[nodiscard]] TransportPtr create(kubernetes::TransportOptions options) const {
    auto made = try_create(std::move(options));
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }
  [[nodiscard]] TransportPtr create(const LoopbackServer& server) const {
    kubernetes::TransportOptions options;
    options.server = server.url();
    return create(std::move(options));
  }

  system::PosixFilesystem files_;
};

}  // namespace athanor::testing
