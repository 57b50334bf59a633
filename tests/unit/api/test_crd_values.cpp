// The schema and the decoder take and refuse the same values, as far as a schema can tell them apart.
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "api/codec.hpp"
#include "sample_objects.hpp"
#include "schema_check.hpp"
#include "unit/sentence.hpp"

namespace athanor::api {
namespace {

using nlohmann::json;

enum class Taken { ByBoth, ByNeither, BySchemaOnly };

struct Case {
  std::string sentence;
  std::string pointer;  ///< below /spec
  json value;
  Taken taken;
};

class CrdValues : public testing::TestWithParam<Case> {
 protected:
  static YAML::Node schema() {
    return YAML::LoadFile(ATHANOR_CRD_FILE)["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
  }
};

TEST_P(CrdValues, AreTakenByBothOrByNeither) {
  json object = minimal_object();
  object["spec"][json::json_pointer(GetParam().pointer)] = GetParam().value;
  EXPECT_EQ(fits_schema(object, schema()), GetParam().taken != Taken::ByNeither);
  EXPECT_EQ(decode_spec(object.dump()).has_value(), GetParam().taken == Taken::ByBoth);
}

json connection(const std::string& key, json value) {
  json entries = {
      {"host", {{"value", "db"}}}, {"dbname", {{"value", "shop"}}}, {"user", {{"value", "shop"}}}};
  entries[key] = {{"value", std::move(value)}};
  return {{"connection", entries}};
}

json both(const std::string& key, json value, json tls) {
  json database = connection(key, std::move(value));
  database["tls"] = std::move(tls);
  return database;
}

json expression(json requirement) {
  return {{"matchExpressions", json::array({std::move(requirement)})}};
}

const std::string kKey = "/database/urlFrom/secretKeyRef/key";
const std::string kSelector = "/revisions/configMapSelector";
using enum Taken;

INSTANTIATE_TEST_SUITE_P(
    Names, CrdValues,
    testing::Values(Case{"an identifier of 63 bytes", "/database/schema", std::string(63, 'x'), ByBoth},
                    Case{"an identifier of 64 bytes", "/database/schema", std::string(64, 'x'), ByNeither},
                    // A schema counts characters.
                    Case{"an identifier of 63 characters and more bytes", "/database/role",
                         "é" + std::string(62, 'x'), BySchemaOnly},
                    Case{"an identifier with a line end", "/database/role", "a\nb", ByNeither},
                    Case{"an identifier with a DEL", "/versionTable/name", "a\x7f", ByNeither},
                    Case{"an identifier that is empty", "/versionTable/schema", "", ByNeither},
                    Case{"an identifier with a space", "/versionTable/schema", "my schema", ByBoth},
                    Case{"a data key", kKey, ".a_b-c.D", ByBoth},
                    Case{"a data key that is a dot", kKey, ".", ByNeither},
                    Case{"a data key that is two dots", kKey, "..", ByNeither},
                    Case{"a data key that begins with two dots", kKey, "..x", ByNeither},
                    Case{"a data key with two dots within", kKey, "x..y", ByBoth},
                    Case{"a data key with a slash", kKey, "a/b", ByNeither},
                    Case{"a target with a tab", "/target", "a\tb", ByNeither},
                    Case{"a target with a control character", "/target", "a\x01", ByNeither},
                    Case{"a target", "/target", "billing@head", ByBoth},
                    Case{"a ConfigMap in capitals", "/revisions/configMaps", json::array({{{"name", "A"}}}),
                         ByNeither}),
    sentence_name<Case>);

INSTANTIATE_TEST_SUITE_P(
    Selectors, CrdValues,
    testing::Values(
        Case{"labels", kSelector, {{"matchLabels", {{"example.com/app", "shop"}}}}, ByBoth},
        Case{"a label without a value", kSelector, {{"matchLabels", {{"app", ""}}}}, ByBoth},
        // Names of free keys are beyond a schema.
        Case{"a label key with a space", kSelector, {{"matchLabels", {{"a b", "x"}}}}, BySchemaOnly},
        Case{"a label value with a space", kSelector, {{"matchLabels", {{"a", "x y"}}}}, ByNeither},
        Case{"a label value of 64 bytes",
             kSelector,
             {{"matchLabels", {{"a", std::string(64, 'x')}}}},
             ByNeither},
        Case{"In with a value", kSelector,
             expression({{"key", "a.b/c"}, {"operator", "In"}, {"values", {"x"}}}), ByBoth},
        Case{"In without values", kSelector, expression({{"key", "a"}, {"operator", "In"}}), ByNeither},
        Case{"In with no value in its list", kSelector,
             expression({{"key", "a"}, {"operator", "NotIn"}, {"values", json::array()}}), ByNeither},
        Case{"In with a value that is no label's", kSelector,
             expression({{"key", "a"}, {"operator", "In"}, {"values", {"-x"}}}), ByNeither},
        Case{"Exists", kSelector, expression({{"key", "a"}, {"operator", "Exists"}}), ByBoth},
        Case{"Exists with a value", kSelector,
             expression({{"key", "a"}, {"operator", "Exists"}, {"values", {"x"}}}), ByNeither},
        Case{"an operator that nobody knows", kSelector, expression({{"key", "a"}, {"operator", "Like"}}),
             ByNeither},
        Case{"an expression's key with a space", kSelector,
             expression({{"key", "a b"}, {"operator", "Exists"}}), ByNeither},
        Case{"an expression's key of 64 bytes", kSelector,
             expression({{"key", std::string(64, 'x')}, {"operator", "Exists"}}), ByNeither},
        Case{"a selector of nothing", kSelector, json::object(), ByNeither}),
    sentence_name<Case>);

INSTANTIATE_TEST_SUITE_P(
    Connections, CrdValues,
    testing::Values(
        Case{"a url of 4096 bytes", "/database", {{"url", std::string(4096, 'x')}}, ByBoth},
        Case{"a url of 4097 bytes", "/database", {{"url", std::string(4097, 'x')}}, ByNeither},
        Case{"a port as a number", "/database", connection("port", 65535), ByBoth},
        Case{"a port as text", "/database", connection("port", "5432"), ByBoth},
        Case{"a port as text that is too large", "/database", connection("port", "65536"), ByNeither},
        Case{"a port that is too large", "/database", connection("port", 65536), ByNeither},
        Case{"port 0", "/database", connection("port", 0), ByNeither},
        Case{"a port with a nought before it", "/database", connection("port", "05432"), ByNeither},
        Case{"a port that is a word", "/database", connection("port", "http"), ByNeither},
        Case{"an empty host", "/database", connection("host", ""), ByNeither},
        Case{"sslmode", "/database", connection("sslmode", "prefer"), ByBoth},
        Case{"an sslmode that nobody knows", "/database", connection("sslmode", "on"), ByNeither},
        Case{"tls.mode beside sslmode", "/database", both("sslmode", "require", {{"mode", "require"}}),
             ByNeither},
        Case{"tls.rootCert beside sslmode", "/database",
             both("sslmode", "require", {{"rootCert", {{"value", "PEM"}}}}), ByBoth},
        Case{"tls.rootCert beside sslrootcert", "/database",
             both("sslrootcert", "system", {{"rootCert", {{"value", "PEM"}}}}), ByNeither},
        Case{"an empty tls.rootCert", "/database", both("port", 5432, {{"rootCert", {{"value", ""}}}}),
             ByNeither}),
    sentence_name<Case>);

INSTANTIATE_TEST_SUITE_P(
    Adopting, CrdValues,
    testing::Values(
        Case{"a tool", "/adopt", {{"from", "flyway"}}, ByBoth},
        Case{"a tool and its table", "/adopt", {{"from", "atlas"}, {"table", "a.b"}}, ByBoth},
        Case{"no tool", "/adopt", json::object(), ByNeither},
        Case{"a tool that needs no adopting", "/adopt", {{"from", "alembic"}}, ByNeither},
        Case{"a table that is empty", "/adopt", {{"from", "goose"}, {"table", ""}}, ByNeither},
        Case{"a table of 127 bytes", "/adopt", {{"from", "goose"}, {"table", std::string(127, 'x')}}, ByBoth},
        Case{"a table of 128 bytes",
             "/adopt",
             {{"from", "goose"}, {"table", std::string(128, 'x')}},
             ByNeither}),
    sentence_name<Case>);

INSTANTIATE_TEST_SUITE_P(
    Durations, CrdValues,
    testing::Values(
        Case{"the least lock timeout", "/policy", {{"lockTimeout", "1ms"}}, ByBoth},
        // Bounds of durations are beyond a schema.
        Case{"a lock timeout of none", "/policy", {{"lockTimeout", "0s"}}, BySchemaOnly},
        Case{"the longest lock timeout", "/policy", {{"lockTimeout", "60m"}}, ByBoth},
        Case{"a lock timeout that is too long", "/policy", {{"lockTimeout", "1h1ms"}}, BySchemaOnly},
        Case{"a statement timeout of none", "/policy", {{"statementTimeout", "0"}}, ByBoth},
        Case{"a statement timeout that is too long", "/policy", {{"statementTimeout", "577h"}}, BySchemaOnly},
        Case{"the least interval", "/drift", {{"interval", "10s"}}, ByBoth},
        Case{"an interval that is too short", "/drift", {{"interval", "9.9s"}}, BySchemaOnly},
        Case{"a duration with a sign", "/drift", {{"interval", "+10s"}}, ByNeither},
        Case{"a duration without a unit", "/drift", {{"interval", "10"}}, ByNeither},
        Case{"a duration in days", "/drift", {{"interval", "1d"}}, ByNeither},
        Case{"an empty duration", "/drift", {{"interval", ""}}, ByNeither},
        Case{"a duration in microseconds", "/policy", {{"lockTimeout", "1500µs"}}, ByBoth}),
    sentence_name<Case>);

}  // namespace
}  // namespace athanor::api
