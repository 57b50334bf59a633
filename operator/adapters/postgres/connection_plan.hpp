// From what an environment says of its database to what libpq is told: which parameters may be given, which
// are set whatever was given, and the TLS rule (design section 7.1).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgres/dsn.hpp"
#include "core/audience.hpp"
#include "core/result.hpp"
#include "ports/database.hpp"

namespace athanor::postgres {

struct ConnectionPlan {
  /// One per host, in the order to try them; each has everything but the file of root_cert_pem.
  std::vector<Keywords> attempts;
  /// To be written to a file that every attempt's `sslrootcert` names; empty: none.
  std::string root_cert_pem;
  /// For all attempts together.
  std::chrono::milliseconds limit{10'000};
  Audience audience = Audience::Operator;
};

/// Where an operator's session looks for files that it must not find: libpq would otherwise take a password
/// file, a client certificate and revocation lists from the operator's own home.
inline constexpr std::string_view kNoFile = "/nonexistent/athanor";

/// The system's root certificates (libpq 15 does not know `sslrootcert=system` yet).
inline constexpr std::string_view kSystemRootCertificates = "/etc/ssl/certs/ca-certificates.crt";

/// Pure: reads no environment, file or name service.
///
/// A namespace's user writes the URL, and the operator connects from its own pod. So with `operator_rules`
/// only parameters are allowed that can neither name a file of the pod nor send what belongs to the operator
/// elsewhere, and whatever libpq would take from the operator's environment or home is set to nothing. On the
/// command line libpq's own parameters and defaults hold.
/// @return Terminal `InvalidDatabaseUrl`, naming a parameter that libpq knows, and never a value
[[nodiscard]] Result<ConnectionPlan> plan_connection(const ports::ConnectionSpec& spec);

/// True for unix sockets, `localhost`, ::1 and 127.0.0.0/8 in dotted form.
[[nodiscard]] bool is_local_host(std::string_view host);

}  // namespace athanor::postgres
