#include "adapters/kubernetes/exchange_errors.hpp"

#include <cerrno>
#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

using namespace std::chrono_literals;

const std::string kServer = "https://10.0.0.1:6443/proxy";

ports::HttpRequest list() {
  ports::HttpRequest request;
  request.target = "/api/v1/secrets?limit=500&continue=abc";
  return request;
}

struct Case {
  const char* name;
  ExchangeFailure failure;
  std::string tls;
  Error error;
};

Error unavailable(const std::string& what) {
  return {ErrorKind::Transient, "ApiUnavailable", "GET https://10.0.0.1:6443/proxy/api/v1/secrets: " + what};
}

const Error kOurs{ErrorKind::Transient, "FileMissing", "no file /ca.pem"};

class ExchangeErrorTable : public ::testing::TestWithParam<Case> {};

TEST_P(ExchangeErrorTable, is_told) {
  TlsDiagnosis diagnosis;
  diagnosis.record(GetParam().tls);
  const ports::HttpRequest request = list();
  EXPECT_EQ(ExchangeErrors(kServer, request, diagnosis).failed(GetParam().failure), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    ExchangeErrors, ExchangeErrorTable,
    ::testing::Values(
        Case{"what_the_library_says", {0, "Failed to connect", {}}, "", unavailable("Failed to connect")},
        Case{"with_the_reason_of_the_handshake",
             {0, "Error in SSL handshake", {}},
             "certificate has expired",
             unavailable("Error in SSL handshake: certificate has expired")},
        Case{"an_end_of_file_in_words",
             {2, "Failed to read", {}},
             "",
             unavailable("the server closed the connection in the middle of its answer")},
        Case{"a_timeout_in_words", {ETIMEDOUT, "Failed to read", {}}, "", unavailable("no answer in time")},
        Case{"an_error_of_ours_as_it_is", {0, "no file", kOurs}, "from before", kOurs}),
    [](const auto& row) { return row.param.name; });

TEST(ExchangeErrors, the_reason_of_a_handshake_is_told_once) {
  TlsDiagnosis diagnosis;
  diagnosis.record("certificate has expired");
  const ports::HttpRequest request = list();
  const ExchangeErrors errors(kServer, request, diagnosis);
  EXPECT_EQ(errors.unavailable("failed"), unavailable("failed: certificate has expired"));
  EXPECT_EQ(errors.unavailable("failed"), unavailable("failed"));
}

TEST(ExchangeErrors, an_error_of_ours_leaves_the_reason_of_a_handshake_to_the_next) {
  TlsDiagnosis diagnosis;
  diagnosis.record("certificate has expired");
  const ports::HttpRequest request = list();
  const ExchangeErrors errors(kServer, request, diagnosis);
  EXPECT_EQ(errors.failed({0, "no file", kOurs}), kOurs);
  EXPECT_EQ(diagnosis.take(), "certificate has expired");
}

TEST(ExchangeErrors, an_idle_stream_says_for_how_long) {
  TlsDiagnosis diagnosis;
  const ports::HttpRequest request = list();
  const Error error = ExchangeErrors(kServer, request, diagnosis).idle(1500ms);
  EXPECT_EQ(error.kind, ErrorKind::Transient);
  EXPECT_EQ(error.reason, "WatchIdle");
  EXPECT_EQ(error.message,
            "GET https://10.0.0.1:6443/proxy/api/v1/secrets: nothing came for 1500 ms; the connection is "
            "given up");
}

}  // namespace
}  // namespace athanor::kubernetes
