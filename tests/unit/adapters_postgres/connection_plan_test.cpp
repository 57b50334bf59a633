#include "adapters/postgres/connection_plan.hpp"

#include <gtest/gtest.h>

namespace athanor::postgres {
namespace {

using ports::ConnectionSpec;
using ports::TlsMode;

constexpr const char* kPem = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";

ConnectionSpec spec_of(const std::string& url) {
  ConnectionSpec spec;
  spec.url = url;
  return spec;
}

ConnectionPlan planned(const ConnectionSpec& spec) {
  auto plan = plan_connection(spec);
  if (!plan) throw std::runtime_error(plan.error().message);
  return *plan;
}

std::string refusal(const ConnectionSpec& spec) {
  const auto plan = plan_connection(spec);
  if (plan) return "";
  EXPECT_EQ(plan.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(plan.error().reason, "InvalidDatabaseUrl");
  return plan.error().message;
}

struct TlsCase {
  const char* name;
  std::string url;
  std::optional<TlsMode> tls;
  std::string root_pem;
  std::string mode;
};

class TlsRule : public ::testing::TestWithParam<TlsCase> {};

TEST_P(TlsRule, DecidesTheMode) {
  ConnectionSpec spec = spec_of(GetParam().url);
  spec.tls = GetParam().tls;
  spec.root_cert_pem = GetParam().root_pem;
  for (const Keywords& attempt : planned(spec).attempts) EXPECT_EQ(attempt.at("sslmode"), GetParam().mode);
}

INSTANTIATE_TEST_SUITE_P(
    Every, TlsRule,
    ::testing::Values(
        TlsCase{"a_remote_host_is_verified", "postgresql://u@db.example.com/d", {}, "", "verify-full"},
        TlsCase{"a_remote_address_is_verified", "postgresql://u@10.0.0.5/d", {}, "", "verify-full"},
        TlsCase{"a_name_that_looks_like_loopback_is_verified",
                "postgresql://u@127.0.0.1.example.com/d",
                {},
                "",
                "verify-full"},
        TlsCase{"a_short_loopback_form_is_verified", "postgresql://u@127.1/d", {}, "", "verify-full"},
        TlsCase{"localhost_is_exempt", "postgresql://u@localhost/d", {}, "", "prefer"},
        TlsCase{"loopback_is_exempt", "postgresql://u@127.9.9.9/d", {}, "", "prefer"},
        TlsCase{"ipv6_loopback_is_exempt", "postgresql://u@[::1]/d", {}, "", "prefer"},
        TlsCase{"a_socket_is_exempt", "postgresql://u@/d?host=/run", {}, "", "prefer"},
        TlsCase{
            "what_is_dialled_counts", "postgresql://u@localhost/d?hostaddr=10.0.0.5", {}, "", "verify-full"},
        TlsCase{"one_remote_host_of_two_is_enough", "postgresql://u@localhost,db/d", {}, "", "verify-full"},
        TlsCase{"the_url_may_say_otherwise", "postgresql://u@db/d?sslmode=require", {}, "", "require"},
        TlsCase{"the_environment_goes_above_the_url", "postgresql://u@db/d?sslmode=disable",
                TlsMode::VerifyCa, "", "verify-ca"},
        TlsCase{"the_environment_may_disable", "postgresql://u@db/d", TlsMode::Disable, "", "disable"},
        TlsCase{
            "a_root_certificate_is_meant_to_be_used", "postgresql://u@localhost/d", {}, kPem, "verify-full"},
        TlsCase{"but_not_over_a_socket", "postgresql://u@/d?host=/run", {}, kPem, "prefer"}),
    [](const auto& each) { return each.param.name; });

TEST(PlanConnection, RootCertificatesComeFromTheSystemOrTheEnvironmentAndNeverFromHome) {
  EXPECT_EQ(planned(spec_of("postgresql://u@db/d")).attempts[0].at("sslrootcert"), kSystemRootCertificates);
  EXPECT_EQ(planned(spec_of("postgresql://u@localhost/d")).attempts[0].at("sslrootcert"), kNoFile);
  EXPECT_EQ(planned(spec_of("postgresql://u@db/d?sslrootcert=system")).attempts[0].at("sslrootcert"),
            kSystemRootCertificates);
  ConnectionSpec spec = spec_of("postgresql://u@db/d");
  spec.root_cert_pem = kPem;
  EXPECT_EQ(planned(spec).root_cert_pem, kPem);
  EXPECT_EQ(planned(spec).attempts[0].count("sslrootcert"), 0U);
  spec.root_cert_pem.clear();
  spec.parameters["sslrootcert"] = kPem;
  EXPECT_EQ(planned(spec).root_cert_pem, kPem);
  EXPECT_NE(refusal(spec_of("postgresql://u@db/d?sslrootcert=/etc/passwd")), "");
}

TEST(PlanConnection, ParametersThatReadFilesOrLeakAreRefusedByName) {
  for (const std::string name : {"options", "service", "passfile", "sslkey", "sslcert", "sslcrl", "sslcrldir",
                                 "sslpassword", "requirepeer", "krbsrvname", "gsslib", "gssencmode"}) {
    ConnectionSpec spec = spec_of("postgresql://u@h/d?" + name + "=canary");
    EXPECT_NE(refusal(spec).find("`" + name + "`"), std::string::npos) << name;
    EXPECT_EQ(refusal(spec).find("canary"), std::string::npos) << name;
    spec.url = "postgresql://u@h/d?" + name + "=";
    EXPECT_NE(refusal(spec), "") << "empty counts too: " << name;
    spec.url = "postgresql://u@h/d?" + name + "=canary";
    spec.operator_rules = false;
    EXPECT_EQ(refusal(spec), "") << name;
  }
}

TEST(PlanConnection, AnUnknownParameterIsRefusedWithoutItsName) {
  for (const bool operator_rules : {true, false}) {
    ConnectionSpec spec = spec_of("postgresql://u:pa?canary=rest@h/d");
    spec.operator_rules = operator_rules;
    EXPECT_NE(refusal(spec), "");
    EXPECT_EQ(refusal(spec).find("canary"), std::string::npos);
  }
}

TEST(PlanConnection, ParametersAreLaidOverTheUrl) {
  ConnectionSpec spec = spec_of("postgresql://u:old@h/d");
  spec.parameters = {{"password", "new"}, {"port", "5433"}};
  const Keywords attempt = planned(spec).attempts.at(0);
  EXPECT_EQ(attempt.at("password"), "new");
  EXPECT_EQ(attempt.at("port"), "5433");
  EXPECT_EQ(attempt.at("host"), "h");
}

TEST(PlanConnection, ParametersAloneAreEnough) {
  ConnectionSpec spec;
  spec.parameters = {{"host", "h"}, {"user", "u"}};
  const Keywords attempt = planned(spec).attempts.at(0);
  EXPECT_EQ(attempt.at("dbname"), "u");
  EXPECT_EQ(attempt.at("port"), "5432");
}

TEST(PlanConnection, EveryKeywordThatLibpqWouldTakeFromTheEnvironmentIsSet) {
  const Keywords attempt = planned(spec_of("postgresql://u@h/d")).attempts.at(0);
  for (const std::string name : {"host",
                                 "hostaddr",
                                 "port",
                                 "dbname",
                                 "user",
                                 "password",
                                 "passfile",
                                 "options",
                                 "application_name",
                                 "sslmode",
                                 "sslcert",
                                 "sslkey",
                                 "sslrootcert",
                                 "sslcrl",
                                 "sslcrldir",
                                 "sslsni",
                                 "requirepeer",
                                 "ssl_min_protocol_version",
                                 "ssl_max_protocol_version",
                                 "gssencmode",
                                 "krbsrvname",
                                 "channel_binding",
                                 "client_encoding",
                                 "target_session_attrs"}) {
    EXPECT_EQ(attempt.count(name), 1U) << name;
  }
  EXPECT_EQ(attempt.at("passfile"), kNoFile);
  EXPECT_EQ(attempt.at("target_session_attrs"), "read-write");
  EXPECT_EQ(attempt.at("client_encoding"), "UTF8");
}

TEST(PlanConnection, TheCommandLineLeavesLibpqItsDefaults) {
  ConnectionSpec spec = spec_of("postgresql:///d");
  spec.operator_rules = false;
  const Keywords attempt = planned(spec).attempts.at(0);
  for (const std::string name : {"password", "passfile", "sslmode", "sslcert", "host", "port", "user"}) {
    EXPECT_EQ(attempt.count(name), 0U) << name;
  }
  spec.tls = TlsMode::Require;
  EXPECT_EQ(planned(spec).attempts.at(0).at("sslmode"), "require");
}

TEST(PlanConnection, HostsArePairedWithPorts) {
  const auto plan = planned(spec_of("postgresql://u@a:1,b,[::1]:3/d"));
  ASSERT_EQ(plan.attempts.size(), 3U);
  EXPECT_EQ(plan.attempts[0].at("host"), "a");
  EXPECT_EQ(plan.attempts[0].at("port"), "1");
  EXPECT_EQ(plan.attempts[1].at("port"), "5432");
  EXPECT_EQ(plan.attempts[2].at("host"), "::1");
  EXPECT_EQ(planned(spec_of("host=a,b port=7 user=u")).attempts[1].at("port"), "7");
}

TEST(PlanConnection, TheTimeLimitIsTenSecondsOrLess) {
  EXPECT_EQ(planned(spec_of("postgresql://u@h/d")).limit.count(), 10'000);
  EXPECT_EQ(planned(spec_of("postgresql://u@h/d?connect_timeout=3")).limit.count(), 3'000);
  EXPECT_EQ(planned(spec_of("postgresql://u@h/d?connect_timeout=600")).limit.count(), 10'000);
  EXPECT_EQ(planned(spec_of("postgresql://u@h/d?connect_timeout=0")).limit.count(), 10'000);
}

TEST(PlanConnection, WhatCanNotBeConnectedToIsRefused) {
  for (const std::string url :
       {"postgresql://u@/d", "postgresql://h/d", "postgresql://u@h:0/d", "postgresql://u@h:65536/d",
        "postgresql://u@h:x/d", "postgresql://u@h h/d", "host=a,b port=1,2,3 user=u",
        "host=a,b hostaddr=1.2.3.4 user=u", "postgresql://u@h/d?sslmode=sometimes",
        "postgresql://u@h/d?target_session_attrs=standby", "postgresql://u@h/d?connect_timeout=-1",
        "postgresql://u@h/d?keepalives_idle=soon"}) {
    EXPECT_NE(refusal(spec_of(url)), "") << url;
  }
}

}  // namespace
}  // namespace athanor::postgres
