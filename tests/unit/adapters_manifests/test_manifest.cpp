#include <gmock/gmock.h>

#include "adapters/manifests/manifest.hpp"
#include "api/codec.hpp"

namespace athanor::manifests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::string_view kEnvironment = R"(apiVersion: athanor.dev/v1alpha1
kind: MigrationEnvironment
metadata: {name: staging, namespace: shop, labels: {app: shop}, annotations: {athanor.dev/reconcile-at: monday}}
spec:
  database: {url: "sqlite:///staging.db"}
  revisions: {configMaps: [{name: staging}]}
)";

ManifestFile parsed(std::string_view text) {
  auto file = parse_manifests(text, "dir/a.yaml");
  EXPECT_TRUE(file) << file.error().message;
  return file.value_or(ManifestFile{});
}

TEST(ParseManifests, ReadsAnEnvironmentWhole) {
  const ManifestFile file = parsed(kEnvironment);
  ASSERT_THAT(file.manifests, SizeIs(1));
  const Manifest& manifest = *file.manifests[0];
  EXPECT_EQ(manifest.kind, Kind::Environment);
  EXPECT_EQ(manifest.key, (ports::ObjectKey{"shop", "staging"}));
  EXPECT_THAT(manifest.labels, ElementsAre(Pair("app", "shop")));
  EXPECT_THAT(manifest.annotations, ElementsAre(Pair("athanor.dev/reconcile-at", "monday")));
  const auto spec = api::decode_spec(manifest.json);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->database.url, "sqlite:///staging.db");
}

TEST(ParseManifests, ReadsSeveralDocumentsAndLists) {
  const ManifestFile file = parsed(R"(---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: b, namespace: x}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
)");
  ASSERT_THAT(file.manifests, SizeIs(2));
  EXPECT_EQ(file.manifests[0]->describe(), "ConfigMap default/a");
  EXPECT_EQ(file.manifests[0]->line, 2U);
  EXPECT_EQ(file.manifests[1]->describe(), "Secret x/b");
  EXPECT_THAT(file.ignored, ElementsAre("apps/v1 Deployment web"));
}

TEST(ParseManifests, ReadsJson) {
  EXPECT_THAT(parsed(R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})").manifests,
              SizeIs(1));
}

TEST(ParseManifests, UndoesBase64) {
  const ManifestFile file = parsed(R"(
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a.sql: "SELECT 1"}, binaryData: {b.gz: H4sI/+8=}}
---
{apiVersion: v1, kind: Secret, metadata: {name: b}, data: {uri: "aHVu\n dGVy", same: YQ==, none: ""}, stringData: {same: b}}
)");
  ASSERT_THAT(file.manifests, SizeIs(2));
  EXPECT_THAT(file.manifests[0]->data, ElementsAre(Pair("a.sql", "SELECT 1")));
  EXPECT_THAT(file.manifests[0]->binary_data, ElementsAre(Pair("b.gz", "\x1f\x8b\x08\xff\xef")));
  EXPECT_THAT(file.manifests[1]->data,
              ElementsAre(Pair("none", ""), Pair("same", "b"), Pair("uri", "hunter")));
}

TEST(ParseManifests, TellsChangesOfTheSpecFromOthers) {
  const std::string text(kEnvironment);
  std::string other_label = text;
  other_label.replace(other_label.find("app: shop"), 9, "app: till");
  std::string other_spec = text;
  other_spec.replace(other_spec.find("staging.db"), 10, "another.db");
  std::string with_comment = "# why\n" + text;
  const Manifest first = *parsed(text).manifests[0];
  EXPECT_EQ(parsed(with_comment).manifests[0]->hash, first.hash);
  EXPECT_NE(parsed(other_label).manifests[0]->hash, first.hash);
  EXPECT_EQ(parsed(other_label).manifests[0]->spec_hash, first.spec_hash);
  EXPECT_NE(parsed(other_spec).manifests[0]->spec_hash, first.spec_hash);
}

TEST(ParseManifests, WarnsOfFieldsThatNobodyReads) {
  const std::string text = std::string(kEnvironment) + "  policy: {lockTimout: 5s}\n";
  EXPECT_THAT(parsed(text).warnings, ElementsAre(HasSubstr("no field spec.policy.lockTimout")));
  EXPECT_THAT(parsed(kEnvironment).warnings, IsEmpty());
}

struct Bad {
  std::string name;
  std::string text;
  std::size_t line;
  std::string says;
};

class BadManifest : public ::testing::TestWithParam<Bad> {};

TEST_P(BadManifest, IsNamedByFileAndLine) {
  const auto file = parse_manifests(GetParam().text, "dir/a.yaml");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(file.error().reason, "InvalidManifest");
  EXPECT_EQ(file.error().site.file, "dir/a.yaml");
  EXPECT_EQ(file.error().site.line, GetParam().line) << file.error().message;
  EXPECT_THAT(file.error().message, HasSubstr("dir/a.yaml:" + std::to_string(GetParam().line) + ": "));
  EXPECT_THAT(file.error().message, HasSubstr(GetParam().says));
  EXPECT_THAT(file.error().message, Not(HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(
    Manifests, BadManifest,
    ::testing::Values(
        Bad{"half_written_yaml", "apiVersion: v1\nkind: [Config", 2, ""}, Bad{"a_tab", "a:\n\tb: c\n", 2, ""},
        Bad{"plain_text", "hello\n", 1, "not an object"},
        Bad{"no_kind", "apiVersion: v1\n", 1, "no apiVersion and kind"},
        Bad{"no_metadata", "\n{apiVersion: v1, kind: ConfigMap}", 2, "a ConfigMap without metadata"},
        Bad{"no_name", "{apiVersion: v1, kind: ConfigMap, metadata: {}}", 1, "no name for an object"},
        Bad{"a_name_that_leads_elsewhere",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: ../..}}", 1,
            "no name for an object"},
        Bad{"the_second_document",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\nkind: ConfigMap\n", 3,
            "no apiVersion"},
        Bad{"another_version",
            "{apiVersion: athanor.dev/v9, kind: MigrationEnvironment, metadata: {name: a}}", 1,
            "expected athanor.dev/v1alpha1"},
        Bad{"a_misspelt_kind_of_our_group",
            "{apiVersion: athanor.dev/v1alpha1, kind: MigrationEnviroment, metadata: {name: a}}", 1,
            "a MigrationEnviroment of athanor.dev/v1alpha1, which has no kind but MigrationEnvironment"},
        Bad{"a_kind_in_small_letters",
            "{apiVersion: athanor.dev/v1alpha1, kind: migrationenvironment, metadata: {name: a}}", 1,
            "expected MigrationEnvironment of athanor.dev/v1alpha1"},
        Bad{"an_environment_of_no_group", "{apiVersion: v1, kind: MigrationEnvironment, metadata: {name: a}}",
            1, "a MigrationEnvironment of v1, expected athanor.dev/v1alpha1"},
        Bad{"a_config_map_of_another_version", "{apiVersion: v2, kind: ConfigMap, metadata: {name: a}}", 1,
            "a ConfigMap of v2, expected v1"},
        Bad{"a_config_map_in_another_case", "{apiVersion: v1, kind: Configmap, metadata: {name: a}}", 1,
            "a Configmap of v1, expected ConfigMap of v1"},
        Bad{"a_secret_of_another_group", "{apiVersion: apps/v1, kind: Secret, metadata: {name: a}}", 1,
            "a Secret of apps/v1, expected v1"},
        Bad{"a_name_that_reads_as_a_boolean", "{apiVersion: v1, kind: ConfigMap, metadata: {name: on}}", 1,
            "a ConfigMap: metadata.name is of type boolean; put it in quotes"},
        Bad{"a_namespace_that_reads_as_a_number",
            "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: 5}}", 1,
            "a Secret: metadata.namespace is of type number; put it in quotes"},
        Bad{"a_byte_of_latin_1",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a.sql: SELECT 'caf\xe9'\n", 6,
            "holds the byte 0xe9, which is no UTF-8"},
        Bad{"a_byte_of_latin_1_in_an_environment", std::string(kEnvironment) + "  target: caf\xe9\n", 7,
            "holds the byte 0xe9"},
        Bad{"a_key_of_latin_1",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    caf\xe9: a\n", 6,
            "holds the byte 0xe9"},
        Bad{"a_character_cut_short",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {b: \"\xe2\x82\"}}\n", 3,
            "holds the byte 0xe2"},
        Bad{"data_that_is_no_text", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: 5}}", 1,
            "ConfigMap default/a: data.a is of type number, not text; put it in quotes"},
        Bad{"data_that_is_no_map", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: [a]}", 1,
            "data is no map"},
        Bad{"a_label_that_is_no_text",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {on: yes}}}", 1,
            "labels.on is of type boolean"},
        Bad{"a_secret_that_is_no_base64",
            "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {uri: hunter2!}}", 1,
            "data.uri is no base64; text as it is goes under stringData"},
        Bad{"base64_cut_short", "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {uri: hunter2}}",
            1, "data.uri is no base64"},
        Bad{"base64_with_inner_padding",
            "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {uri: aa=a}}", 1,
            "data.uri is no base64"},
        Bad{"base64_beyond_ascii",
            "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {uri: \"\xc3\xa9\xc3\xa9\"}}", 1,
            "data.uri is no base64"},
        Bad{"a_key_that_leads_elsewhere",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {../a: b}}", 1,
            "\"../a\" is no key"},
        Bad{"a_key_in_both",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}, binaryData: {a: YQ==}}", 1,
            "a is in data and in binaryData"},
        Bad{"a_key_twice", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: b\n  a: c\n", 6,
            "stands here twice"}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace athanor::manifests
