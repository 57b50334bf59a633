// TLS: whom the transport trusts, and what it shows of itself.
#include <cstdlib>
#include <fstream>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include <gmock/gmock.h>

#include "contract/http_transport/suites.hpp"

namespace athanor::testing {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

kubernetes::TransportOptions TlsContract::trusting(const LoopbackServer& server, const Certificate& authority,
                                                   const std::string& host) const {
  kubernetes::TransportOptions options;
  options.server = server.url(host);
  options.tls.certificate_authority.pem = authority.certificate_pem;
  return options;
}

namespace {

const LoopbackServer::Script kOk =
    each_request([](LoopbackConnection& to, const ReceivedRequest&) { to.respond(200, "ok"); });

/// What the last client showed of itself.
struct Shown {
  std::mutex mutex;
  std::string server_name, common_name, host;
};

LoopbackServer::Script remember(Shown& shown) {
  return [&shown](LoopbackConnection& to) {
    while (const auto request = to.read_request()) {
      {
        const std::lock_guard lock(shown.mutex);
        shown.server_name = to.server_name();
        shown.common_name = to.client_common_name();
        shown.host = request->header("Host");
      }
      to.respond(200, "ok");
    }
  };
}

TEST_P(TlsContract, a_server_of_the_given_authority_is_trusted_by_its_address) {
  const LoopbackServer server(kOk, ServerTls{server_certificate_, ""});
  const auto answer = create(trusting(server, authority_))->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "ok");
}

TEST_P(TlsContract, an_ipv6_address_in_brackets_is_reached_and_verified) {
  const LoopbackServer server(kOk, ServerTls{server_certificate_, ""}, "::1");
  const auto answer = create(trusting(server, authority_))->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
}

TEST_P(TlsContract, an_intermediate_authority_is_trusted_without_its_root) {
  const Certificate intermediate = make_intermediate(authority_, "the cluster's intermediate CA");
  const Certificate certificate = make_certificate(intermediate, {"server", "", {"IP:127.0.0.1"}});
  const LoopbackServer server(kOk, ServerTls{certificate, ""});
  const auto answer = create(trusting(server, intermediate))->send(get());
  EXPECT_TRUE(answer) << answer.error().message;
  const auto by_sibling = create(trusting(server, make_intermediate(authority_, "its sibling")))->send(get());
  EXPECT_FALSE(by_sibling);
}

TEST_P(TlsContract, a_server_of_another_authority_is_refused_and_the_reason_is_told) {
  const LoopbackServer server(kOk, ServerTls{server_certificate_, ""});
  const auto answer = create(trusting(server, foreign_authority_))->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  EXPECT_THAT(answer.error().message, HasSubstr("unable to get local issuer certificate"));
}

TEST_P(TlsContract, the_systems_authorities_do_not_count_beside_the_given_one) {
  ASSERT_EQ(::setenv("SSL_CERT_FILE", folder_.write("system.pem", authority_.certificate_pem).c_str(), 1), 0);
  const LoopbackServer server(kOk, ServerTls{server_certificate_, ""});
  kubernetes::TransportOptions system_only;
  system_only.server = server.url();
  const auto by_system = create(system_only)->send(get());
  const auto by_other = create(trusting(server, foreign_authority_))->send(get());
  ::unsetenv("SSL_CERT_FILE");
  EXPECT_TRUE(by_system) << "without a CA of its own the transport trusts the system's: "
                         << by_system.error().message;
  EXPECT_FALSE(by_other);
}

TEST_P(TlsContract, a_certificate_for_another_address_is_refused) {
  const Certificate other = make_certificate(authority_, {"server", "", {"IP:127.0.0.2", "DNS:localhost"}});
  const LoopbackServer server(kOk, ServerTls{other, ""});
  const auto answer = create(trusting(server, authority_))->send(get());
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("IP address mismatch"));
}

TEST_P(TlsContract, a_certificate_that_names_the_host_only_in_its_subject_is_refused) {
  const Certificate old_fashioned = make_certificate(authority_, {"localhost", "", {}});
  const LoopbackServer server(kOk, ServerTls{old_fashioned, ""});
  const auto answer = create(trusting(server, authority_, "localhost"))->send(get());
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("ostname mismatch"));
}

TEST_P(TlsContract, a_host_name_goes_out_as_sni_and_an_address_does_not) {
  Shown shown;
  const LoopbackServer server(remember(shown), ServerTls{server_certificate_, ""});
  ASSERT_TRUE(create(trusting(server, authority_, "localhost"))->send(get()));
  EXPECT_EQ(shown.server_name, "localhost");
  ASSERT_TRUE(create(trusting(server, authority_))->send(get()));
  EXPECT_EQ(shown.server_name, "");
}

TEST_P(TlsContract, the_server_name_of_the_settings_is_verified_and_sent_instead_of_the_urls_host) {
  const Certificate named = make_certificate(authority_, {"server", "", {"DNS:api.example.test"}});
  Shown shown;
  const LoopbackServer server(remember(shown), ServerTls{named, ""});
  kubernetes::TransportOptions options = trusting(server, authority_);
  EXPECT_FALSE(create(options)->send(get()));
  options.tls.server_name = "api.example.test";
  const auto answer = create(options)->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(shown.server_name, "api.example.test");
}

TEST_P(TlsContract, verification_can_be_switched_off) {
  const Certificate other = make_certificate(foreign_authority_, {"x", "", {"DNS:x"}});
  const LoopbackServer server(kOk, ServerTls{other, ""});
  kubernetes::TransportOptions options;
  options.server = server.url();
  EXPECT_FALSE(create(options)->send(get()));
  options.tls.insecure_skip_verify = true;
  const auto answer = create(options)->send(get());
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_P(TlsContract, a_client_certificate_is_presented) {
  Shown shown;
  const LoopbackServer server(remember(shown), ServerTls{server_certificate_, authority_.certificate_pem});
  const Certificate client = make_certificate(authority_, {"somebody", "", {}});
  kubernetes::TransportOptions options = trusting(server, authority_);
  options.tls.client_certificate.pem = client.certificate_pem;
  options.tls.client_key.file = folder_.write("client.key", client.key_pem);
  const auto answer = create(options)->send(get());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(shown.common_name, "somebody");
}

TEST_P(TlsContract, a_server_that_refuses_the_client_is_told_apart_from_one_that_is_away) {
  const LoopbackServer server(kOk, ServerTls{server_certificate_, authority_.certificate_pem});
  const Certificate client = make_certificate(foreign_authority_, {"stranger", "", {}});
  kubernetes::TransportOptions options = trusting(server, authority_);
  options.tls.client_certificate.pem = client.certificate_pem;
  options.tls.client_key.pem = client.key_pem;
  const auto answer = create(options)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
  EXPECT_THAT(answer.error().message, HasSubstr("unknown CA"));
}

TEST_P(TlsContract, rotated_files_count_from_the_next_connection_on) {
  Shown shown;
  LoopbackServer server(remember(shown), ServerTls{server_certificate_, authority_.certificate_pem});
  const Certificate first = make_certificate(authority_, {"first", "", {}});
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.tls.certificate_authority.file = folder_.write("ca.crt", authority_.certificate_pem);
  options.tls.client_certificate.file = folder_.write("client.crt", first.certificate_pem);
  options.tls.client_key.file = folder_.write("client.key", first.key_pem);
  const auto transport = create(options);
  ASSERT_TRUE(transport->send(get()));
  EXPECT_EQ(shown.common_name, "first");

  const Certificate next_authority = make_authority("the cluster's next CA");
  const Certificate second = make_certificate(next_authority, {"second", "", {}});
  folder_.write("ca.crt", next_authority.certificate_pem);
  folder_.write("client.crt", second.certificate_pem);
  folder_.write("client.key", second.key_pem);
  server.set_tls(
      {make_certificate(next_authority, {"server", "", {"IP:127.0.0.1"}}), next_authority.certificate_pem});
  const auto answer = transport->send(with_body("POST", "{}"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(shown.common_name, "second");
}

TEST_P(TlsContract, a_missing_file_is_named_when_the_transport_is_made) {
  kubernetes::TransportOptions options;
  options.server = "https://127.0.0.1:1";
  options.tls.certificate_authority.file = folder_.path() / "absent.crt";
  const auto made = try_create(options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Transient);
  EXPECT_EQ(made.error().reason, "FileMissing");
  EXPECT_THAT(made.error().message, HasSubstr((folder_.path() / "absent.crt").string()));
}

TEST_P(TlsContract, a_file_that_goes_missing_later_is_named_by_the_request) {
  const LoopbackServer server(kOk, ServerTls{server_certificate_, ""});
  kubernetes::TransportOptions options;
  options.server = server.url();
  options.tls.certificate_authority.file = folder_.write("ca.crt", authority_.certificate_pem);
  const auto transport = create(options);
  folder_.remove("ca.crt");
  for (const auto& answer :
       {transport->send(get()), transport->stream(get(), kLong, [](std::string_view) { return true; }, {})}) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Transient);
    EXPECT_EQ(answer.error().reason, "FileMissing");
    EXPECT_THAT(answer.error().message, HasSubstr("ca.crt"));
  }
}

TEST_P(TlsContract, a_certificate_that_is_none_is_said_so_without_printing_it) {
  kubernetes::TransportOptions options;
  options.server = "https://127.0.0.1:1";
  options.tls.certificate_authority.pem = "hunter2";
  const auto made = try_create(options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "TlsSettingsInvalid");
  EXPECT_THAT(made.error().message, HasSubstr("CA certificate"));
  EXPECT_THAT(made.error().message, Not(HasSubstr("hunter2")));
}

TEST_P(TlsContract, a_key_of_another_certificate_is_refused) {
  const Certificate one = make_certificate(authority_, {"one", "", {}});
  const Certificate other = make_certificate(authority_, {"other", "", {}});
  kubernetes::TransportOptions options;
  options.server = "https://127.0.0.1:1";
  options.tls.client_certificate.pem = one.certificate_pem;
  options.tls.client_key.pem = other.key_pem;
  const auto made = try_create(options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "TlsSettingsInvalid");
  EXPECT_THAT(made.error().message, HasSubstr("client key"));
}

TEST_P(TlsContract, a_url_that_is_none_is_refused) {
  kubernetes::TransportOptions options;
  options.server = "ftp://127.0.0.1";
  const auto made = try_create(options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(made.error().reason, "InvalidServerUrl");
}

TEST_P(TlsContract, a_tls_stream_cut_off_without_goodbye_ends_like_a_whole_one) {
  std::promise<void> seen;
  const LoopbackServer server(
      [&](LoopbackConnection& to) {
        if (!to.read_request()) return;
        to.begin_chunks();
        to.send_chunk("whole\n");
        seen.get_future().wait();
        to.close(false);
      },
      ServerTls{server_certificate_, ""});
  std::string got;
  const auto answer = create(trusting(server, authority_))
                          ->stream(get(), kLong,
                                   [&](std::string_view piece) {
                                     seen.set_value();
                                     got += piece;
                                     return true;
                                   },
                                   {});
  EXPECT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(got, "whole\n");
}

TEST_P(TlsContract, a_kept_tls_connection_that_the_server_closed_is_replaced) {
  for (const bool tidily : {true, false}) {
    std::promise<void> closed;
    std::optional<LoopbackServer> server;
    server.emplace(
        [&](LoopbackConnection& to) {
          const bool first = server->connections() == 1;
          while (to.read_request()) {
            to.respond(200, "ok");
            if (first) {
              to.close(tidily);
              closed.set_value();
              return;
            }
          }
        },
        ServerTls{server_certificate_, ""});
    const auto transport = create(trusting(*server, authority_));
    ASSERT_TRUE(transport->send(get()));
    closed.get_future().wait();
    const auto answer = transport->send(with_body("PUT", "{}"));
    EXPECT_TRUE(answer) << (tidily ? "with" : "without") << " goodbye: " << answer.error().message;
  }
}

TEST_P(TlsContract, a_plain_server_behind_an_https_url_is_an_error) {
  const LoopbackServer server([](LoopbackConnection& to) { to.send("HTTP/1.0 400 Bad Request\r\n\r\n"); });
  kubernetes::TransportOptions options;
  options.server = "https://127.0.0.1:" + std::to_string(server.port());
  const auto answer = create(options)->send(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "ApiUnavailable");
}

}  // namespace
}  // namespace athanor::testing
