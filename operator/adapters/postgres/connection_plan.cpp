#include "adapters/postgres/connection_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "adapters/postgres/parameters.hpp"

namespace athanor::postgres {
namespace {

using namespace std::string_view_literals;

constexpr std::array kSslModes = {"disable"sv, "allow"sv,     "prefer"sv,
                                  "require"sv, "verify-ca"sv, "verify-full"sv};
constexpr std::array kSessionAttributes = {"any"sv, "read-write"sv, "primary"sv};

constexpr std::size_t kMostHosts = 16;

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::Terminal, "InvalidDatabaseUrl", std::move(message));
}

std::string value_of(const Keywords& keywords, std::string_view name) {
  const auto found = keywords.find(name);
  return found == keywords.end() ? std::string() : found->second;
}

/// Empty values count as not given, as in libpq.
bool has(const Keywords& keywords, std::string_view name) {
  return !value_of(keywords, name).empty();
}

bool is_pem(std::string_view text) {
  return text.find("-----BEGIN ") != std::string_view::npos;
}

bool is_socket(std::string_view host) {
  return host.starts_with('/') || host.starts_with('@');
}

std::string_view to_sslmode(ports::TlsMode mode) {
  switch (mode) {
    case ports::TlsMode::Disable:
      return "disable";
    case ports::TlsMode::Require:
      return "require";
    case ports::TlsMode::VerifyCa:
      return "verify-ca";
    case ports::TlsMode::VerifyFull:
      break;
  }
  return "verify-full";
}

Result<void> check_names(const Keywords& keywords, bool operator_rules) {
  for (const auto& [name, value] : keywords) {
    if (is_one_of(kAllowedParameters, name)) continue;
    const bool known = is_one_of(kCommandLineParameters, name);
    if (known && !operator_rules) continue;
    const std::string what = known ? fmt::format("The parameter `{}`", name) : "A parameter";
    return invalid(
        fmt::format("{} of the database's connection is not one that Athanor accepts here. Accepted are: {}.",
                    what, fmt::join(kAllowedParameters, ", ")));
  }
  return {};
}

Result<void> check_values(const Keywords& keywords) {
  for (const auto& [name, value] : keywords) {
    if (value.find('\0') != std::string::npos)
      return invalid(fmt::format("The parameter `{}` has a zero byte.", name));
  }
  if (has(keywords, "sslmode") && !is_one_of(kSslModes, value_of(keywords, "sslmode"))) {
    return invalid(fmt::format("The parameter `sslmode` must be one of {}.", fmt::join(kSslModes, ", ")));
  }
  if (has(keywords, "target_session_attrs") &&
      !is_one_of(kSessionAttributes, value_of(keywords, "target_session_attrs"))) {
    return invalid(fmt::format("The parameter `target_session_attrs` must be one of {}: migrations write.",
                               fmt::join(kSessionAttributes, ", ")));
  }
  for (const std::string_view number :
       {"connect_timeout"sv, "keepalives"sv, "keepalives_count"sv, "keepalives_idle"sv,
        "keepalives_interval"sv, "tcp_user_timeout"sv, "sslsni"sv}) {
    const std::string value = value_of(keywords, number);
    if (value.size() > 9 || value.find_first_not_of("0123456789") != std::string::npos) {
      return invalid(fmt::format("The parameter `{}` must be a number.", number));
    }
  }
  return {};
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view host) {
  if (is_socket(host)) return true;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '%';
  });
}

struct Endpoint {
  std::string host;
  std::string hostaddr;
  std::string port;
};

/// What decides whether the endpoint is local: the address, where one is given, since it is what is dialled.
bool is_local(const Endpoint& endpoint) {
  return is_local_host(endpoint.hostaddr.empty() ? endpoint.host : endpoint.hostaddr);
}

/// Pairs the lists `host`, `hostaddr` and `port` up, by libpq's rules.
Result<std::vector<Endpoint>> endpoints_of(const Keywords& keywords) {
  const std::vector<std::string> hosts = split_list(value_of(keywords, "host"));
  const std::vector<std::string> addresses = split_list(value_of(keywords, "hostaddr"));
  const std::vector<std::string> ports = split_list(value_of(keywords, "port"));
  const bool has_hosts = has(keywords, "host");
  const bool has_addresses = has(keywords, "hostaddr");
  if (has_hosts && has_addresses && hosts.size() != addresses.size()) {
    return invalid("The parameters `host` and `hostaddr` name a different number of hosts.");
  }
  const std::size_t count = has_addresses ? addresses.size() : hosts.size();
  if (count > kMostHosts) return invalid(fmt::format("More than {} hosts are given.", kMostHosts));
  if (ports.size() != 1 && ports.size() != count) {
    return invalid("The parameters `host` and `port` have a different number of entries.");
  }
  std::vector<Endpoint> endpoints;
  for (std::size_t i = 0; i < count; ++i) {
    Endpoint endpoint{has_hosts ? hosts[i] : "", has_addresses ? addresses[i] : "",
                      ports.size() == 1 ? ports[0] : ports[i]};
    if (endpoint.port.empty()) endpoint.port = "5432";
    if (!is_port(endpoint.port)) {
      return invalid(
          "A port of the database must be a number from 1 to 65535. If the URL's password has a `/`, `?` or "
          "`#`, write it "
          "percent-encoded.");
    }
    if (!is_host(endpoint.host) || !is_host(endpoint.hostaddr)) {
      return invalid(
          "A host of the database has a character that no host name has. If the URL's user or password has "
          "an `@`, `:`, `/` "
          "or `?`, write it percent-encoded.");
    }
    if (endpoint.host.empty() && endpoint.hostaddr.empty())
      return invalid("The database's connection names no host.");
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

/// The TLS mode to use (design section 7.1): what the environment says, else the rule.
std::string_view tls_mode(const ports::ConnectionSpec& spec, const Keywords& given,
                          const std::vector<Endpoint>& endpoints, bool has_root) {
  if (spec.tls) return to_sslmode(*spec.tls);
  if (const auto found = given.find("sslmode"); found != given.end() && !found->second.empty()) {
    return found->second;
  }
  const bool all_sockets = std::all_of(endpoints.begin(), endpoints.end(), [](const Endpoint& e) {
    return e.hostaddr.empty() && is_socket(e.host);
  });
  if (has_root && !all_sockets) return "verify-full";
  return std::all_of(endpoints.begin(), endpoints.end(), is_local) ? "prefer" : "verify-full";
}

/// Where the root certificates come from, into `plan` and `keywords`.
Result<void> set_root_certificate(const ports::ConnectionSpec& spec, Keywords& keywords,
                                  ConnectionPlan& plan) {
  const std::string given = value_of(keywords, "sslrootcert");
  plan.root_cert_pem = !spec.root_cert_pem.empty() ? spec.root_cert_pem
                       : is_pem(given)             ? given
                                                   : std::string();
  if (!plan.root_cert_pem.empty()) {
    if (!is_pem(plan.root_cert_pem)) {
      return invalid(
          "The root certificate is not in PEM form: it must have a line `-----BEGIN CERTIFICATE-----`.");
    }
    keywords.erase("sslrootcert");
  } else if (given == "system") {
    keywords["sslrootcert"] = kSystemRootCertificates;
  } else if (!given.empty() && spec.operator_rules) {
    return invalid(
        "The parameter `sslrootcert` must be `system` or a certificate in PEM form: the operator reads no "
        "file of its "
        "own pod. Give the certificate as spec.database.tls.rootCert.");
  }
  return {};
}

/// libpq's own defaults that must hold whatever stands in the operator's environment and home. An empty value
/// keeps libpq from looking there.
void set_operator_defaults(Keywords& keywords) {
  for (const std::string_view nothing : {"hostaddr"sv, "options"sv, "password"sv, "requirepeer"sv,
                                         "sslcrldir"sv, "sslpassword"sv, "ssl_max_protocol_version"sv}) {
    keywords.try_emplace(std::string(nothing), "");
  }
  for (const std::string_view file : {"passfile"sv, "sslcert"sv, "sslkey"sv, "sslcrl"sv}) {
    keywords[std::string(file)] = kNoFile;
  }
  keywords["gssencmode"] = "disable";
  keywords.try_emplace("krbsrvname", "postgres");
  keywords.try_emplace("channel_binding", "prefer");
  keywords.try_emplace("sslsni", "1");
  keywords.try_emplace("ssl_min_protocol_version", "TLSv1.2");
}

/// A dead peer is noticed within about a minute, whoever has to speak next.
void set_session_defaults(const ports::ConnectionSpec& spec, Keywords& keywords) {
  keywords["client_encoding"] = "UTF8";
  keywords.try_emplace("application_name", spec.application_name);
  keywords.try_emplace("target_session_attrs", "read-write");
  keywords.try_emplace("keepalives", "1");
  keywords.try_emplace("keepalives_idle", "30");
  keywords.try_emplace("keepalives_interval", "10");
  keywords.try_emplace("keepalives_count", "3");
  keywords.try_emplace("tcp_user_timeout", "60000");
}

Result<Keywords> given_keywords(const ports::ConnectionSpec& spec) {
  Keywords keywords;
  if (!spec.url.empty()) {
    auto parsed = parse_dsn(spec.url);
    if (!parsed) return parsed;
    keywords = std::move(*parsed);
  }
  for (const auto& [name, value] : spec.parameters) keywords.insert_or_assign(name, value);
  // Given but empty is not given; only the names still count, so that a forbidden one is never overlooked.
  if (auto checked = check_names(keywords, spec.operator_rules); !checked)
    return fail(std::move(checked.error()));
  std::erase_if(keywords, [](const auto& entry) { return entry.second.empty(); });
  if (auto checked = check_values(keywords); !checked) return fail(std::move(checked.error()));
  return keywords;
}

}  // namespace

bool is_local_host(std::string_view host) {
  if (is_socket(host) || host == "localhost" || host == "::1") return true;
  in_addr address{};
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
         (ntohl(address.s_addr) >> 24U) == 127;
}

Result<ConnectionPlan> plan_connection(const ports::ConnectionSpec& spec) {
  auto given = given_keywords(spec);
  if (!given) return fail(std::move(given.error()));
  Keywords common = *given;
  ConnectionPlan plan;
  plan.audience = spec.audience();
  if (has(common, "connect_timeout")) {
    const std::chrono::milliseconds asked =
        std::chrono::seconds(std::stoi(value_of(common, "connect_timeout")));
    if (asked.count() > 0) plan.limit = std::min(plan.limit, asked);
  }
  if (auto set = set_root_certificate(spec, common, plan); !set) return fail(std::move(set.error()));
  const bool has_root = !plan.root_cert_pem.empty() || has(common, "sslrootcert");

  std::vector<Endpoint> endpoints;
  if (spec.operator_rules || has(common, "host") || has(common, "hostaddr")) {
    auto found = endpoints_of(common);
    if (!found) return fail(std::move(found.error()));
    endpoints = std::move(*found);
  }
  if (spec.tls) common["sslmode"] = to_sslmode(*spec.tls);
  set_session_defaults(spec, common);
  if (spec.operator_rules) {
    if (!has(common, "user")) return invalid("The database's connection names no user.");
    common.try_emplace("dbname", value_of(common, "user"));
    common["sslmode"] = tls_mode(spec, *given, endpoints, has_root);
    // With a root certificate in the operator's home libpq would verify even where nobody asked for it.
    const bool verifies = value_of(common, "sslmode").starts_with("verify");
    common.try_emplace("sslrootcert", verifies ? kSystemRootCertificates : kNoFile);
    set_operator_defaults(common);
  }
  if (!plan.root_cert_pem.empty()) common.erase("sslrootcert");
  if (endpoints.empty()) plan.attempts.push_back(std::move(common));
  for (const Endpoint& endpoint : endpoints) {
    Keywords attempt = common;
    attempt["host"] = endpoint.host;
    attempt["hostaddr"] = endpoint.hostaddr;
    attempt["port"] = endpoint.port;
    plan.attempts.push_back(std::move(attempt));
  }
  return plan;
}

}  // namespace athanor::postgres
