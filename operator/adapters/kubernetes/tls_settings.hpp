// TLS towards the API server: which certificates, and how OpenSSL is told of them.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "core/result.hpp"
#include "ports/filesystem.hpp"

// OpenSSL's own name for its context, so that no header of OpenSSL is needed here.
using SSL_CTX = struct ssl_ctx_st;

namespace athanor::kubernetes {

/// PEM text, or the file in which it stands; both empty: none.
struct PemSource {
  std::string pem;
  std::filesystem::path file;

  [[nodiscard]] bool empty() const { return pem.empty() && file.empty(); }
  bool operator==(const PemSource&) const = default;
};

struct TlsSettings {
  PemSource certificate_authority;  ///< the only CAs that are trusted; none: the system's
  PemSource client_certificate;     ///< leaf first, then intermediates
  PemSource client_key;
  std::string server_name;  ///< what the server's certificate must name; empty: the host of the URL
  bool insecure_skip_verify = false;

  bool operator==(const TlsSettings&) const = default;
};

/// The same, read.
struct TlsMaterial {
  std::string certificate_authority;
  std::string client_certificate;
  std::string client_key;
};

/// Reads every file anew, so that rotated certificates count from the next connection on.
/// @return Transient `FileMissing` or `FileUnreadable` naming the file
[[nodiscard]] Result<TlsMaterial> read_tls_material(const TlsSettings& settings,
                                                    const ports::Filesystem& files);

/// Why the last handshake failed, in OpenSSL's words; cpprestsdk itself says "Error in SSL handshake" only.
class TlsDiagnosis {
 public:
  void record(std::string reason);
  /// The reason, which is forgotten then; empty if there is none.
  [[nodiscard]] std::string take();

 private:
  std::mutex mutex_;
  std::string reason_;
};

/// True for an IPv4 or IPv6 address in digits, without brackets.
[[nodiscard]] bool is_ip_address(const std::string& host);

/// Makes OpenSSL leave the system's CAs unread until configure_tls() wants them. cpprestsdk asks for them at
/// every connection, before it lets us say that we trust one CA of our own only: 20 ms and 1 MB each time.
/// Sets SSL_CERT_FILE of this process, so call it before there are threads; only the first call counts.
void defer_system_authorities();

/// Sets a fresh client context up: TLS 1.2 and later, the CA store replaced where there is a CA of our own
/// (a root or an intermediate),
/// the client certificate, and the name that the server's certificate must carry in its alternative names.
/// @param expected_name host name or address; empty: not checked
/// @return Transient `TlsSettingsInvalid` naming what OpenSSL could not read (never its content)
[[nodiscard]] Result<void> configure_tls(SSL_CTX* context, const TlsMaterial& material,
                                         const std::string& expected_name,
                                         std::shared_ptr<TlsDiagnosis> diagnosis);

}  // namespace athanor::kubernetes
