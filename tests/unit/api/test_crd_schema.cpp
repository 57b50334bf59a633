// The schema in crds/ and the codec know the same fields.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "api/codec.hpp"
#include "api/spec_decoder.hpp"
#include "sample_objects.hpp"
#include "sample_status.hpp"

namespace athanor::api {
namespace {

using nlohmann::json;

YAML::Node version_schema() {
  return YAML::LoadFile(ATHANOR_CRD_FILE)["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
}

/// Every property, by path; an index stands as [], a free key as {}.
void collect_schema(const YAML::Node& schema, const std::string& path, std::set<std::string>& paths) {
  for (const auto& property : schema["properties"]) {
    const std::string below = path + "." + property.first.as<std::string>();
    paths.insert(below);
    collect_schema(property.second, below, paths);
  }
  if (schema["items"]) collect_schema(schema["items"], path + "[]", paths);
}

std::set<std::string> schema_paths(const std::string& part) {
  std::set<std::string> paths;
  collect_schema(version_schema()["properties"][part], part, paths);
  return paths;
}

void collect_json(const json& value, const std::string& path, std::set<std::string>& paths) {
  if (value.is_array()) {
    for (const json& item : value) collect_json(item, path + "[]", paths);
  } else if (value.is_object()) {
    for (const auto& [key, field] : value.items()) {
      paths.insert(path + "." + key);
      collect_json(field, path + "." + key, paths);
    }
  }
}

/// The fields that the decoder asks for when it reads `object`, indices as [].
std::set<std::string> asked_of(const json& object) {
  Notes notes;
  (void)read_spec(object, notes);
  std::set<std::string> paths;
  for (std::string path : notes.known()) {
    for (std::size_t open = path.find('['); open != std::string::npos; open = path.find('[', open + 2)) {
      path.erase(open + 1, path.find(']', open) - open - 1);
    }
    paths.insert(path);
  }
  paths.erase("spec.revisions.configMapSelector.matchLabels.app");  // a free key
  return paths;
}

/// Everything that the decoder ever asks for: `full_object()` with each value source spelt out in every way.
std::set<std::string> decoder_paths() {
  const json ref = {{"name", "a"}, {"key", "b"}};
  const json anything = {{"value", "a"}, {"valueFrom", {{"secretKeyRef", ref}, {"configMapKeyRef", ref}}}};
  json object = full_object();
  for (auto& [key, entry] : object["spec"]["database"]["connection"].items()) entry = anything;
  object["spec"]["database"]["tls"]["rootCert"] = anything;
  std::set<std::string> paths = asked_of(object);
  // The decoder asks for these only to refuse them.
  paths.erase("spec.database.connection.password.value");
  paths.erase("spec.database.connection.password.valueFrom.configMapKeyRef");
  paths.erase("spec.database.connection.password.valueFrom.configMapKeyRef.name");
  paths.erase("spec.database.connection.password.valueFrom.configMapKeyRef.key");
  return paths;
}

TEST(CrdSchema, HasExactlyTheFieldsThatTheDecoderReads) {
  EXPECT_EQ(schema_paths("spec"), decoder_paths());
}

TEST(CrdSchema, HasExactlyTheStatusFieldsThatAreWritten) {
  std::set<std::string> written;
  collect_json(json::parse(encode_status_patch(full_status()))["status"], "status", written);
  EXPECT_EQ(schema_paths("status"), written);
}

/// kubectl explain has something to say of every field.
void expect_described(const YAML::Node& schema, const std::string& path) {
  for (const auto& property : schema["properties"]) {
    const std::string name = property.first.as<std::string>();
    if (path.empty() && name == "metadata") continue;
    const YAML::Node description = property.second["description"];
    EXPECT_TRUE(description && !description.as<std::string>().empty()) << path << "." << name;
    expect_described(property.second, path + "." + name);
  }
  if (schema["items"]) expect_described(schema["items"], path + "[]");
}

TEST(CrdSchema, DescribesEveryField) {
  expect_described(version_schema(), "");
}

TEST(CrdSchema, HasTheDefaultsOfTheDecoder) {
  const YAML::Node spec = version_schema()["properties"]["spec"]["properties"];
  const Spec defaults;
  EXPECT_EQ(spec["suspend"]["default"].as<bool>(), defaults.suspend);
  EXPECT_EQ(spec["target"]["default"].as<std::string>(), defaults.target);
  EXPECT_EQ(spec["versionTable"]["properties"]["name"]["default"].as<std::string>(), defaults.version_table);
  const YAML::Node policy = spec["policy"]["properties"];
  EXPECT_EQ(parse_duration(policy["lockTimeout"]["default"].as<std::string>()), defaults.policy.lock_timeout);
  EXPECT_EQ(parse_duration(policy["statementTimeout"]["default"].as<std::string>()),
            defaults.policy.statement_timeout);
  EXPECT_EQ(policy["downgrade"]["default"].as<std::string>(), "Deny");
  EXPECT_EQ(policy["editedRevision"]["default"].as<std::string>(), "Fail");
  EXPECT_EQ(parse_duration(spec["drift"]["properties"]["interval"]["default"].as<std::string>()),
            defaults.drift_interval);
}

TEST(CrdSchema, NeverLetsANewObjectLookFinished) {
  EXPECT_EQ(version_schema()["properties"]["status"]["default"]["observedGeneration"].as<int>(), -1);
}

TEST(CrdSchema, NamesTheKindThatTheCodecKnows) {
  const YAML::Node crd = YAML::LoadFile(ATHANOR_CRD_FILE)["spec"];
  EXPECT_EQ(crd["group"].as<std::string>(), kGroup);
  EXPECT_EQ(crd["names"]["kind"].as<std::string>(), kKind);
  EXPECT_EQ(crd["names"]["plural"].as<std::string>(), kPlural);
  EXPECT_EQ(crd["versions"][0]["name"].as<std::string>(), kVersion);
}

}  // namespace
}  // namespace athanor::api
