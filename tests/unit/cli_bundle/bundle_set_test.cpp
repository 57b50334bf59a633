// bundle_set(): the order of the files, the digest, and what is refused.
#include "cli/bundle/bundle_set.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "core/revision_file.hpp"
#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

SourceFile file(const std::string& path, const std::string& id, const std::string& parent,
                const std::string& rest = "") {
  return {path, "-- revision: " + id + "\n-- down_revision: " + parent + "\n" + rest +
                    "\n-- athanor:upgrade\nSELECT 1;\n"};
}

std::vector<std::string> keys(const BundleSet& set) {
  std::vector<std::string> keys;
  for (const BundledFile& bundled : set.files) keys.push_back(bundled.key);
  return keys;
}

TEST(BundleSet, PutsRevisionsAfterWhatTheyNeed) {
  std::vector<SourceFile> files = {file("v/a9.sql", "a9", "none"), file("v/a1.sql", "a1", "a9"),
                                   file("v/a5.sql", "a5", "a9", "-- depends_on: a7"),
                                   file("v/a7.sql", "a7", "none"), file("v/a0.sql", "a0", "a1, a5")};
  const auto set = bundle_set(files);
  ASSERT_TRUE(set) << set.error().message;
  const auto expected = keys(*set);
  EXPECT_THAT(expected, ::testing::UnorderedElementsAre("a0.sql", "a1.sql", "a5.sql", "a7.sql", "a9.sql"));
  const auto place = [&](const char* key) { return std::ranges::find(expected, key) - expected.begin(); };
  EXPECT_LT(place("a9.sql"), place("a1.sql"));
  EXPECT_LT(place("a7.sql"), place("a5.sql"));
  EXPECT_EQ(place("a0.sql"), 4);
  std::ranges::reverse(files);
  EXPECT_EQ(bundle_set(files)->files, set->files) << "whatever order they were read in";
}

TEST(BundleSet, HasTheDigestOfItsGraph) {
  const std::vector<SourceFile> files = {file("v/a.sql", "a", "none"), file("v/b.sql", "b", "a")};
  const auto graph = RevisionGraph::build(
      {*parse_revision_file(files[0].text, "x"), *parse_revision_file(files[1].text, "y")});
  EXPECT_EQ(bundle_set(files)->digest, digest_of(*graph));
}

TEST(BundleSet, KeepsBothFilesOfOneRevision) {
  const auto set = bundle_set({file("v/b.sql", "a", "none"), file("v/a.sql", "a", "none")});
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(keys(*set), ElementsAre("a.sql", "b.sql"));
}

struct RefusedCase {
  const char* sentence;
  std::vector<SourceFile> files;
  const char* reason;
  const char* message;
};

class RefusedSet : public ::testing::TestWithParam<RefusedCase> {};

const RefusedCase kRefused[] = {
    {"nothing", {}, "NoRevisions", "athanor revision"},
    {"a file whose name is no key", {file("v/1 ä.sql", "a", "none")}, "InvalidKey", "Name the file 1.sql"},
    {"one name in two folders",
     {file("v/a.sql", "a", "none"), file("w/a.sql", "b", "a")},
     "DuplicateKey",
     "v/a.sql and w/a.sql have the same name"},
    {"a parent that is not there", {file("v/a.sql", "a", "gone")}, "MissingParent", "v/a.sql"},
    {"a file that is no revision", {{"v/a.sql", "SELECT 1;"}}, "InvalidRevisionFile", "v/a.sql"},
    {"a file larger than the operator reads",
     {{"v/a.sql", std::string(std::size_t{17} << 20U, ' ')}},
     "InvalidRevisionFile",
     "v/a.sql"},
};

TEST_P(RefusedSet, IsAnErrorThatSaysWhy) {
  const auto set = bundle_set(GetParam().files);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().reason, GetParam().reason) << set.error().message;
  EXPECT_THAT(set.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Cases, RefusedSet, ::testing::ValuesIn(kRefused), sentence_name<RefusedCase>);

}  // namespace
}  // namespace athanor::cli
