// HOST:PORT as the operator's flags take it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::prometheus_metrics {

/// Where to listen.
struct ListenAddress {
  std::string host;  ///< an IPv4 or IPv6 address; empty: every IPv4 one
  int port = 0;      ///< 0: any free one

  bool operator==(const ListenAddress&) const = default;
  /// As civetweb writes it: "8080", "127.0.0.1:8080", "[::1]:8080".
  [[nodiscard]] std::string civetweb() const;
};

/// Takes "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080" (every IPv4 address). No other host names:
/// what one resolves to is not known until it is too late.
/// @param flag named in the error, for example "--metrics-address"
/// @return Terminal `InvalidAddress`
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text, std::string_view flag);

/// The same, and nullopt for "" and "0": not served.
[[nodiscard]] Result<std::optional<ListenAddress>> parse_optional_address(std::string_view text,
                                                                          std::string_view flag);

}  // namespace athanor::prometheus_metrics
