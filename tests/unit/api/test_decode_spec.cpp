#include <functional>

#include <gmock/gmock.h>

#include "api/codec.hpp"
#include "sample_objects.hpp"

namespace athanor::api {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(DecodeSpec, FillsInDefaults) {
  const auto spec = decode_spec(minimal_object().dump());
  ASSERT_TRUE(spec) << spec.error().message;
  Spec expected;
  expected.database.url_from = KeyRef{"shop-db", "uri"};
  expected.revisions.config_maps = {"shop-staging-revisions"};
  EXPECT_EQ(*spec, expected);
  EXPECT_EQ(spec->target, "heads");
  EXPECT_EQ(spec->version_table, "alembic_version");
  EXPECT_EQ(spec->policy.lock_timeout, milliseconds{5000});
  EXPECT_EQ(spec->drift_interval, milliseconds{300'000});
}

TEST(DecodeSpec, ReadsEveryField) {
  const auto spec = decode_spec(full_valid_object().dump());
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_TRUE(spec->suspend);
  EXPECT_EQ(spec->database.url, std::nullopt);
  EXPECT_EQ(spec->database.connection.at("host").value, "db");
  EXPECT_EQ(spec->database.connection.at("port").value, "5433") << "integers are taken as text";
  EXPECT_EQ(spec->database.connection.at("user").config_map, (KeyRef{"shop", "user"}));
  EXPECT_EQ(spec->database.connection.at("password").secret, (KeyRef{"shop-db", "password"}));
  EXPECT_EQ(spec->database.schema, "shop");
  EXPECT_EQ(spec->database.role, "shop_owner");
  EXPECT_EQ(spec->database.tls.mode, TlsMode::Require);
  EXPECT_EQ(spec->database.tls.root_cert->secret, (KeyRef{"ca", "ca.crt"}));
  EXPECT_THAT(spec->revisions.config_maps, ElementsAre("one", "two"));
  EXPECT_EQ(spec->revisions.config_map_selector->match_labels.at("app"), "shop");
  EXPECT_THAT(spec->revisions.config_map_selector->match_expressions,
              ElementsAre(LabelSelector::Requirement{"tier", "In", {"a", "b"}}));
  EXPECT_THAT(spec->revisions.digest, testing::StartsWith("sha256:0123"));
  EXPECT_EQ(spec->target, "billing@head");
  EXPECT_EQ(spec->version_table, "versions");
  EXPECT_EQ(spec->version_table_schema, "meta");
  EXPECT_EQ(spec->policy.downgrade, PolicySpec::Downgrade::Allow);
  EXPECT_EQ(spec->policy.edited_revision, PolicySpec::EditedRevision::Warn);
  EXPECT_EQ(spec->policy.lock_timeout, milliseconds{750});
  EXPECT_EQ(spec->policy.statement_timeout, milliseconds{3'600'000});
  EXPECT_EQ(spec->drift_interval, milliseconds{90'000});
}

/// One change of the minimal object, and what the message must say of it.
struct BadSpec {
  std::string name;
  std::string pointer;  ///< JSON pointer below /spec
  json value;           ///< null removes
  std::string says;
};

class RefusedSpec : public testing::TestWithParam<BadSpec> {};

TEST_P(RefusedSpec, IsNamedByItsPath) {
  json object = minimal_object();
  object["spec"][json::json_pointer(GetParam().pointer)] = GetParam().value;
  const auto spec = decode_spec(object.dump());
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(spec.error().reason, "InvalidSpec");
  EXPECT_THAT(spec.error().message, HasSubstr(GetParam().says));
  EXPECT_THAT(spec.error().message, Not(HasSubstr("hunter2")));
}

json connection_with(const std::string& key, json entry) {
  json connection = {
      {"host", {{"value", "db"}}}, {"dbname", {{"value", "shop"}}}, {"user", {{"value", "shop"}}}};
  connection[key] = std::move(entry);
  return {{"connection", connection}};
}

const std::string kTooLong(64, 'x');

INSTANTIATE_TEST_SUITE_P(
    Database, RefusedSpec,
    testing::Values(
        BadSpec{"no_database", "/database", nullptr, "spec.database: is missing"},
        BadSpec{"database_of_another_type", "/database", "x",
                "spec.database: is of type string, expected an object"},
        BadSpec{"no_way_to_the_database", "/database", json::object(),
                "spec.database: must have exactly one of"},
        BadSpec{"two_ways_to_the_database", "/database/url", "postgresql://db/x",
                "spec.database: must have exactly"},
        BadSpec{"a_password_in_the_url",
                "/database",
                {{"url", "postgresql://a:hunter2@db/x"}},
                "urlFrom.secretKeyRef"},
        BadSpec{"an_empty_url", "/database", {{"url", ""}}, "spec.database.url: is empty"},
        BadSpec{"a_url_of_another_type", "/database", {{"url", 5}}, "spec.database.url: is of type number"},
        BadSpec{"urlFrom_without_a_reference", "/database/urlFrom", json::object(),
                "spec.database.urlFrom.secretKeyRef: is missing"},
        BadSpec{"a_bad_secret_name", "/database/urlFrom/secretKeyRef/name", "No_Such",
                "spec.database.urlFrom.secretKeyRef.name: is \"No_Such\""},
        BadSpec{"a_bad_secret_key", "/database/urlFrom/secretKeyRef/key", "../x",
                "spec.database.urlFrom.secretKeyRef.key"},
        BadSpec{"a_schema_that_postgres_would_cut", "/database/schema", kTooLong,
                "spec.database.schema: is "},
        BadSpec{"an_empty_role", "/database/role", "", "spec.database.role: is \"\""},
        BadSpec{"an_unknown_tls_mode",
                "/database/tls",
                {{"mode", "on"}},
                "spec.database.tls.mode: is \"on\", expected disable"},
        BadSpec{"a_root_certificate_from_nowhere",
                "/database/tls",
                {{"rootCert", json::object()}},
                "spec.database.tls.rootCert: must have exactly one of value, valueFrom"},
        BadSpec{"a_password_in_the_clear", "/database", connection_with("password", {{"value", "hunter2"}}),
                "spec.database.connection.password: must come from a Secret"},
        BadSpec{"a_password_from_a_config_map", "/database",
                connection_with("password",
                                {{"valueFrom", {{"configMapKeyRef", {{"name", "a"}, {"key", "b"}}}}}}),
                "spec.database.connection.password: must come from a Secret"},
        BadSpec{"a_password_as_plain_text", "/database", connection_with("password", "hunter2"),
                "spec.database.connection.password: is of type string"},
        BadSpec{"no_host", "/database", connection_with("host", nullptr),
                "spec.database.connection.host: is missing"},
        BadSpec{"no_user", "/database", connection_with("user", nullptr),
                "spec.database.connection.user: is missing"},
        BadSpec{"a_value_said_twice", "/database",
                connection_with("host", {{"value", "a"},
                                         {"valueFrom", {{"secretKeyRef", {{"name", "a"}, {"key", "b"}}}}}}),
                "spec.database.connection.host: must have exactly one of value, valueFrom"},
        BadSpec{"a_value_from_two_places", "/database",
                connection_with("host", {{"valueFrom",
                                          {{"secretKeyRef", {{"name", "a"}, {"key", "b"}}},
                                           {"configMapKeyRef", {{"name", "a"}, {"key", "b"}}}}}}),
                "spec.database.connection.host.valueFrom: must have exactly one of"},
        BadSpec{"a_port_out_of_range", "/database", connection_with("port", {{"value", 65536}}),
                "spec.database.connection.port: has a value that is no port"},
        BadSpec{"a_port_in_words", "/database", connection_with("port", {{"value", "psql"}}),
                "spec.database.connection.port: has a value that is no port"},
        BadSpec{"an_unknown_sslmode", "/database", connection_with("sslmode", {{"value", "yes"}}),
                "spec.database.connection.sslmode: is \"yes\""},
        BadSpec{"a_parameter_that_is_not_allowed", "/database",
                connection_with("options", {{"value", "-c x=y"}}),
                "spec.database.connection: has the unknown entry \"options\""}),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rest, RefusedSpec,
    testing::Values(
        BadSpec{"no_revisions", "/revisions", nullptr, "spec.revisions: is missing"},
        BadSpec{"revisions_from_nowhere", "/revisions", json::object(), "spec.revisions: names no revisions"},
        BadSpec{"an_empty_list_of_config_maps", "/revisions/configMaps", json::array(),
                "spec.revisions.configMaps: is empty"},
        BadSpec{"a_config_map_without_a_name", "/revisions/configMaps/0", json::object(),
                "spec.revisions.configMaps[0].name: is \"\""},
        BadSpec{"a_config_map_named_twice",
                "/revisions/configMaps",
                {{{"name", "a"}}, {{"name", "a"}}},
                "spec.revisions.configMaps[1].name: \"a\" is listed twice"},
        BadSpec{"config_maps_as_plain_names",
                "/revisions/configMaps",
                {"a"},
                "spec.revisions.configMaps[0]: is of type string"},
        BadSpec{"a_selector_that_selects_nothing", "/revisions/configMapSelector", json::object(),
                "spec.revisions.configMapSelector: is empty"},
        BadSpec{"an_unknown_selector_operator",
                "/revisions/configMapSelector",
                {{"matchExpressions", {{{"key", "a"}, {"operator", "Like"}}}}},
                "spec.revisions.configMapSelector.matchExpressions[0].operator: is \"Like\""},
        BadSpec{"In_without_values",
                "/revisions/configMapSelector",
                {{"matchExpressions", {{{"key", "a"}, {"operator", "In"}}}}},
                "matchExpressions[0].values: must have an entry"},
        BadSpec{"Exists_with_values",
                "/revisions/configMapSelector",
                {{"matchExpressions", {{{"key", "a"}, {"operator", "Exists"}, {"values", {"x"}}}}}},
                "matchExpressions[0].values: must be empty"},
        BadSpec{"a_label_value_that_is_none",
                "/revisions/configMapSelector",
                {{"matchLabels", {{"a", "b c"}}}},
                "spec.revisions.configMapSelector.matchLabels"},
        BadSpec{"a_label_value_of_another_type",
                "/revisions/configMapSelector",
                {{"matchLabels", {{"a", true}}}},
                "spec.revisions.configMapSelector.matchLabels.a: is of type boolean"},
        BadSpec{"a_digest_of_another_kind", "/revisions/digest", "md5:00",
                "spec.revisions.digest: is \"md5:00\""},
        BadSpec{"a_digest_in_capitals", "/revisions/digest", "sha256:" + std::string(64, 'A'),
                "spec.revisions.digest"},
        BadSpec{"an_empty_target", "/target", "", "spec.target: is \"\""},
        BadSpec{"a_target_with_a_blank", "/target", "he ads", "spec.target: is \"he ads\""},
        BadSpec{"adopting_from_nobody", "/adopt", json::object(), "spec.adopt.from: is missing"},
        BadSpec{"adopting_from_a_tool_that_nobody_knows",
                "/adopt",
                {{"from", "liquibase"}},
                "spec.adopt.from: is \"liquibase\", expected golang-migrate or dbmate or goose"},
        BadSpec{"adopting_from_a_table_without_a_name",
                "/adopt",
                {{"from", "goose"}, {"table", ""}},
                "spec.adopt.table: is \"\""},
        BadSpec{"an_empty_version_table", "/versionTable", {{"name", ""}}, "spec.versionTable.name: is \"\""},
        BadSpec{"a_version_table_that_postgres_would_cut",
                "/versionTable",
                {{"name", kTooLong}},
                "spec.versionTable.name"},
        BadSpec{"an_unknown_policy",
                "/policy",
                {{"downgrade", "Maybe"}},
                "spec.policy.downgrade: is \"Maybe\", expected Deny or Allow"},
        BadSpec{"a_lock_timeout_without_limit",
                "/policy",
                {{"lockTimeout", "0s"}},
                "spec.policy.lockTimeout: is 0s, expected 1ms to 1h0m0s"},
        BadSpec{"a_lock_timeout_without_unit",
                "/policy",
                {{"lockTimeout", "5"}},
                "spec.policy.lockTimeout: \"5\" is no duration"},
        BadSpec{"a_lock_timeout_as_number",
                "/policy",
                {{"lockTimeout", 5}},
                "spec.policy.lockTimeout: is of type number"},
        BadSpec{"a_statement_timeout_past_32_bits",
                "/policy",
                {{"statementTimeout", "600h"}},
                "spec.policy.statementTimeout: is 600h0m0s"},
        BadSpec{"checks_in_too_quick_succession",
                "/drift",
                {{"interval", "1s"}},
                "spec.drift.interval: is 1s, expected 10s"},
        BadSpec{"suspend_in_words", "/suspend", "yes",
                "spec.suspend: is of type string, expected true or false"}),
    [](const auto& param) { return param.param.name; });

TEST(DecodeSpec, NamesAllThatIsWrongAtOnce) {
  json object = minimal_object();
  object["spec"]["target"] = "";
  object["spec"]["drift"]["interval"] = "soon";
  object["spec"]["database"]["role"] = 7;
  const auto spec = decode_spec(object.dump());
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().message, HasSubstr("spec.target"));
  EXPECT_THAT(spec.error().message, HasSubstr("spec.drift.interval"));
  EXPECT_THAT(spec.error().message, HasSubstr("spec.database.role"));
}

TEST(DecodeSpec, RefusesWhatIsNoObject) {
  for (const std::string text : {"", "{", "[]", "5", R"({"spec": 5})", R"({"spec": null})"}) {
    const auto spec = decode_spec(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().reason, "InvalidSpec");
  }
}

TEST(DecodeSpec, RefusesAnSslModeSaidTwice) {
  json object = full_valid_object();
  object["spec"]["database"]["connection"]["sslmode"] = {{"value", "require"}};
  object["spec"]["database"]["connection"]["sslrootcert"] = {{"value", "system"}};
  const auto spec = decode_spec(object.dump());
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().message, HasSubstr("spec.database.tls.mode: says the same"));
  EXPECT_THAT(spec.error().message, HasSubstr("spec.database.tls.rootCert: says the same"));
}

TEST(DecodeSpec, TakesNullAsAbsent) {
  json object = minimal_object();
  object["spec"]["target"] = nullptr;
  object["spec"]["policy"] = nullptr;
  const auto spec = decode_spec(object.dump());
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->target, "heads");
}

TEST(DecodeSpec, PassesOverFieldsOfANewerRelease) {
  json object = minimal_object();
  object["spec"]["approval"] = {{"required", true}};
  EXPECT_TRUE(decode_spec(object.dump()));
}

TEST(UnknownSpecFields, AreNamedByTheirPath) {
  json object = minimal_object();
  object["spec"]["approval"] = {{"required", true}};
  object["spec"]["policy"] = {{"lockTimout", "5s"}, {"lockTimeout", "5s"}};
  object["spec"]["revisions"]["configMaps"][0]["nmae"] = "x";
  EXPECT_THAT(unknown_spec_fields(object.dump()),
              testing::UnorderedElementsAre("spec.approval", "spec.policy.lockTimout",
                                            "spec.revisions.configMaps[0].nmae"));
  EXPECT_THAT(unknown_spec_fields(full_valid_object().dump()), testing::IsEmpty());
  EXPECT_THAT(unknown_spec_fields("nonsense"), testing::IsEmpty());
}

TEST(DecodeSpec, CutsAndCleansWhatItRepeats) {
  json object = minimal_object();
  object["spec"]["target"] = "a\nb" + std::string(300, 'x');
  const auto spec = decode_spec(object.dump());
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().message, HasSubstr("a?b"));
  EXPECT_LT(spec.error().message.size(), 200U);
}

}  // namespace
}  // namespace athanor::api
