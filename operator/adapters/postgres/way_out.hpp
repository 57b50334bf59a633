// What errors tell their reader to do, in the reader's own words.
#pragma once

#include <string_view>

#include "core/audience.hpp"

namespace athanor::postgres {

struct WayOut {
  std::string_view statement_timeout;  ///< what is raised: "raise …"
  std::string_view other_role;         ///< where another role is named: "… as another role (…)"
  std::string_view owner;              ///< the same for the role that owns an object: "and …"
  std::string_view encrypt;            ///< how TLS is asked for: "…, or remove"
  std::string_view do_not_encrypt;     ///< how it is not: "if the network is trusted, …"
  std::string_view login;              ///< where user and password are: "Check user and password in …"
  std::string_view without_password;   ///< "The server asks for a password, and …"
  std::string_view root_certificate;   ///< "Give the certificate authority as …"
};

inline constexpr WayOut kOperatorsWayOut{.statement_timeout = "policy.statementTimeout",
                                         .other_role = "spec.database.role",
                                         .owner = "name that role as spec.database.role",
                                         .encrypt = "Set tls.mode to verify-full",
                                         .do_not_encrypt = "set tls.mode to disable",
                                         .login = "the Secret",
                                         .without_password = "the environment gives none",
                                         .root_certificate = "tls.rootCert, or in a URL as sslrootcert"};

inline constexpr WayOut kCommandLinesWayOut{
    .statement_timeout = "--statement-timeout",
    .other_role = "the user of sqlalchemy.url or --url",
    .owner = "have that role in sqlalchemy.url or --url",
    .encrypt = "Add `sslmode=verify-full` to the URL",
    .do_not_encrypt = "add `sslmode=disable` to the URL",
    .login = "sqlalchemy.url or --url",
    .without_password =
        "neither the URL (sqlalchemy.url or --url) nor PGPASSWORD nor a password file gives one",
    .root_certificate = "sslrootcert in the URL"};

[[nodiscard]] constexpr const WayOut& way_out_of(Audience audience) {
  return audience == Audience::Operator ? kOperatorsWayOut : kCommandLinesWayOut;
}

}  // namespace athanor::postgres
