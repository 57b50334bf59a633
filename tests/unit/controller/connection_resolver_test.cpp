// resolve_connection(): every way in which spec.database can name a database.
#include "controller/connection_resolver.hpp"

#include <functional>
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

/// Namespace shop: Secret login (uri, user, password, ca), ConfigMap place (host, ca). Namespace other:
/// Secret elsewhere.
void furnish(fakes::FakeResourceClient& client) {
  ports::Secret login;
  login.meta.key = {"shop", "login"};
  login.data = {{"uri", std::string(kUri)},
                {"user", "shop"},
                {"password", "s3cr3t"},
                {"ca", "-----BEGIN PEM of login"}};
  client.put(login);
  ports::Secret elsewhere;
  elsewhere.meta.key = {"other", "elsewhere"};
  elsewhere.data = {{"uri", std::string(kUri)}};
  client.put(elsewhere);
  ports::ConfigMap place;
  place.meta.key = {"shop", "place"};
  place.data = {{"host", "db.shop.svc"}, {"ca", "-----BEGIN PEM of place"}};
  client.put(place);
}

struct Way {
  std::string sentence;
  std::function<void(api::DatabaseSpec&)> name;
  std::string url;
  ports::StringMap parameters;
  std::optional<ports::TlsMode> tls;
  std::string root_cert;
  int secret_reads = 0;
  int config_map_reads = 0;
};

class ResolveConnection : public testing::TestWithParam<Way> {};

TEST_P(ResolveConnection, FollowsReferences) {
  const Way& expected = GetParam();
  fakes::FakeResourceClient client;
  furnish(client);
  api::DatabaseSpec database;
  expected.name(database);
  const auto spec = resolve(database, client);
  ASSERT_TRUE(spec.has_value()) << spec.error().message;
  EXPECT_EQ(spec->url, expected.url);
  EXPECT_EQ(spec->parameters, expected.parameters);
  EXPECT_EQ(spec->tls, expected.tls);
  EXPECT_EQ(spec->root_cert_pem, expected.root_cert);
  EXPECT_TRUE(spec->operator_rules);
  EXPECT_FALSE(spec->allow_sqlite);
  EXPECT_EQ(client.calls("secret"), expected.secret_reads);
  EXPECT_EQ(client.calls("config_map"), expected.config_map_reads);
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, ResolveConnection,
    testing::Values(
        Way{"a url needs no reading",
            [](api::DatabaseSpec& d) { d.url = "postgresql://shop@db/shop"; },
            "postgresql://shop@db/shop",
            {},
            std::nullopt,
            ""},
        Way{"a url from a Secret",
            [](api::DatabaseSpec& d) {
              d.url_from = api::KeyRef{"login", "uri"};
            },
            std::string(kUri),
            {},
            std::nullopt,
            "",
            1},
        Way{"every field as it stands",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", value("db")}, {"port", value("5433")}, {"dbname", value("shop")}};
            },
            "",
            {{"host", "db"}, {"port", "5433"}, {"dbname", "shop"}},
            std::nullopt,
            ""},
        Way{"several keys of one Secret and one ConfigMap are read at once",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", from_config_map("place", "host")},
                              {"user", from_secret("login", "user")},
                              {"password", from_secret("login", "password")}};
              d.tls.root_cert = from_config_map("place", "ca");
            },
            "",
            {{"host", "db.shop.svc"}, {"user", "shop"}, {"password", "s3cr3t"}},
            std::nullopt,
            "-----BEGIN PEM of place",
            1,
            1},
        Way{"sslrootcert holds the certificate, since a pod has no file to name",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", value("db")}, {"sslrootcert", from_secret("login", "ca")}};
            },
            "",
            {{"host", "db"}},
            std::nullopt,
            "-----BEGIN PEM of login",
            1},
        Way{"sslrootcert may be the word that stands for the system's authorities",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", value("db")}, {"sslrootcert", value("system")}};
            },
            "",
            {{"host", "db"}, {"sslrootcert", "system"}},
            std::nullopt,
            ""},
        Way{"sslmode is a parameter like any other",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", value("db")}, {"sslmode", value("require")}};
            },
            "",
            {{"host", "db"}, {"sslmode", "require"}},
            std::nullopt,
            ""},
        Way{"tls disable",
            [](api::DatabaseSpec& d) {
              d.url = "postgresql://db/shop";
              d.tls.mode = api::TlsMode::Disable;
            },
            "postgresql://db/shop",
            {},
            ports::TlsMode::Disable,
            ""},
        Way{"tls require",
            [](api::DatabaseSpec& d) {
              d.url = "postgresql://db/shop";
              d.tls.mode = api::TlsMode::Require;
            },
            "postgresql://db/shop",
            {},
            ports::TlsMode::Require,
            ""},
        Way{"tls verify-ca",
            [](api::DatabaseSpec& d) {
              d.url = "postgresql://db/shop";
              d.tls.mode = api::TlsMode::VerifyCa;
            },
            "postgresql://db/shop",
            {},
            ports::TlsMode::VerifyCa,
            ""},
        Way{"tls verify-full with its root certificate beside a url from the same Secret",
            [](api::DatabaseSpec& d) {
              d.url_from = api::KeyRef{"login", "uri"};
              d.tls.mode = api::TlsMode::VerifyFull;
              d.tls.root_cert = from_secret("login", "ca");
            },
            std::string(kUri),
            {},
            ports::TlsMode::VerifyFull,
            "-----BEGIN PEM of login",
            1}),
    sentence_name<Way>);

struct Gap {
  std::string sentence;
  std::function<void(api::DatabaseSpec&)> name;
  std::string reason;
  std::vector<std::string> told;  ///< each stands in the message
};

class ResolveConnectionRefuses : public testing::TestWithParam<Gap> {};

TEST_P(ResolveConnectionRefuses, NamesWhatIsMissing) {
  const Gap& expected = GetParam();
  fakes::FakeResourceClient client;
  furnish(client);
  api::DatabaseSpec database;
  expected.name(database);
  const auto spec = resolve(database, client);
  ASSERT_FALSE(spec.has_value());
  EXPECT_EQ(spec.error().kind, ErrorKind::Transient) << "it is looked for again for ever";
  EXPECT_EQ(spec.error().reason, expected.reason);
  for (const auto& part : expected.told) EXPECT_THAT(spec.error().message, HasSubstr(part));
  EXPECT_THAT(spec.error().message, AllOf(Not(HasSubstr("s3cr3t")), Not(HasSubstr("PEM of"))));
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, ResolveConnectionRefuses,
    testing::Values(
        Gap{"the Secret of the url is not there",
            [](api::DatabaseSpec& d) {
              d.url_from = api::KeyRef{"absent", "uri"};
            },
            "SecretMissing",
            {"shop/absent", "spec.database.urlFrom.secretKeyRef"}},
        Gap{"the Secret of the url has no such key",
            [](api::DatabaseSpec& d) {
              d.url_from = api::KeyRef{"login", "url"};
            },
            "SecretKeyMissing",
            {"shop/login", "key url", "spec.database.urlFrom.secretKeyRef"}},
        Gap{"a Secret of another namespace is not there",
            [](api::DatabaseSpec& d) {
              d.url_from = api::KeyRef{"elsewhere", "uri"};
            },
            "SecretMissing",
            {"shop/elsewhere"}},
        Gap{"the Secret of one field is not there",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", value("db")}, {"password", from_secret("absent", "password")}};
            },
            "SecretMissing",
            {"shop/absent", "spec.database.connection.password"}},
        Gap{"a key of a Secret that was read already is not there",
            [](api::DatabaseSpec& d) {
              d.connection = {{"password", from_secret("login", "password")},
                              {"user", from_secret("login", "username")}};
            },
            "SecretKeyMissing",
            {"shop/login", "key username", "spec.database.connection.user"}},
        Gap{"the ConfigMap of one field is not there",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", from_config_map("absent", "host")}};
            },
            "ConfigMapMissing",
            {"ConfigMap shop/absent", "spec.database.connection.host"}},
        Gap{"the ConfigMap of one field has no such key",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", from_config_map("place", "hostname")}};
            },
            "ConfigMapKeyMissing",
            {"ConfigMap shop/place", "key hostname", "spec.database.connection.host"}},
        Gap{"a Secret is not looked for among the ConfigMaps",
            [](api::DatabaseSpec& d) {
              d.connection = {{"host", from_secret("place", "host")}};
            },
            "SecretMissing",
            {"Secret shop/place"}},
        Gap{"the root certificate is not there",
            [](api::DatabaseSpec& d) {
              d.url_from = api::KeyRef{"login", "uri"};
              d.tls.root_cert = from_config_map("place", "ca.crt");
            },
            "ConfigMapKeyMissing",
            {"key ca.crt", "spec.database.tls.rootCert"}}),
    sentence_name<Gap>);

TEST(ResolveConnectionWorld, passes_the_api_servers_own_errors_on) {
  fakes::FakeResourceClient client;
  furnish(client);
  client.fail_next("secret", {ErrorKind::Transient, "Forbidden", "may not get secrets in shop"});
  api::DatabaseSpec database;
  database.url_from = api::KeyRef{"login", "uri"};
  const auto spec = resolve(database, client);
  ASSERT_FALSE(spec.has_value());
  EXPECT_EQ(spec.error().reason, "Forbidden");
}

TEST(ResolveConnectionWorld, reads_again_at_the_next_resolution) {
  fakes::FakeResourceClient client;
  furnish(client);
  api::DatabaseSpec database;
  database.url_from = api::KeyRef{"login", "uri"};
  ASSERT_TRUE(resolve(database, client).has_value());
  ports::Secret mended;
  mended.meta.key = {"shop", "login"};
  mended.data = {{"uri", "postgresql://shop:mended@db/shop"}};
  client.put(mended);
  EXPECT_EQ(resolve(database, client)->url, "postgresql://shop:mended@db/shop");
}

TEST(ResolveConnectionWorld, tells_the_versions_of_what_it_read_and_none_of_it) {
  fakes::FakeResourceClient client;
  furnish(client);
  ConfigMapReader config_maps(client, [](const ports::ObjectKey&) { return std::nullopt; });
  api::DatabaseSpec database;
  database.connection = {{"host", from_config_map("place", "host")},
                         {"user", from_secret("login", "user")},
                         {"password", from_secret("absent", "password")}};
  ReadVersions versions;
  EXPECT_FALSE(resolve_connection(database, "shop", {client, config_maps}, false, versions));
  database.connection.erase("password");
  ASSERT_TRUE(resolve_connection(database, "shop", {client, config_maps}, false, versions));
  const ReadVersions before = versions;
  EXPECT_EQ(before.size(), 2U);
  furnish(client);
  ASSERT_TRUE(resolve_connection(database, "shop", {client, config_maps}, false, versions));
  EXPECT_NE(versions.at("Secret shop/login"), before.at("Secret shop/login"));
  EXPECT_NE(versions.at("ConfigMap shop/place"), before.at("ConfigMap shop/place"));
  for (const auto& [object, version] : versions) EXPECT_THAT(version, Not(HasSubstr("s3cr3t"))) << object;
}

TEST(ResolveConnectionWorld, allows_sqlite_only_where_no_cluster_is) {
  fakes::FakeResourceClient client;
  api::DatabaseSpec database;
  database.url = "sqlite:///shop.db";
  const auto refused = resolve(database, client);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().reason, "DatabaseSchemeNotAllowed");
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("spec.database.url "), HasSubstr("SQLite")));
  EXPECT_TRUE(resolve(database, client, true)->allow_sqlite);
}

}  // namespace
}  // namespace athanor::controller
