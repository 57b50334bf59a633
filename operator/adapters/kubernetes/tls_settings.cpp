#include "adapters/kubernetes/tls_settings.hpp"

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace athanor::kubernetes {
namespace {

constexpr const char* kCertFileVariable = "SSL_CERT_FILE";
constexpr const char* kNoFile = "/dev/null";

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, BioFree>;
using X509Ptr = std::unique_ptr<X509, X509Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyFree>;

BioPtr bio_of(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// The newest entry of OpenSSL's error queue, which is emptied.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "no PEM block found";
}

tl::unexpected<Error> invalid(std::string_view what) {
  return fail(ErrorKind::Transient, "TlsSettingsInvalid",
              fmt::format("cannot use the {} for the API server: {}", what, openssl_reason()));
}

/// A key with a pass phrase can't be asked for one here.
int no_pass_phrase(char*, int, int, void*) {
  return 0;
}

Result<void> trust_only(SSL_CTX* context, const std::string& pem) {
  X509_STORE* store = X509_STORE_new();
  SSL_CTX_set_cert_store(context, store);  // takes ownership, drops the system's CAs
  // An intermediate alone is trust enough for Go, and so for kubectl: a file that serves it has to serve
  // here.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  const BioPtr bio = bio_of(pem);
  int count = 0;
  while (const X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return invalid("CA certificate");
    ++count;
  }
  if (count == 0) return invalid("CA certificate");
  ERR_clear_error();  // the end of the text is an error to OpenSSL
  return {};
}

/// What OpenSSL would have read, had defer_system_authorities() not been called.
std::string& system_authorities_file() {
  static std::string file;
  return file;
}

void trust_system(SSL_CTX* context) {
  const char* current = std::getenv(kCertFileVariable);
  // Otherwise OpenSSL has read its file already; its folder it always looks up by itself.
  if (current != nullptr && current == std::string_view(kNoFile)) {
    SSL_CTX_load_verify_file(context, system_authorities_file().c_str());
    ERR_clear_error();  // a system without that file has a folder, or no CAs
  }
}

Result<void> present(SSL_CTX* context, const TlsMaterial& material) {
  const BioPtr certificates = bio_of(material.client_certificate);
  const X509Ptr leaf{PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr)};
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return invalid("client certificate");
  while (X509* intermediate = PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr)) {
    SSL_CTX_add_extra_chain_cert(context, intermediate);  // takes ownership
  }
  ERR_clear_error();
  const BioPtr key_text = bio_of(material.client_key);
  const KeyPtr key{PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_pass_phrase, nullptr)};
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return invalid("client key");
  if (SSL_CTX_check_private_key(context) != 1) return invalid("client key with the client certificate");
  return {};
}

/// Beside cpprestsdk's own check, which also takes a match in the subject's common name.
Result<void> expect_name(SSL_CTX* context, const std::string& name) {
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(parameters,
                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool set = is_ip_address(name)
                       ? X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1
                       : X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size()) == 1;
  if (!set) return invalid("server name");
  return {};
}

using DiagnosisPtr = std::shared_ptr<TlsDiagnosis>;

void free_diagnosis(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<DiagnosisPtr*>(held);  // NOLINT(cppcoreguidelines-owning-memory): OpenSSL owned it
}

int diagnosis_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_diagnosis);
  return index;
}

/// OpenSSL calls this for every alert, sent or received.
void note_alert(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_ALERT) == 0 || (value >> 8) != SSL3_AL_FATAL) return;
  const auto* held = static_cast<DiagnosisPtr*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), diagnosis_index()));
  if (held == nullptr) return;
  const long verdict = SSL_get_verify_result(ssl);
  if ((where & SSL_CB_READ) != 0) {
    (*held)->record(fmt::format("the server refused the connection ({})", SSL_alert_desc_string_long(value)));
  } else if (verdict != X509_V_OK) {
    (*held)->record(
        fmt::format("the server's certificate is not valid ({})", X509_verify_cert_error_string(verdict)));
  } else {
    (*held)->record(SSL_alert_desc_string_long(value));
  }
}

Result<std::string> read_pem(const PemSource& source, const ports::Filesystem& files) {
  if (source.file.empty()) return source.pem;
  return files.read(source.file);
}

}  // namespace

void TlsDiagnosis::record(std::string reason) {
  const std::lock_guard lock(mutex_);
  reason_ = std::move(reason);
}

std::string TlsDiagnosis::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(reason_, {});
}

Result<TlsMaterial> read_tls_material(const TlsSettings& settings, const ports::Filesystem& files) {
  auto authority = read_pem(settings.certificate_authority, files);
  if (!authority) return fail(authority.error());
  auto certificate = read_pem(settings.client_certificate, files);
  if (!certificate) return fail(certificate.error());
  auto key = read_pem(settings.client_key, files);
  if (!key) return fail(key.error());
  return TlsMaterial{std::move(*authority), std::move(*certificate), std::move(*key)};
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

void defer_system_authorities() {
  static std::once_flag once;
  std::call_once(once, [] {
    const char* current = std::getenv(kCertFileVariable);
    system_authorities_file() = current != nullptr ? current : X509_get_default_cert_file();
    ::setenv(kCertFileVariable, kNoFile, 1);
  });
}

Result<void> configure_tls(SSL_CTX* context, const TlsMaterial& material, const std::string& expected_name,
                           std::shared_ptr<TlsDiagnosis> diagnosis) {
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (!material.certificate_authority.empty()) {
    if (auto trusted = trust_only(context, material.certificate_authority); !trusted) return trusted;
  } else {
    trust_system(context);
  }
  if (!material.client_certificate.empty()) {
    if (auto presented = present(context, material); !presented) return presented;
  }
  if (!expected_name.empty()) {
    if (auto expected = expect_name(context, expected_name); !expected) return expected;
  }
  SSL_CTX_set_ex_data(context, diagnosis_index(), new DiagnosisPtr(std::move(diagnosis)));
  SSL_CTX_set_info_callback(context, note_alert);
  return {};
}

}  // namespace athanor::kubernetes
