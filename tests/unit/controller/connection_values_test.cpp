// resolve_connection(): which values it takes, and how it refuses the others.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/controller/connection_specs.hpp"
#include "unit/sentence.hpp"

namespace athanor::controller {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A Secret and a ConfigMap, both of them "typed", whose only key "k" holds `text`.
void furnish_with(fakes::FakeResourceClient& client, const std::string& text) {
  ports::Secret secret;
  secret.meta.key = {"shop", "typed"};
  secret.data = {{"k", text}};
  client.put(secret);
  ports::ConfigMap config_map;
  config_map.meta.key = {"shop", "typed"};
  config_map.data = {{"k", text}};
  client.put(config_map);
}

api::DatabaseSpec url_from_typed() {
  api::DatabaseSpec database;
  database.url_from = api::KeyRef{"typed", "k"};
  return database;
}

TEST(ResolveConnectionValues, lose_the_line_ends_behind_them) {
  for (const std::string end : {"\n", "\r\n", "\n\n"}) {
    fakes::FakeResourceClient client;
    furnish_with(client, std::string(kUri) + end);
    const auto by_url = resolve(url_from_typed(), client);
    ASSERT_TRUE(by_url.has_value()) << by_url.error().message;
    EXPECT_EQ(by_url->url, kUri);
    furnish_with(client, " s3 cr3t " + end);
    api::DatabaseSpec database;
    database.connection = {{"host", from_config_map("typed", "k")},
                           {"user", value("shop" + end)},
                           {"password", from_secret("typed", "k")}};
    const auto by_fields = resolve(database, client);
    ASSERT_TRUE(by_fields.has_value()) << by_fields.error().message;
    EXPECT_EQ(by_fields->parameters,
              (ports::StringMap{{"host", " s3 cr3t "}, {"user", "shop"}, {"password", " s3 cr3t "}}));
  }
}

TEST(ResolveConnectionValues, of_certificates_stay_as_they_are) {
  const std::string pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  fakes::FakeResourceClient client;
  furnish_with(client, pem);
  api::DatabaseSpec database;
  database.connection = {{"host", value("db")}, {"sslrootcert", from_secret("typed", "k")}};
  EXPECT_EQ(resolve(database, client)->root_cert_pem, pem);
  database.connection.erase("sslrootcert");
  database.tls.root_cert = from_config_map("typed", "k");
  EXPECT_EQ(resolve(database, client)->root_cert_pem, pem);
}

struct BadValue {
  std::string sentence;
  std::string text;  ///< of the key k
  api::DatabaseSpec database;
  bool standalone;
  std::string reason;
  std::vector<std::string> told;  ///< each stands in the message
};

api::DatabaseSpec with_password(api::ValueSource source) {
  api::DatabaseSpec database;
  database.connection = {{"host", value("db")}, {"password", std::move(source)}};
  return database;
}

class ResolveConnectionValuesRefused : public testing::TestWithParam<BadValue> {};

TEST_P(ResolveConnectionValuesRefused, ByNameAndNeverByValue) {
  const BadValue& expected = GetParam();
  fakes::FakeResourceClient client;
  furnish_with(client, expected.text);
  const auto spec = resolve(expected.database, client, expected.standalone);
  ASSERT_FALSE(spec.has_value());
  EXPECT_EQ(spec.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(spec.error().reason, expected.reason);
  for (const auto& part : expected.told) EXPECT_THAT(spec.error().message, HasSubstr(part));
  EXPECT_THAT(spec.error().message, AllOf(Not(HasSubstr("s3cr3t")), Not(HasSubstr("mysql"))));
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, ResolveConnectionValuesRefused,
    testing::Values(BadValue{"a line end inside a url",
                             "postgresql://u:s3cr3t@h\n/d\n",
                             url_from_typed(),
                             false,
                             "InvalidDatabaseUrl",
                             {"Key k of Secret shop/typed, which spec.database.urlFrom.secretKeyRef names,"}},
                    BadValue{"a tab in a Secret's password",
                             "s3cr3t\tx",
                             with_password(from_secret("typed", "k")),
                             false,
                             "InvalidDatabaseUrl",
                             {"Key k of Secret shop/typed, which spec.database.connection.password names,"}},
                    BadValue{
                        "a zero byte in a ConfigMap's value",
                        std::string("s3cr3t\0x", 8),
                        with_password(from_config_map("typed", "k")),
                        false,
                        "InvalidDatabaseUrl",
                        {"Key k of ConfigMap shop/typed, which spec.database.connection.password names,"}},
                    BadValue{"a line end inside a value as it stands",
                             "",
                             with_password(value("s3cr3t\nx")),
                             false,
                             "InvalidDatabaseUrl",
                             {"spec.database.connection.password holds a control character"}},
                    BadValue{"a url of a server that nobody speaks to",
                             "mysql://u:s3cr3t@h/d",
                             url_from_typed(),
                             false,
                             "DatabaseSchemeNotAllowed",
                             {"Key k of Secret shop/typed, which spec.database.urlFrom.secretKeyRef names,",
                              "postgresql://, postgres:// or postgresql+driver://"}},
                    BadValue{"the same where SQLite would do as well",
                             "mysql://u:s3cr3t@h/d",
                             url_from_typed(),
                             true,
                             "DatabaseSchemeNotAllowed",
                             {"Key k of Secret shop/typed", "postgresql+driver://, or with sqlite:///"}},
                    BadValue{"a driver's own spelling",
                             "jdbc:postgresql://h/d?password=s3cr3t",
                             url_from_typed(),
                             true,
                             "DatabaseSchemeNotAllowed",
                             {"Key k of Secret shop/typed"}}),
    sentence_name<BadValue>);

TEST(ResolveConnectionValues, may_have_any_spelling_of_postgresql) {
  for (const std::string url : {"postgres://h/d", "postgresql+psycopg://h/d", "postgres+asyncpg://h/d",
                                "host=h dbname=a://b", "host=h"}) {
    api::DatabaseSpec database;
    database.url = url;
    fakes::FakeResourceClient client;
    const auto spec = resolve(database, client);
    ASSERT_TRUE(spec.has_value()) << spec.error().message;
    EXPECT_EQ(spec->url, url);
  }
}

}  // namespace
}  // namespace athanor::controller
