// RevisionSource: which ConfigMaps make a set, what they may hold, and when they are fetched.
#include "controller/revision_source.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_resource_client.hpp"
#include "unit/controller/config_maps.hpp"
#include "unit/controller/packing.hpp"
#include "unit/controller/revisions.hpp"
#include "unit/sentence.hpp"

namespace athanor::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string kFirst = revision_text("r1", "", "CREATE TABLE a (id int);");
const std::string kSecond = revision_text("r2", "r1", "CREATE TABLE b (id int);");

/// `text` with white space behind it, as long as `bytes`.
std::string padded(std::string text, std::size_t bytes) {
  text.resize(bytes, ' ');
  return text;
}

std::vector<std::string> ids_of(const RevisionSet& set) {
  std::vector<std::string> ids;
  if (!set.inputs) return {set.inputs.error().reason};
  for (const auto& revision : set.inputs->graph->revisions()) ids.push_back(revision.id);
  return ids;
}

api::RevisionsSpec named(std::vector<std::string> names) {
  return {.config_maps = std::move(names), .config_map_selector = {}, .digest = {}};
}
api::RevisionsSpec selected(std::map<std::string, std::string> labels) {
  return {.config_maps = {}, .config_map_selector = api::LabelSelector{std::move(labels), {}}, .digest = {}};
}

struct Case {
  std::string sentence;
  std::function<void(ConfigMaps&)> furnish;
  api::RevisionsSpec spec;
  std::vector<std::string> ids;  ///< of the set, in any order; or the one reason of its failure
  ErrorKind kind = ErrorKind::Terminal;
  std::vector<std::string> told{};
  std::size_t ignored = 0;
};

class RevisionSets : public testing::TestWithParam<Case> {};

TEST_P(RevisionSets, Hold) {
  const Case& expected = GetParam();
  fakes::FakeResourceClient client;
  ConfigMaps config_maps(client);
  expected.furnish(config_maps);
  RevisionSource source(client, config_maps.lister());
  const auto set = source.read("shop", expected.spec);
  ASSERT_NE(set, nullptr);
  EXPECT_THAT(ids_of(*set), testing::UnorderedElementsAreArray(expected.ids));
  EXPECT_EQ(set->ignored_keys, expected.ignored);
  if (set->inputs) {
    EXPECT_THAT(set->inputs->digest, testing::StartsWith("sha256:"));
    return;
  }
  EXPECT_EQ(set->inputs.error().kind, expected.kind);
  for (const auto& part : expected.told) EXPECT_THAT(set->inputs.error().message, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, RevisionSets,
    testing::Values(
        Case{"one ConfigMap by name",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}, {"2.sql", kSecond}}));
             },
             named({"a"}),
             {"r1", "r2"}},
        Case{"several ConfigMaps are one set",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
               c.put(config_map({"shop", "b"}, {{"2.sql", kSecond}}));
             },
             named({"b", "a"}),
             {"r1", "r2"}},
        Case{"a ConfigMap named twice counts once",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
             },
             named({"a", "a"}),
             {"r1"}},
        Case{"a selector finds by labels, in the own namespace only",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}, {}, {{"app", "shop"}}));
               c.put(config_map({"shop", "b"}, {{"x.sql", "not read"}}, {}, {{"app", "other"}}));
               c.put(config_map({"other", "c"}, {{"x.sql", "not read"}}, {}, {{"app", "shop"}}));
             },
             selected({{"app", "shop"}}),
             {"r1"}},
        Case{"names and a selector together, each ConfigMap once",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}, {}, {{"app", "shop"}}));
               c.put(config_map({"shop", "b"}, {{"2.sql", kSecond}}));
             },
             {.config_maps = {"b", "a"},
              .config_map_selector = api::LabelSelector{{{"app", "shop"}}, {}},
              .digest = {}},
             {"r1", "r2"}},
        Case{"gzip in binaryData",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}, {{"2.sql.gz", gzipped(kSecond)}}));
             },
             named({"a"}),
             {"r1", "r2"}},
        Case{"plain files in binaryData",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {}, {{"1.sql", kFirst}}));
             },
             named({"a"}),
             {"r1"}},
        Case{"keys that are no revision files are passed over and counted",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}, {"README.md", "x"}, {"env.py", "x"}},
                                {{"logo.png", "x"}}));
             },
             named({"a"}),
             {"r1"},
             ErrorKind::Terminal,
             {},
             3},
        Case{"the same revision twice is fine where the files are equal",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
               c.put(config_map({"shop", "b"}, {{"1.sql", kFirst}, {"2.sql", kSecond}}));
             },
             named({"a", "b"}),
             {"r1", "r2"}},
        Case{"the same revision twice with different SQL names both ConfigMaps",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
               c.put(config_map({"shop", "b"}, {{"1.sql", revision_text("r1", "", "SELECT 1;")}}));
             },
             named({"a", "b"}),
             {"DuplicateRevision"},
             ErrorKind::Terminal,
             {"r1", "ConfigMap shop/a key 1.sql", "ConfigMap shop/b key 1.sql"}},
        Case{"a missing ConfigMap is waited for",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
             },
             named({"a", "b"}),
             {"ConfigMapMissing"},
             ErrorKind::Transient,
             {"shop/b", "spec.revisions.configMaps"}},
        Case{"a ConfigMap of another namespace is missing",
             [](ConfigMaps& c) {
               c.put(config_map({"other", "a"}, {{"1.sql", kFirst}}));
             },
             named({"a"}),
             {"ConfigMapMissing"},
             ErrorKind::Transient,
             {"shop/a"}},
        Case{"a ConfigMap that went between watch and fetch is waited for",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
               c.remove_unseen({"shop", "a"});
             },
             named({"a"}),
             {"ConfigMapMissing"},
             ErrorKind::Transient,
             {"shop/a", "deleted"}},
        Case{"an empty ConfigMap is no set",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {}));
             },
             named({"a"}),
             {"NoRevisions"},
             ErrorKind::Terminal,
             {"shop", "Nothing is downgraded"}},
        Case{"a ConfigMap without revision files is no set",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.SQL.txt", kFirst}}));
             },
             named({"a"}),
             {"NoRevisions"},
             ErrorKind::Terminal,
             {},
             1},
        Case{"a selector that selects nothing is no set",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
             },
             selected({{"app", "shop"}}),
             {"NoRevisions"},
             ErrorKind::Terminal,
             {}},
        Case{"a file that is none names ConfigMap and key",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"1.sql", kFirst}, {"2.sql", "SELECT 1;\n"}}));
             },
             named({"a"}),
             {"InvalidRevisionFile"},
             ErrorKind::Terminal,
             {"ConfigMap shop/a key 2.sql"}},
        Case{"gzip that is none names ConfigMap and key",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {}, {{"2.sql.gz", kSecond}}));
             },
             named({"a"}),
             {"InvalidGzip"},
             ErrorKind::Terminal,
             {"ConfigMap shop/a key 2.sql.gz"}},
        Case{"a file that unpacks to more than one may have is named with the limit",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {}, {{"1.sql.gz", gzipped(padded(kFirst, 17 << 20))}}));
             },
             named({"a"}),
             {"InvalidRevisionFile"},
             ErrorKind::Terminal,
             {"ConfigMap shop/a key 1.sql.gz", "16 MiB"}},
        Case{"files of several ConfigMaps have one limit together",
             [](ConfigMaps& c) {
               const std::string packed = gzipped(padded(kFirst, 13 << 20));
               const ports::StringMap two{{"1.sql.gz", packed}, {"2.sql.gz", packed}};
               c.put(config_map({"shop", "a"}, {}, two));
               c.put(config_map({"shop", "b"}, {}, two));
               c.put(config_map({"shop", "c"}, {}, two));
             },
             named({"a", "b", "c"}),
             {"RevisionsTooLarge"},
             ErrorKind::Terminal,
             {"64 MiB", "ConfigMap shop/c"}},
        Case{"a parent that no ConfigMap has is named",
             [](ConfigMaps& c) {
               c.put(config_map({"shop", "a"}, {{"2.sql", kSecond}}));
             },
             named({"a"}),
             {"MissingParent"},
             ErrorKind::Terminal,
             {"r1", "r2", "ConfigMap shop/a key 2.sql"}}),
    sentence_name<Case>);

class RevisionCache : public testing::Test {
 protected:
  void SetUp() override {
    config_maps_.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
    config_maps_.put(config_map({"shop", "b"}, {{"2.sql", kSecond}}));
  }
  [[nodiscard]] int fetches() const { return client_.calls("config_map"); }

  fakes::FakeResourceClient client_;
  ConfigMaps config_maps_{client_};
  RevisionSource source_{client_, config_maps_.lister()};
};

TEST_F(RevisionCache, fetches_unchanged_config_maps_once) {
  const auto first = source_.read("shop", named({"a", "b"}));
  const auto second = source_.read("shop", named({"a", "b"}));
  EXPECT_EQ(first, second);
  EXPECT_EQ(fetches(), 2);
}

TEST_F(RevisionCache, is_shared_by_environments_that_read_the_same) {
  const auto first = source_.read("shop", named({"a", "b"}));
  const auto second = source_.read("shop", named({"b", "a"}));
  EXPECT_EQ(first->inputs->graph, second->inputs->graph);
  EXPECT_EQ(fetches(), 2);
}

TEST_F(RevisionCache, fetches_again_once_one_has_changed) {
  const auto before = source_.read("shop", named({"a"}));
  config_maps_.put(config_map({"shop", "a"}, {{"1.sql", kFirst}, {"2.sql", kSecond}}));
  const auto after = source_.read("shop", named({"a"}));
  EXPECT_NE(before->fingerprint, after->fingerprint);
  EXPECT_THAT(ids_of(*before), ElementsAre("r1"));
  EXPECT_THAT(ids_of(*after), UnorderedElementsAre("r1", "r2"));
  EXPECT_NE(before->inputs->digest, after->inputs->digest);
}

TEST_F(RevisionCache, knows_a_config_map_made_anew_by_its_uid) {
  const auto before = source_.read("shop", named({"a"}));
  ports::ConfigMap anew = config_map({"shop", "a"}, {{"1.sql", kFirst}});
  anew.meta.uid = "another";
  config_maps_.put(anew);
  EXPECT_NE(source_.read("shop", named({"a"}))->fingerprint, before->fingerprint);
}

TEST_F(RevisionCache, gives_equal_sets_equal_digests_however_they_are_cut) {
  config_maps_.put(config_map({"shop", "both"}, {{"1.sql", kFirst}, {"2.sql", kSecond}}));
  EXPECT_EQ(source_.read("shop", named({"a", "b"}))->inputs->digest,
            source_.read("shop", named({"both"}))->inputs->digest);
}

TEST_F(RevisionCache, does_not_keep_what_could_not_be_fetched) {
  client_.fail_next("config_map", {ErrorKind::Transient, "ApiUnavailable", "no connection"});
  const auto failed = source_.read("shop", named({"a", "b"}));
  EXPECT_EQ(ids_of(*failed), std::vector<std::string>{"ApiUnavailable"});
  EXPECT_EQ(failed->inputs.error().kind, ErrorKind::Transient);
  EXPECT_THAT(ids_of(*source_.read("shop", named({"a", "b"}))), UnorderedElementsAre("r1", "r2"));
}

TEST_F(RevisionCache, keeps_a_verdict_on_the_files) {
  config_maps_.put(config_map({"shop", "a"}, {{"1.sql", "nonsense"}}));
  const auto first = source_.read("shop", named({"a"}));
  const auto second = source_.read("shop", named({"a"}));
  EXPECT_EQ(first, second);
  EXPECT_EQ(fetches(), 1);
}

TEST_F(RevisionCache, lets_a_set_go_with_its_last_user) {
  std::weak_ptr<const RevisionSet> kept = source_.read("shop", named({"a"}));
  EXPECT_TRUE(kept.expired());
  EXPECT_THAT(ids_of(*source_.read("shop", named({"a"}))), ElementsAre("r1"));
  EXPECT_EQ(fetches(), 2);
}

TEST_F(RevisionCache, has_a_parent_as_soon_as_the_second_config_map_brings_it) {
  config_maps_.remove({"shop", "a"});
  config_maps_.put(config_map({"shop", "a"}, {{"README.md", "on its way"}}));
  const auto half = source_.read("shop", named({"a", "b"}));
  EXPECT_EQ(ids_of(*half), std::vector<std::string>{"MissingParent"});
  config_maps_.put(config_map({"shop", "a"}, {{"1.sql", kFirst}}));
  const auto whole = source_.read("shop", named({"a", "b"}));
  EXPECT_THAT(ids_of(*whole), UnorderedElementsAre("r1", "r2"));
  EXPECT_NE(half->fingerprint, whole->fingerprint);
}

TEST_F(RevisionCache, tells_a_config_map_that_is_missing_from_one_that_came) {
  config_maps_.remove({"shop", "b"});
  const auto without = source_.read("shop", named({"a", "b"}));
  EXPECT_EQ(source_.read("shop", named({"a", "b"}))->fingerprint, without->fingerprint);
  config_maps_.put(config_map({"shop", "b"}, {{"2.sql", kSecond}}));
  EXPECT_NE(source_.read("shop", named({"a", "b"}))->fingerprint, without->fingerprint);
}

}  // namespace
}  // namespace athanor::controller
