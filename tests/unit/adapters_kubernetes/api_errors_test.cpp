#include "adapters/kubernetes/api_errors.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  const char* name;
  ApiRequest request;
  int status;
  std::string body;
  ErrorKind kind;
  std::string reason;
  std::string message;
};

class ApiErrorTable : public ::testing::TestWithParam<Case> {};

TEST_P(ApiErrorTable, is_told) {
  const Case& c = GetParam();
  const Error error = error_of(c.request, {c.status, {}, c.body});
  EXPECT_EQ(error.kind, c.kind);
  EXPECT_EQ(error.reason, c.reason);
  EXPECT_THAT(error.message, HasSubstr(c.message));
}

std::string status(const std::string& reason, const std::string& message) {
  return R"({"kind":"Status","reason":")" + reason + R"(","message":")" + message + "\"}";
}

const ApiRequest kGet = get_secret_request({"shop", "db"});
const ApiRequest kListAll = list_request(WatchedKind::MigrationEnvironment, "", 500, "");
const ApiRequest kPatch = *patch_status_request({"shop", "staging"}, "u", R"({"status":{}})");

ports::Lease lease() {
  ports::Lease made;
  made.key = {"ops", "athanor"};
  return made;
}

const ApiRequest kCreate = create_lease_request(lease());
const ApiRequest kUpdate = update_lease_request(lease());

INSTANTIATE_TEST_SUITE_P(
    ApiErrors, ApiErrorTable,
    ::testing::Values(
        Case{"a_missing_object", kGet, 404, status("NotFound", "secrets x not found"), ErrorKind::Transient,
             "NotFound", "cannot get secrets shop/db: secrets x not found"},
        Case{
            "a_missing_right_in_a_namespace", kGet, 403,
            status("Forbidden", "User u cannot get resource secrets"), ErrorKind::Transient, "Forbidden",
            R"(it takes a Role in namespace shop with the rule {apiGroups: [""], resources: ["secrets"], verbs: ["get"]}, bound to that user)"},
        Case{
            "a_missing_right_in_all_namespaces", kListAll, 403,
            status("Forbidden", "User u cannot list resource migrationenvironments"), ErrorKind::Transient,
            "Forbidden",
            R"(it takes a ClusterRole with the rule {apiGroups: ["athanor.dev"], resources: ["migrationenvironments"], verbs: ["list"]}, bound to that user)"},
        Case{"a_missing_right_on_a_subresource", kPatch, 403,
             status("Forbidden", "User u cannot patch resource migrationenvironments/status"),
             ErrorKind::Transient, "Forbidden", R"(resources: ["migrationenvironments/status"])"},
        Case{"bad_credentials", kGet, 401, status("Unauthorized", "Unauthorized"), ErrorKind::Transient,
             "Unauthorized", "doesn't accept the token"},
        Case{"a_conflict_on_an_update", kUpdate, 409, status("Conflict", "modified"), ErrorKind::Conflict,
             "Conflict", "modified"},
        Case{"a_create_of_what_exists", kCreate, 409, status("AlreadyExists", "exists"), ErrorKind::Conflict,
             "AlreadyExists", "cannot create leases in namespace ops: exists"},
        Case{"a_create_in_conflict_with_something_else", kCreate, 409, status("Conflict", "quota"),
             ErrorKind::Conflict, "Conflict", "quota"},
        Case{"a_create_refused_without_a_status", kCreate, 409, "", ErrorKind::Conflict, "AlreadyExists", ""},
        Case{"a_version_too_old", kListAll, 410, status("Expired", "too old"), ErrorKind::Transient,
             "Expired", "too old"},
        Case{"too_many_requests", kGet, 429, status("TooManyRequests", "slow"), ErrorKind::Transient,
             "ApiUnavailable", "HTTP 429"},
        Case{"a_request_timeout", kGet, 408, "", ErrorKind::Transient, "ApiUnavailable", "HTTP 408"},
        Case{"an_internal_error", kGet, 500, status("InternalError", "etcd"), ErrorKind::Transient,
             "ApiUnavailable", "etcd"},
        Case{"a_proxys_page", kGet, 503, "<html>\nno backend", ErrorKind::Transient, "ApiUnavailable",
             "<html> (HTTP 503)"},
        Case{"an_invalid_object", kPatch, 422, status("Invalid", "status.x: bad"), ErrorKind::Terminal,
             "ApiRejected", "cannot patch migrationenvironments/status shop/staging: status.x: bad"},
        Case{"a_bad_request", kGet, 400, status("BadRequest", "what?"), ErrorKind::Terminal, "ApiRejected",
             "what?"},
        Case{"a_redirect", kGet, 302, "", ErrorKind::Terminal, "ApiRejected", "HTTP 302"}),
    [](const auto& row) { return row.param.name; });

TEST(ApiErrors, a_namespace_that_is_going_away_is_no_missing_right) {
  const Error error = error_of(
      kCreate, {403, {}, status("Forbidden", "unable to create new content because it is being terminated")});
  EXPECT_EQ(error.reason, "Forbidden");
  EXPECT_THAT(error.message, Not(HasSubstr("needs the rule")));
}

TEST(RetryAfter, is_a_positive_number_of_seconds) {
  EXPECT_EQ(retry_after_seconds({429, {{"retry-after", "3"}}, ""}), 3);
  EXPECT_EQ(retry_after_seconds({429, {}, ""}), 0);
  EXPECT_EQ(retry_after_seconds({429, {{"retry-after", "-1"}}, ""}), 0);
  EXPECT_EQ(retry_after_seconds({429, {{"retry-after", "Sun, 22 Nov 2026 20:14:00 GMT"}}, ""}), 0);
}

}  // namespace
}  // namespace athanor::kubernetes
