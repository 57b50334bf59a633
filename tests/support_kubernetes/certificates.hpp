// Certificates for tests, made on the spot.
#pragma once

#include <string>
#include <vector>

namespace athanor::testing {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;  ///< PKCS #8
};

/// What stands in a certificate.
struct CertificateRequest {
  std::string common_name;
  std::string organization;               ///< what Kubernetes reads as group; empty: none
  std::vector<std::string> alternatives;  ///< "DNS:name" and "IP:address"
};

/// A certificate authority that signed itself.
[[nodiscard]] Certificate make_authority(const std::string& common_name);

/// A certificate authority that another one signed.
[[nodiscard]] Certificate make_intermediate(const Certificate& authority, const std::string& common_name);

/// A certificate for servers and clients, valid from an hour ago for a day.
[[nodiscard]] Certificate make_certificate(const Certificate& authority, const CertificateRequest& request);

/// The public half of a key, as PEM.
[[nodiscard]] std::string public_key_pem(const std::string& key_pem);

}  // namespace athanor::testing
