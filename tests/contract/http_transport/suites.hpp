// The fixtures of the contract's parts.
#pragma once

#include <string>

#include "contract/http_transport/contract.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {

class HttpContract : public TransportContract {};

class StreamContract : public TransportContract {};

class LeaseContract : public TransportContract {};

class TlsContract : public TransportContract {
 protected:
  /// Options for `server` that trust `authority`.
  [[nodiscard]] kubernetes::TransportOptions trusting(const LoopbackServer& server,
                                                      const Certificate& authority,
                                                      const std::string& host = "") const;

  const TempFolder folder_;
  Certificate authority_ = make_authority("the cluster's CA");
  Certificate foreign_authority_ = make_authority("somebody else's CA");
  /// For 127.0.0.1, ::1 and localhost.
  Certificate server_certificate_ =
      make_certificate(authority_, {"server", "", {"IP:127.0.0.1", "IP:::1", "DNS:localhost"}});
};

}  // namespace athanor::testing
