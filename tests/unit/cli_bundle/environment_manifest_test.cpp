// environment_manifest(): what is written, and what only where it was asked for.
#include "cli/bundle/environment_manifest.hpp"

#include <gtest/gtest.h>

#include "cli/bundle/yaml_text.hpp"

namespace athanor::cli {
namespace {

EnvironmentOptions staging() {
  return {.name = "staging",
          .frame = {},
          .secret = "staging-db",
          .secret_key = "uri",
          .config_maps = {"staging-revisions", "staging-revisions-2"},
          .digest = "",
          .version_table = {}};
}

TEST(EnvironmentManifest, ListsItsConfigMapsAndNamesASecret) {
  EXPECT_EQ(yaml_document(*environment_manifest(staging())), R"(---
apiVersion: athanor.dev/v1alpha1
kind: MigrationEnvironment
metadata:
  labels:
    app.kubernetes.io/managed-by: athanor
  name: staging
spec:
  database:
    urlFrom:
      secretKeyRef:
        key: uri
        name: staging-db
  revisions:
    configMaps:
      - name: staging-revisions
      - name: staging-revisions-2
)");
}

TEST(EnvironmentManifest, HasTheDigestAndAVersionTableOfItsOwn) {
  EnvironmentOptions options = staging();
  options.digest = "sha256:00";
  options.version_table = {.name = "alembic_version", .schema = "meta"};
  const auto manifest = environment_manifest(options);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->at("spec").at("revisions").at("digest"), "sha256:00");
  EXPECT_EQ(manifest->at("spec").at("versionTable"),
            (nlohmann::ordered_json{{"name", "alembic_version"}, {"schema", "meta"}}));
}

TEST(EnvironmentManifest, RefusesMoreConfigMapsThanTheResourceTakes) {
  EnvironmentOptions options = staging();
  options.config_maps.assign(256, "m");
  EXPECT_TRUE(environment_manifest(options));
  options.config_maps.emplace_back("m");
  const auto refused = environment_manifest(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "TooManyConfigMaps");
}

}  // namespace
}  // namespace athanor::cli
