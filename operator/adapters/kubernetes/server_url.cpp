#include "adapters/kubernetes/server_url.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/text.hpp"

namespace athanor::kubernetes {
namespace {

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;
constexpr int kMaxPort = 65535;

bool is_host_name(std::string_view host) {
  return !host.empty() &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") ==
             std::string_view::npos;
}

bool is_ipv6_literal(std::string_view host) {
  return host.find(':') != std::string_view::npos &&
         host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

std::optional<int> parse_port(std::string_view digits) {
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port < 1 || port > kMaxPort) {
    return std::nullopt;
  }
  return port;
}

/// Takes host and port out of `authority`. @return false if they are none
bool parse_authority(std::string_view authority, ServerUrl& url) {
  std::string_view host = authority;
  std::string_view rest;
  if (take_prefix(host, "[")) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    rest = host.substr(end + 1);
    host = host.substr(0, end);
    if (!is_ipv6_literal(host)) return false;
  } else {
    const std::size_t colon = host.find(':');
    if (colon != std::string_view::npos) {
      rest = host.substr(colon);
      host = host.substr(0, colon);
    }
    if (!is_host_name(host)) return false;
  }
  url.host = host;
  url.port = url.https ? kHttpsPort : kHttpPort;
  if (rest.empty()) return true;
  if (!take_prefix(rest, ":")) return false;
  const std::optional<int> port = parse_port(rest);
  url.port = port.value_or(0);
  return port.has_value();
}

}  // namespace

Result<ServerUrl> parse_server_url(std::string_view text) {
  const auto invalid = [text] {
    // What stands before an @ may be a password.
    const std::size_t at = text.find('@');
    return fail(ErrorKind::Terminal, "InvalidServerUrl",
                fmt::format("\"{}\" is no URL of an API server; expected https://HOST:PORT",
                            at == std::string_view::npos ? text : text.substr(at + 1)));
  };
  std::string_view rest = text;
  ServerUrl url;
  url.https = take_prefix(rest, "https://");
  if (!url.https && !take_prefix(rest, "http://")) return invalid();
  if (rest.find_first_of("?#@ ") != std::string_view::npos) return invalid();
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    url.path = rest.substr(slash);
    while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();
    rest = rest.substr(0, slash);
  }
  if (!parse_authority(rest, url)) return invalid();
  return url;
}

}  // namespace athanor::kubernetes
