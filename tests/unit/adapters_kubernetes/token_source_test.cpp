#include "adapters/kubernetes/token_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"
#include "unit/adapters_kubernetes/memory_files.hpp"

namespace athanor::kubernetes {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class TokenSourceTest : public ::testing::Test {
 protected:
  MemoryFiles files_{{{"/t", "first\n"}}};
  fakes::FakeClock clock_;
};

TEST_F(TokenSourceTest, without_settings_there_is_no_token) {
  TokenSource source({}, files_, clock_);
  EXPECT_EQ(source.token().value(), "");
  EXPECT_FALSE(source.refresh(""));
}

TEST_F(TokenSourceTest, a_fixed_token_stays_and_reads_nothing) {
  TokenSource source({"fixed", {}}, files_, clock_);
  EXPECT_EQ(source.token().value(), "fixed");
  EXPECT_FALSE(source.refresh("fixed"));
  EXPECT_EQ(files_.reads(), 0);
}

TEST_F(TokenSourceTest, a_file_is_read_once_a_minute_and_its_white_space_dropped) {
  TokenSource source({"", "/t"}, files_, clock_);
  EXPECT_EQ(source.token().value(), "first");
  files_.put("/t", " second \r\n");
  clock_.advance(59s);
  EXPECT_EQ(source.token().value(), "first");
  EXPECT_EQ(files_.reads(), 1);
  clock_.advance(1s);
  EXPECT_EQ(source.token().value(), "second");
}

TEST_F(TokenSourceTest, a_refused_token_is_read_again_at_once) {
  TokenSource source({"", "/t"}, files_, clock_);
  EXPECT_EQ(source.token().value(), "first");
  EXPECT_FALSE(source.refresh("first")) << "the file holds the same";
  files_.put("/t", "second");
  EXPECT_TRUE(source.refresh("first"));
  EXPECT_EQ(source.token().value(), "second");
}

TEST_F(TokenSourceTest, what_another_thread_has_read_meanwhile_is_not_read_again) {
  TokenSource source({"", "/t"}, files_, clock_);
  EXPECT_EQ(source.token().value(), "first");
  EXPECT_TRUE(source.refresh("older"));
  EXPECT_EQ(files_.reads(), 1);
}

TEST_F(TokenSourceTest, a_file_that_goes_missing_leaves_the_last_token_in_use) {
  TokenSource source({"", "/t"}, files_, clock_);
  EXPECT_EQ(source.token().value(), "first");
  files_.take("/t");
  clock_.advance(61s);
  EXPECT_EQ(source.token().value(), "first");
  files_.put("/t", "second");
  EXPECT_EQ(source.token().value(), "second") << "a read that failed is tried again by the next request";
}

TEST_F(TokenSourceTest, a_file_goes_before_a_fixed_token_which_helps_out_where_it_is_missing) {
  TokenSource source({"fixed", "/t"}, files_, clock_);
  EXPECT_EQ(source.token().value(), "first");
  files_.take("/t");
  TokenSource without({"fixed", "/t"}, files_, clock_);
  EXPECT_EQ(without.token().value(), "fixed");
}

TEST_F(TokenSourceTest, a_file_that_was_never_there_is_an_error) {
  TokenSource source({"", "/absent"}, files_, clock_);
  const auto token = source.token();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().kind, ErrorKind::Transient);
  EXPECT_EQ(token.error().reason, "FileMissing");
}

TEST_F(TokenSourceTest, an_empty_file_is_an_error_that_names_it) {
  files_.put("/t", " \n");
  TokenSource source({"", "/t"}, files_, clock_);
  const auto token = source.token();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().reason, "Unauthorized");
  EXPECT_THAT(token.error().message, HasSubstr("/t"));
}

}  // namespace
}  // namespace athanor::kubernetes
