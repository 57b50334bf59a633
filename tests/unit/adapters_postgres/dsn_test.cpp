#include "adapters/postgres/dsn.hpp"

#include <gtest/gtest.h>

namespace athanor::postgres {
namespace {

struct GoodCase {
  const char* name;
  std::string text;
  Keywords expected;
};

class GoodDsn : public ::testing::TestWithParam<GoodCase> {};

TEST_P(GoodDsn, IsReadAsLibpqReadsIt) {
  const auto parsed = parse_dsn(GetParam().text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Every, GoodDsn,
    ::testing::Values(
        GoodCase{"whole_url",
                 "postgresql://u:p@h:5433/d?sslmode=require",
                 {{"user", "u"},
                  {"password", "p"},
                  {"host", "h"},
                  {"port", "5433"},
                  {"dbname", "d"},
                  {"sslmode", "require"}}},
        GoodCase{"short_scheme", "postgres://h/d", {{"host", "h"}, {"dbname", "d"}}},
        GoodCase{"sqlalchemys_driver_is_ignored",
                 "postgresql+psycopg2://u@h/d",
                 {{"user", "u"}, {"host", "h"}, {"dbname", "d"}}},
        GoodCase{"any_driver_will_do", "postgresql+asyncpg://h", {{"host", "h"}}},
        GoodCase{"percent_encoding_everywhere",
                 "postgresql://a%40b:p%2Fw%3A%25@h/d%20b?application_name=x%26y",
                 {{"user", "a@b"},
                  {"password", "p/w:%"},
                  {"host", "h"},
                  {"dbname", "d b"},
                  {"application_name", "x&y"}}},
        GoodCase{"a_colon_in_the_password",
                 "postgresql://u:a:b@h",
                 {{"user", "u"}, {"password", "a:b"}, {"host", "h"}}},
        GoodCase{"an_empty_password", "postgresql://u:@h", {{"user", "u"}, {"password", ""}, {"host", "h"}}},
        GoodCase{"several_hosts",
                 "postgresql://a:1,b,c:3/d",
                 {{"host", "a,b,c"}, {"port", "1,,3"}, {"dbname", "d"}}},
        GoodCase{"several_hosts_without_ports", "postgresql://a,b/d", {{"host", "a,b"}, {"dbname", "d"}}},
        GoodCase{"ipv6", "postgresql://[::1]:5433/d", {{"host", "::1"}, {"port", "5433"}, {"dbname", "d"}}},
        GoodCase{"ipv6_beside_a_name",
                 "postgresql://[2001:db8::1],b:2",
                 {{"host", "2001:db8::1,b"}, {"port", ",2"}}},
        GoodCase{"a_percent_encoded_socket_folder",
                 "postgresql://u@%2Fvar%2Frun:5433/d",
                 {{"user", "u"}, {"host", "/var/run"}, {"port", "5433"}, {"dbname", "d"}}},
        GoodCase{"a_socket_folder_as_parameter",
                 "postgresql://u@/d?host=/var/run&port=5433",
                 {{"user", "u"}, {"host", "/var/run"}, {"port", "5433"}, {"dbname", "d"}}},
        GoodCase{"sqlalchemys_several_hosts",
                 "postgresql+psycopg2://u@/d?host=a:1&host=b&host=[::1]:3&host=/run",
                 {{"user", "u"}, {"host", "a,b,::1,/run"}, {"port", "1,,3,"}, {"dbname", "d"}}},
        GoodCase{"several_hosts_with_a_list_of_ports",
                 "postgresql://u@/d?host=a&host=b&port=1,2",
                 {{"user", "u"}, {"host", "a,b"}, {"port", "1,2"}, {"dbname", "d"}}},
        GoodCase{"one_host_as_parameter_with_its_port",
                 "postgresql://u@/d?host=a:5433",
                 {{"user", "u"}, {"host", "a"}, {"port", "5433"}, {"dbname", "d"}}},
        GoodCase{"a_list_of_hosts_as_parameter",
                 "postgresql://u@/d?host=a,b:2",
                 {{"user", "u"}, {"host", "a,b"}, {"port", ",2"}, {"dbname", "d"}}},
        GoodCase{"an_ipv6_address_as_parameter",
                 "postgresql://u@/d?host=2001:db8::1&port=5433",
                 {{"user", "u"}, {"host", "2001:db8::1"}, {"port", "5433"}, {"dbname", "d"}}},
        GoodCase{"a_parameter_goes_above",
                 "postgresql://u@h/d?user=v",
                 {{"user", "v"}, {"host", "h"}, {"dbname", "d"}}},
        GoodCase{"nothing_at_all", "postgresql://", {}},
        GoodCase{"keywords", "host=h port=5433 dbname=d", {{"host", "h"}, {"port", "5433"}, {"dbname", "d"}}},
        GoodCase{"keywords_with_spaces_around", "  host = h\n user = 'u' ", {{"host", "h"}, {"user", "u"}}},
        GoodCase{"a_quoted_value",
                 R"(password='it\'s a \\ b' user=u)",
                 {{"password", R"(it's a \ b)"}, {"user", "u"}}},
        GoodCase{"an_unquoted_value_with_escapes", R"(password=a\ b\'c)", {{"password", "a b'c"}}},
        GoodCase{"an_empty_quoted_value", "password='' user=u", {{"password", ""}, {"user", "u"}}},
        GoodCase{"an_empty_string", "", {}}),
    [](const auto& each) { return each.param.name; });

struct BadCase {
  const char* name;
  std::string text;
};

class BadDsn : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadDsn, IsRefusedWithoutQuotingIt) {
  const auto parsed = parse_dsn(GetParam().text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(parsed.error().reason, "InvalidDatabaseUrl");
  EXPECT_EQ(parsed.error().message.find("s3cr3t"), std::string::npos) << parsed.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Every, BadDsn,
    ::testing::Values(BadCase{"a_bare_at_in_the_password", "postgresql://u:s3@cr3t@h/s3cr3t"},
                      BadCase{"a_bare_slash_in_the_password", "postgresql://u:1/s3cr3t@h/d"},
                      BadCase{"a_broken_escape", "postgresql://u:s3cr3t%@h"},
                      BadCase{"a_half_escape", "postgresql://u:s3cr3t%4@h"},
                      BadCase{"an_escaped_zero", "postgresql://u:s3cr3t%00@h"},
                      BadCase{"an_open_bracket", "postgresql://u:s3cr3t@[::1/d"},
                      BadCase{"something_after_a_bracket", "postgresql://[::1]s3cr3t/d"},
                      BadCase{"a_parameter_without_value", "postgresql://h/d?s3cr3t"},
                      BadCase{"an_unknown_parameter_twice", "postgresql://u:p?s3cr3t=1&s3cr3t=2"},
                      BadCase{"the_password_twice", "postgresql://h/d?password=s3cr3t&password=s3cr3t"},
                      BadCase{"ports_in_two_places", "postgresql://h/d?host=a:1&host=b&port=2"},
                      BadCase{"a_word_without_value", "host=h password=a s3cr3t"},
                      BadCase{"a_quote_that_is_never_closed", "host=h password='s3cr3t"},
                      BadCase{"a_url_as_database", "dbname=postgresql://u:s3cr3t@h"},
                      BadCase{"a_connection_string_as_database", "dbname='password=s3cr3t'"},
                      BadCase{"another_databases_url", "mysql://u:s3cr3t@h/d"}),
    [](const auto& each) { return each.param.name; });

TEST(ParseDsn, NamesTheParameterThatIsGivenTwice) {
  const auto parsed = parse_dsn("postgresql://h/d?sslmode=require&sslmode=disable");
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().message.find("`sslmode`"), std::string::npos) << parsed.error().message;
}

TEST(ToConninfo, ReadsBackAsItWas) {
  const Keywords keywords = {{"host", "h"}, {"password", R"(it's \ "quoted" = ü)"}, {"user", ""}};
  const auto again = parse_dsn(to_conninfo(keywords));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, keywords);
}

}  // namespace
}  // namespace athanor::postgres
