#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "adapters/manifests/yaml_json.hpp"

namespace athanor::manifests {
namespace {

using nlohmann::json;

struct Scalar {
  std::string yaml;
  json value;
};

TEST(ToJson, ReadsScalarsAsKubectlDoes) {
  const std::vector<Scalar> table{
      {"text", "text"},
      {"\"5\"", "5"},
      {"'true'", "true"},
      {"!!str 5", "5"},
      {"5", 5},
      {"-5", -5},
      {"+5", 5},
      {"0", 0},
      {"0x1f", 31},
      {"0755", 493},
      {"089", 89},
      {"0o17", 15},
      {"0b11", 3},
      {"1_000", 1000},
      {"0x", "0x"},
      {"--5", "--5"},
      {"-", json::array({nullptr})},
      {"+-5", "+-5"},
      {"0x-5", "0x-5"},
      {"1:30", "1:30"},
      {"_1", "_1"},
      {"y", true},
      {"1.0", 1.0},
      {"1e3", 1000.0},
      {".5", 0.5},
      {"1.2.3", "1.2.3"},
      {"5s", "5s"},
      {"inf", "inf"},
      {"nan", "nan"},
      {"true", true},
      {"Yes", true},
      {"off", false},
      {"~", nullptr},
      {"null", nullptr},
      {"\"\"", ""},
      {"-", json::array({nullptr})},
      {"1e999", "1e999"},
      {"3f2a9c1b7d10", "3f2a9c1b7d10"},
      {"2026-11-22", "2026-11-22"},
      {"99999999999999999999", 99999999999999999999.0},
  };
  for (const Scalar& row : table) {
    const auto read = to_json(YAML::Load(row.yaml));
    ASSERT_TRUE(read) << row.yaml;
    EXPECT_EQ(*read, row.value) << row.yaml;
  }
}

TEST(ToJson, KeepsBlocksAndAliases) {
  const auto read = to_json(YAML::Load("a: &x {b: [1, two]}\nc: *x\nd: |\n  line\n  line\n"));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, json::parse(R"({"a": {"b": [1, "two"]}, "c": {"b": [1, "two"]}, "d": "line\nline\n"})"));
}

TEST(ToJson, NamesTheLineOfAKeyThatStandsTwice) {
  const auto read = to_json(YAML::Load("a: 1\nb: 2\na: 3\n"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().site.line, 3U);
  EXPECT_THAT(read.error().message, ::testing::HasSubstr("\"a\" stands here twice"));
}

TEST(ToJson, RefusesKeysThatAreNoTextAndBottomlessNesting) {
  EXPECT_FALSE(to_json(YAML::Load("{[a]: b}")));
  EXPECT_FALSE(to_json(YAML::Load(std::string(150, '[') + std::string(150, ']'))));
}

TEST(ToYaml, ReadsBackAsItWas) {
  const json value = json::parse(R"({
    "text": "plain", "number_as_text": "5", "bool_as_text": "yes", "empty": "", "null_as_text": "~",
    "lines": "one\ntwo: 2\n", "number": 7, "flag": false, "none": null, "colon": "a: b", "hash": "a # b",
    "quote": "\"'", "unicode": "caf\u00e9", "list": [1, "1", {"a": []}], "object": {}, "octal": "0755",
    "float": 1.5, "date": "2026-11-22T20:14:00Z", "dash": "- a", "control": "a\u0007b"})");
  const auto read = to_json(YAML::Load(to_yaml(value)));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, value) << to_yaml(value);
}

}  // namespace
}  // namespace athanor::manifests
