// The URL of an API server, taken apart.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::kubernetes {

struct ServerUrl {
  bool https = true;
  std::string host;  ///< an IPv6 address without its brackets
  int port = 443;
  std::string path;  ///< begins with a slash and doesn't end with one, or is empty

  bool operator==(const ServerUrl&) const = default;
};

/// @param text `https://HOST[:PORT][/PATH]` or http; an IPv6 address in brackets
/// @return Terminal `InvalidServerUrl`, also for a URL with user information, query or fragment
[[nodiscard]] Result<ServerUrl> parse_server_url(std::string_view text);

}  // namespace athanor::kubernetes
