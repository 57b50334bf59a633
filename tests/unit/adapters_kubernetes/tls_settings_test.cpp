#include "adapters/kubernetes/tls_settings.hpp"

#include <cstdlib>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/temp_folder.hpp"
#include "support_kubernetes/certificates.hpp"
#include "unit/adapters_kubernetes/memory_files.hpp"

namespace athanor::kubernetes {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using ContextPtr = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

/// A context as cpprestsdk makes it.
ContextPtr library_context() {
  ContextPtr context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_default_verify_paths(context.get());
  return context;
}

int trusted_certificates(const ContextPtr& context) {
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get())));
}

Result<void> configure(const ContextPtr& context, const TlsMaterial& material) {
  return configure_tls(context.get(), material, "api.example", std::make_shared<TlsDiagnosis>());
}

const testing::Certificate& authority() {
  static const testing::Certificate made = testing::make_authority("ca");
  return made;
}

TEST(TlsSettings, the_systems_authorities_are_read_only_where_there_is_none_of_our_own) {
  const testing::TempFolder folder;
  const auto file = folder.write(
      "authorities.pem", authority().certificate_pem + testing::make_authority("another").certificate_pem);
  ASSERT_EQ(::setenv("SSL_CERT_FILE", file.c_str(), 1), 0);
  defer_system_authorities();

  const ContextPtr ours = library_context();
  EXPECT_EQ(trusted_certificates(ours), 0) << "read although nobody wanted them";
  ASSERT_TRUE(configure(ours, {authority().certificate_pem, "", ""}));
  EXPECT_EQ(trusted_certificates(ours), 1);

  const ContextPtr systems = library_context();
  ASSERT_TRUE(configure(systems, {}));
  EXPECT_EQ(trusted_certificates(systems), 2);
}

TEST(TlsSettings, several_authorities_may_stand_in_one_text) {
  const ContextPtr context = library_context();
  ASSERT_TRUE(configure(
      context,
      {"a comment\n" + authority().certificate_pem + testing::make_authority("b").certificate_pem, "", ""}));
  EXPECT_EQ(trusted_certificates(context), 2);
}

TEST(TlsSettings, a_client_certificate_brings_its_intermediates) {
  const auto client = testing::make_certificate(authority(), {"client", "", {}});
  const ContextPtr context = library_context();
  const auto done = configure(
      context,
      {authority().certificate_pem, client.certificate_pem + authority().certificate_pem, client.key_pem});
  ASSERT_TRUE(done) << done.error().message;
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get_extra_chain_certs(context.get(), &chain);
  EXPECT_EQ(sk_X509_num(chain), 1);
}

struct Bad {
  const char* name;
  TlsMaterial material;
  std::string what;
};

class BadTlsMaterial : public ::testing::TestWithParam<Bad> {};

TEST_P(BadTlsMaterial, is_told_without_being_printed) {
  const auto done = configure(library_context(), GetParam().material);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Transient);
  EXPECT_EQ(done.error().reason, "TlsSettingsInvalid");
  EXPECT_THAT(done.error().message, HasSubstr(GetParam().what));
  EXPECT_THAT(done.error().message, Not(HasSubstr("hunter2")));
}

const testing::Certificate kClient = testing::make_certificate(authority(), {"client", "", {}});

INSTANTIATE_TEST_SUITE_P(
    TlsSettings, BadTlsMaterial,
    ::testing::Values(
        Bad{"a_ca_that_is_none", {"hunter2", "", ""}, "CA certificate"},
        Bad{"a_client_certificate_that_is_none", {"", "hunter2", kClient.key_pem}, "client certificate"},
        Bad{"a_key_that_is_none", {"", kClient.certificate_pem, "hunter2"}, "client key"},
        Bad{"no_key", {"", kClient.certificate_pem, ""}, "client key"},
        Bad{"the_key_of_another", {"", kClient.certificate_pem, authority().key_pem}, "client key"}),
    [](const auto& row) { return row.param.name; });

TEST(TlsSettings, texts_are_taken_as_they_are_and_files_read_each_time) {
  MemoryFiles files{{{"/ca", "first"}}};
  TlsSettings settings;
  settings.certificate_authority.file = "/ca";
  settings.client_certificate.pem = "inline";
  EXPECT_EQ(read_tls_material(settings, files)->certificate_authority, "first");
  files.put("/ca", "second");
  const auto again = read_tls_material(settings, files);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->certificate_authority, "second");
  EXPECT_EQ(again->client_certificate, "inline");
  EXPECT_EQ(again->client_key, "");
}

TEST(TlsSettings, an_address_is_told_from_a_name) {
  EXPECT_TRUE(is_ip_address("10.0.0.1"));
  EXPECT_TRUE(is_ip_address("fd00::1"));
  EXPECT_FALSE(is_ip_address("api.example"));
  EXPECT_FALSE(is_ip_address("[::1]"));
  EXPECT_FALSE(is_ip_address(""));
}

TEST(TlsDiagnosis, a_reason_is_given_once) {
  TlsDiagnosis diagnosis;
  diagnosis.record("first");
  diagnosis.record("last");
  EXPECT_EQ(diagnosis.take(), "last");
  EXPECT_EQ(diagnosis.take(), "");
}

}  // namespace
}  // namespace athanor::kubernetes
