// Ways to name a database, and their resolution in namespace shop.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "controller/connection_resolver.hpp"
#include "fakes/fake_resource_client.hpp"

namespace athanor::controller {

inline constexpr std::string_view kUri = "postgresql://shop:s3cr3t@db.shop.svc/shop";

inline api::ValueSource value(std::string text) {
  return {.value = std::move(text), .secret = {}, .config_map = {}};
}
inline api::ValueSource from_secret(std::string name, std::string key) {
  return {.value = {}, .secret = api::KeyRef{std::move(name), std::move(key)}, .config_map = {}};
}
inline api::ValueSource from_config_map(std::string name, std::string key) {
  return {.value = {}, .secret = {}, .config_map = api::KeyRef{std::move(name), std::move(key)}};
}

/// A resolution of its own, whose ConfigMaps no watch knows.
inline Result<ports::ConnectionSpec> resolve(const api::DatabaseSpec& database,
                                             fakes::FakeResourceClient& client, bool standalone = false) {
  ConfigMapReader config_maps(client, [](const ports::ObjectKey&) { return std::nullopt; });
  ReadVersions versions;
  return resolve_connection(database, "shop", {client, config_maps}, standalone, versions);
}

}  // namespace athanor::controller
