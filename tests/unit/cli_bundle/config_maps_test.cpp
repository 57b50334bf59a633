// config_maps(): nothing lost, nothing twice, none too large, the same bytes each time.
#include "cli/bundle/config_maps.hpp"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/base64.hpp"
#include "cli/bundle/yaml_text.hpp"
#include "controller/gzip.hpp"

namespace athanor::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kSmallest = 1024;

ConfigMapOptions named(const std::string& name, std::size_t max_bytes, bool gzip = false) {
  return {.name = name,
          .frame = {.ns = "shop", .labels = {{"athanor.dev/environment", "staging"}}},
          .gzip = gzip,
          .max_bytes = max_bytes};
}

/// Text that grows by different factors: as it is, in YAML, in Go's JSON; and that gzip can't do much for.
std::string some_text(std::mt19937& random, std::size_t pieces) {
  static const std::vector<std::string> kPieces = {
      "select",       " ",    "\n",           "<",     ">", "&", "\"", "\r\n", "\t", "ü",
      "\xE2\x80\xA8", "\x01", "\xEF\xBB\xBF", "\n\n\n"};
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) {
    text += random() % 3 == 0 ? std::to_string(random()) : kPieces[random() % kPieces.size()];
  }
  return text;
}

BundleSet some_set(std::mt19937& random, std::size_t files, std::size_t most_pieces) {
  BundleSet set;
  for (std::size_t i = 0; i < files; ++i) {
    const std::string key = std::to_string(i) + "_r.sql";
    set.files.push_back({key, "v/" + key, some_text(random, random() % most_pieces)});
  }
  return set;
}

std::string go_escaped(const nlohmann::ordered_json& object) {
  std::string text = object.dump();
  for (const auto& [plain, escaped] : {std::pair<std::string, std::string>{"<", "\\u003c"},
                                       {">", "\\u003e"},
                                       {"&", "\\u0026"},
                                       {"\u2028", "\\u2028"}}) {
    for (auto at = text.find(plain); at != std::string::npos; at = text.find(plain, at + escaped.size()))
      text.replace(at, plain.size(), escaped);
  }
  return text;
}

std::string unpacked(const std::string& value) {
  return *controller::gunzip(*kubernetes::base64_decode(value), "value", std::size_t{1} << 20U);
}

TEST(ConfigMaps, HoldEveryFileOnceAndNoneIsTooLarge) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const BundleSet set = some_set(random, 1 + random() % 60, 80);
    const bool gzip = round % 2 == 1;
    const ConfigMapOptions options = named("staging-revisions", 4 * kSmallest + random() % 8192, gzip);
    const auto made = config_maps(set, options);
    ASSERT_TRUE(made) << made.error().message;
    std::size_t next = 0;
    for (std::size_t i = 0; i < made->size(); ++i) {
      const auto& object = (*made)[i].object;
      const std::string name = i == 0 ? "staging-revisions" : "staging-revisions-" + std::to_string(i + 1);
      EXPECT_EQ(object["metadata"]["name"], name);
      EXPECT_LE(yaml_document(object).size(), options.max_bytes);
      EXPECT_LE(go_escaped(object).size(), options.max_bytes);
      EXPECT_LE(go_escaped(object).size(), (*made)[i].size.json);
      for (const auto& [key, value] : object[gzip ? "binaryData" : "data"].items()) {
        ASSERT_LT(next, set.files.size());
        ASSERT_EQ(key, set.files[next].key + (gzip ? ".gz" : ""));
        const auto text = value.get<std::string>();
        ASSERT_EQ(gzip ? unpacked(text) : text, set.files[next].text);
        ++next;
      }
    }
    EXPECT_EQ(next, set.files.size());
    const auto again = config_maps(set, options);
    ASSERT_EQ(again->size(), made->size());
    for (std::size_t i = 0; i < made->size(); ++i)
      ASSERT_EQ(yaml_document((*again)[i].object), yaml_document((*made)[i].object));
  }
}

TEST(ConfigMaps, AreFilledAsFarAsTheyGo) {
  BundleSet set;
  for (int i = 0; i < 100; ++i) {
    const std::string key = "r" + std::to_string(1000 + i) + ".sql";
    set.files.push_back({key, key, std::string(1000, 'x') + "\n"});
  }
  const auto made = config_maps(set, named("m", 20 * kSmallest));
  ASSERT_TRUE(made);
  for (std::size_t i = 0; i + 1 < made->size(); ++i) EXPECT_GT((*made)[i].size.larger(), 19 * kSmallest);
}

TEST(ConfigMaps, StayWhatTheyWereWhenTheHistoryGrows) {
  std::mt19937 random(6);
  BundleSet set = some_set(random, 50, 80);
  const auto before = config_maps(set, named("m", 4096));
  set.files.push_back({"new.sql", "new.sql", "SELECT 1;\n"});
  const auto after = config_maps(set, named("m", 4096));
  for (std::size_t i = 0; i + 1 < before->size(); ++i)
    EXPECT_EQ((*before)[i].object.dump(), (*after)[i].object.dump());
}

TEST(ConfigMaps, SayHowAFileThatIsTooLargeGoesIn) {
  std::mt19937 random(7);
  const auto refused = [&](std::string text, std::size_t max_bytes, bool gzip = false) {
    const auto made = config_maps({{{"1.sql", "v/1.sql", std::move(text)}}, ""}, named("m", max_bytes, gzip));
    EXPECT_FALSE(made);
    return made ? std::string() : made.error().message;
  };
  std::string noise;
  while (noise.size() < (std::size_t{400} << 10U)) noise += std::to_string(random());
  EXPECT_THAT(refused(std::string(300 << 10U, 'x'), kDefaultManifestBytes),
              ::testing::AllOf(HasSubstr("v/1.sql alone"), HasSubstr("more than the 200 KiB"),
                               HasSubstr("bundle with --gzip")));
  EXPECT_THAT(refused(noise + noise, kDefaultManifestBytes),
              HasSubstr("Bundle with --max-size 1MiB, and apply with: kubectl apply --server-side"));
  EXPECT_THAT(refused(noise, 100 << 10U, true), HasSubstr("Bundle with --gzip --max-size 1MiB"));
  EXPECT_THAT(refused(noise + noise + noise, kDefaultManifestBytes),
              HasSubstr("Bundle with --gzip --max-size 1MiB"));
  std::string more = noise;
  while (more.size() < (std::size_t{3} << 20U)) more += std::to_string(random());
  EXPECT_THAT(refused(more, kConfigMapLimitBytes, true), HasSubstr("Split it into several revisions"));
}

TEST(ConfigMaps, AreWrittenLikeThis) {
  const auto made = config_maps({{{"1_a.sql", "v/1_a.sql", "-- revision: a\nSELECT '<';\n"}}, ""},
                                named("staging-revisions", kDefaultManifestBytes));
  ASSERT_TRUE(made);
  EXPECT_EQ(yaml_document(made->front().object), R"(---
apiVersion: v1
data:
  1_a.sql: |
    -- revision: a
    SELECT '<';
kind: ConfigMap
metadata:
  labels:
    app.kubernetes.io/managed-by: athanor
    athanor.dev/environment: staging
  name: staging-revisions
  namespace: shop
)");
}

}  // namespace
}  // namespace athanor::cli
