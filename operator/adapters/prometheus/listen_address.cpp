#include "adapters/prometheus/listen_address.hpp"

#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

namespace athanor::prometheus_metrics {
namespace {

bool is_address(int family, const std::string& host) {
  in6_addr binary{};
  return ::inet_pton(family, host.c_str(), &binary) == 1;
}

std::optional<int> parse_port(std::string_view text) {
  int port = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && port >= 0 && port <= 65535 ? std::optional(port) : std::nullopt;
}

}  // namespace

std::string ListenAddress::civetweb() const {
  if (host.empty()) return std::to_string(port);
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

Result<ListenAddress> parse_listen_address(std::string_view text, std::string_view flag) {
  const auto refuse = [&](std::string_view why) {
    return fail(
        ErrorKind::Terminal, "InvalidAddress",
        fmt::format("{} is \"{}\": {}; expected HOST:PORT, such as 127.0.0.1:8080, [::1]:8080 or :8080", flag,
                    text, why));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse("no port");
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return refuse("no port between 0 and 65535");
  std::string host(text.substr(0, colon));
  if (host == "localhost") host = "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!is_address(AF_INET6, host)) return refuse("no IPv6 address in the brackets");
  } else if (!host.empty() && !is_address(AF_INET, host)) {
    return refuse("the host is no IP address");
  }
  return ListenAddress{std::move(host), *port};
}

Result<std::optional<ListenAddress>> parse_optional_address(std::string_view text, std::string_view flag) {
  if (text.empty() || text == "0") return std::nullopt;
  return parse_listen_address(text, flag).map([](ListenAddress address) { return std::optional(address); });
}

}  // namespace athanor::prometheus_metrics
