#include "support_kubernetes/certificates.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace athanor::testing {
namespace {

constexpr long kHour = 3600;

struct Free {
  void operator()(BIO* value) const { BIO_free(value); }
  void operator()(EVP_PKEY* value) const { EVP_PKEY_free(value); }
  void operator()(X509* value) const { X509_free(value); }
  void operator()(X509_EXTENSION* value) const { X509_EXTENSION_free(value); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

template <class T>
Owned<T> checked(T* value, const char* what) {
  if (value == nullptr) throw std::runtime_error(std::string("OpenSSL: ") + what);
  return Owned<T>(value);
}

template <class Write>
std::string to_pem(const Write& write) {
  const auto bio = checked(BIO_new(BIO_s_mem()), "BIO_new");
  if (write(bio.get()) != 1) throw std::runtime_error("OpenSSL: cannot write PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Owned<BIO> reader(const std::string& pem) {
  return checked(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), "BIO_new_mem_buf");
}

Owned<EVP_PKEY> read_key(const std::string& pem) {
  return checked(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr), "key");
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const auto extension = checked(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), value.c_str());
  X509_add_ext(certificate, extension.get(), -1);
}

void set_name(X509* certificate, const CertificateRequest& request) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto add = [name](const char* field, const std::string& text) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
  };
  if (!request.organization.empty()) add("O", request.organization);
  add("CN", request.common_name);
}

Owned<X509> draft(const CertificateRequest& request, EVP_PKEY* key) {
  auto certificate = checked(X509_new(), "X509_new");
  X509_set_version(certificate.get(), 2);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * kHour);
  X509_set_pubkey(certificate.get(), key);
  set_name(certificate.get(), request);
  return certificate;
}

Owned<X509> read_certificate(const std::string& pem) {
  return checked(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr), "CA");
}

void make_it_sign(X509* certificate, X509* issuer) {
  add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
}

Certificate sign(X509* certificate, EVP_PKEY* key, EVP_PKEY* signer) {
  if (X509_sign(certificate, signer, EVP_sha256()) == 0) throw std::runtime_error("OpenSSL: cannot sign");
  return {to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); }), to_pem([&](BIO* bio) {
            return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace

Certificate make_authority(const std::string& common_name) {
  const auto key = checked(EVP_EC_gen("P-256"), "EVP_EC_gen");
  const auto certificate = draft({common_name, "", {}}, key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  make_it_sign(certificate.get(), certificate.get());
  return sign(certificate.get(), key.get(), key.get());
}

Certificate make_intermediate(const Certificate& authority, const std::string& common_name) {
  const auto issuer = read_certificate(authority.certificate_pem);
  const auto key = checked(EVP_EC_gen("P-256"), "EVP_EC_gen");
  const auto certificate = draft({common_name, "", {}}, key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
  make_it_sign(certificate.get(), issuer.get());
  return sign(certificate.get(), key.get(), read_key(authority.key_pem).get());
}

Certificate make_certificate(const Certificate& authority, const CertificateRequest& request) {
  const auto issuer = read_certificate(authority.certificate_pem);
  const auto signer = read_key(authority.key_pem);
  const auto key = checked(EVP_EC_gen("P-256"), "EVP_EC_gen");
  const auto certificate = draft(request, key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
  add_extension(certificate.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  std::string alternatives;
  for (const std::string& name : request.alternatives) {
    alternatives += (alternatives.empty() ? "" : ",") + name;
  }
  if (!alternatives.empty()) {
    add_extension(certificate.get(), issuer.get(), NID_subject_alt_name, alternatives);
  }
  return sign(certificate.get(), key.get(), signer.get());
}

std::string public_key_pem(const std::string& key_pem) {
  const auto key = read_key(key_pem);
  return to_pem([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key.get()); });
}

}  // namespace athanor::testing
