#include "adapters/kubernetes/repeat_rules.hpp"

#include <cerrno>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

struct Repeat {
  const char* name;
  std::string method;
  bool harmless;  ///< as its maker says
  bool repeats;
};

class RepeatTable : public ::testing::TestWithParam<Repeat> {};

TEST_P(RepeatTable, is_decided) {
  ports::HttpRequest request;
  request.method = GetParam().method;
  request.may_repeat = GetParam().harmless;
  EXPECT_EQ(may_repeat(request), GetParam().repeats);
}

INSTANTIATE_TEST_SUITE_P(RepeatRules, RepeatTable,
                         ::testing::Values(Repeat{"a_get_may_arrive_twice", "GET", false, true},
                                           Repeat{"a_head_may_arrive_twice", "HEAD", false, true},
                                           Repeat{"a_put_may_arrive_twice", "PUT", false, true},
                                           Repeat{"a_delete_may_arrive_twice", "DELETE", false, true},
                                           Repeat{"a_post_may_not", "POST", false, false},
                                           Repeat{"a_patch_may_not", "PATCH", false, false},
                                           Repeat{"a_post_may_where_its_maker_says_so", "POST", true, true},
                                           Repeat{"a_patch_may_where_its_maker_says_so", "PATCH", true, true},
                                           Repeat{"a_method_that_nobody_knows_may_not", "get", false, false}),
                         [](const auto& row) { return row.param.name; });

struct Suspected {
  const char* name;
  int code;
  Suspicion suspicion;
};

class SuspicionTable : public ::testing::TestWithParam<Suspected> {};

TEST_P(SuspicionTable, is_what_the_failure_says) {
  EXPECT_EQ(suspicion_of({GetParam().code, "", std::nullopt}), GetParam().suspicion);
}

INSTANTIATE_TEST_SUITE_P(
    RepeatRules, SuspicionTable,
    ::testing::Values(Suspected{"a_reset_is_of_a_stale_connection", ECONNRESET, Suspicion::Stale},
                      Suspected{"an_end_of_file_is_of_a_stale_connection", 2, Suspicion::Stale},
                      Suspected{"a_broken_pipe_as_the_library_tells_it_too", EHOSTUNREACH, Suspicion::Stale},
                      Suspected{"a_timeout_of_the_socket_is_silence", ETIMEDOUT, Suspicion::Silent},
                      Suspected{"a_cancelled_exchange_says_nothing", ECANCELED, Suspicion::None},
                      Suspected{"a_failure_without_a_number_says_nothing", 0, Suspicion::None}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace athanor::kubernetes
