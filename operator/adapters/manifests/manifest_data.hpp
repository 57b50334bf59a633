// What ConfigMaps and Secrets carry.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "adapters/manifests/manifest.hpp"
#include "ports/objects.hpp"

namespace athanor::manifests {

using ports::StringMap;

/// Undoes base64 and lays stringData over data, as an API server does.
/// @return which key is wrong and how, never its value
[[nodiscard]] tl::expected<void, std::string> fill_secret(Manifest& secret, StringMap data,
                                                          StringMap string_data);

/// @return likewise; a key in both data and binaryData is wrong
[[nodiscard]] tl::expected<void, std::string> fill_config_map(Manifest& config_map, StringMap data,
                                                              StringMap binary_data);

}  // namespace athanor::manifests
