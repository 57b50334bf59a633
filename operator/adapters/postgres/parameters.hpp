// The names of libpq's connection parameters.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace athanor::postgres {

/// What may stand in an environment's URL or connection.
inline constexpr auto kAllowedParameters = std::to_array<std::string_view>({"application_name",
                                                                            "channel_binding",
                                                                            "client_encoding",
                                                                            "connect_timeout",
                                                                            "dbname",
                                                                            "fallback_application_name",
                                                                            "host",
                                                                            "hostaddr",
                                                                            "keepalives",
                                                                            "keepalives_count",
                                                                            "keepalives_idle",
                                                                            "keepalives_interval",
                                                                            "password",
                                                                            "port",
                                                                            "ssl_max_protocol_version",
                                                                            "ssl_min_protocol_version",
                                                                            "sslmode",
                                                                            "sslrootcert",
                                                                            "sslsni",
                                                                            "target_session_attrs",
                                                                            "tcp_user_timeout",
                                                                            "user"});

/// What libpq has beside them: for the command line, and to be named in refusals.
inline constexpr auto kCommandLineParameters = std::to_array<std::string_view>(
    {"gssencmode", "gsslib", "krbsrvname", "options", "passfile", "requirepeer", "service", "sslcert",
     "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslpassword"});

template <std::size_t N>
[[nodiscard]] constexpr bool is_one_of(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// A name that libpq does not know may be a piece of a password with a bare `?` or a space: not to be
/// printed.
[[nodiscard]] constexpr bool is_parameter(std::string_view name) {
  return is_one_of(kAllowedParameters, name) || is_one_of(kCommandLineParameters, name);
}

}  // namespace athanor::postgres
