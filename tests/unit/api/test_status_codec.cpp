#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "sample_status.hpp"

namespace athanor::api {
namespace {

using nlohmann::json;

json patch_of(const Status& status) {
  return json::parse(encode_status_patch(status)).at("status");
}

/// What a server makes of a merge patch on a stored object.
Status after_patches(const std::vector<Status>& statuses) {
  json object = json::object();
  for (const Status& status : statuses) object.merge_patch(json::parse(encode_status_patch(status)));
  return decode_status(object.dump());
}

TEST(StatusPatch, ReadsBackAsItWasWritten) {
  EXPECT_EQ(after_patches({full_status()}), full_status());
}

TEST(StatusPatch, ReadsBackWhatIsEmpty) {
  EXPECT_EQ(after_patches({Status{}}), Status{});
}

TEST(StatusPatch, TakesAwayWhatIsGone) {
  EXPECT_EQ(after_patches({full_status(), Status{}}), Status{});
}

TEST(StatusPatch, TakesAwayWhatIsGoneWithinAnObject) {
  Status less = full_status();
  less.failure->sqlstate.clear();
  less.failure->line = 0;
  less.drift->revisions.clear();
  EXPECT_EQ(after_patches({full_status(), less}), less);
}

TEST(StatusPatch, NamesEveryFieldEachTime) {
  const json full = patch_of(full_status());
  const json empty = patch_of(Status{});
  for (const auto& [key, value] : full.items()) {
    EXPECT_FALSE(value.is_null()) << key << " has no value in full_status()";
    EXPECT_TRUE(empty.contains(key)) << key << " would stay behind";
  }
  EXPECT_EQ(full.size(), empty.size());
}

TEST(StatusPatch, IsTheSameTextForTheSameStatus) {
  EXPECT_EQ(encode_status_patch(full_status()), encode_status_patch(full_status()));
}

/// An API server takes null inside a list for a value, and Kubernetes 1.20 an empty string for null.
void expect_no_null_in_lists(const json& value, bool in_list, const std::string& path) {
  EXPECT_FALSE(in_list && value.is_null()) << path;
  EXPECT_FALSE(value.is_string() && value.get<std::string>().empty()) << path;
  if (!value.is_structured()) return;
  for (const auto& [key, item] : value.items()) {
    expect_no_null_in_lists(item, in_list || value.is_array(), path + "/" + key);
  }
}

TEST(StatusPatch, HasNoNullWithinListsAndNoEmptyText) {
  Status status = full_status();
  status.history.push_back({});
  status.conditions.push_back({});
  status.conditions.back().type = "Drifted";
  expect_no_null_in_lists(patch_of(status), false, "");
}

TEST(StatusPatch, BoundsItsLists) {
  Status status;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = std::to_string(i);
    status.current_revisions.push_back(id);
    status.pending_revisions.push_back(id);
    status.history.push_back({id, "upgrade", "", 0});
  }
  status.failure.emplace().message = std::string(100'000, 'x');
  const json patch = patch_of(status);
  EXPECT_EQ(patch["currentRevisions"].size(), kMaxRevisionsListed);
  EXPECT_EQ(patch["pendingRevisions"].size(), kMaxPendingListed);
  EXPECT_EQ(patch["history"].size(), kMaxHistory);
  EXPECT_EQ(patch["history"][0]["revision"], "0") << "the newest stay";
  EXPECT_EQ(patch["failure"]["message"].get<std::string>().size(), kMaxMessageBytes);
}

TEST(StatusPatch, CutsMessagesBetweenCharacters) {
  Status status;
  status.failure.emplace().message = std::string(kMaxMessageBytes - 1, 'x') + "é";
  EXPECT_EQ(patch_of(status)["failure"]["message"].get<std::string>(),
            std::string(kMaxMessageBytes - 1, 'x'));
}

TEST(StatusPatch, SurvivesAMessageThatIsNotUtf8) {
  Status status;
  status.failure.emplace().message = "caf\xe9";
  EXPECT_EQ(patch_of(status)["failure"]["message"], "caf\xef\xbf\xbd");
}

TEST(StatusPatch, JoinsRevisionsForColumns) {
  Status status;
  status.current_revisions = {"a1", "b2"};
  status.target_revisions = {"a1", "b2", "c3", "d4", "e5"};
  EXPECT_EQ(patch_of(status)["current"], "a1,b2");
  EXPECT_EQ(patch_of(status)["target"], "a1,b2,c3,+2");
}

TEST(StatusPatch, TellsNothingPendingFromNotKnown) {
  Status status;
  EXPECT_TRUE(patch_of(status)["pendingCount"].is_null());
  status.pending_count = 0;
  EXPECT_EQ(patch_of(status)["pendingCount"], 0);
}

TEST(DecodeStatus, LeavesOutWhatDoesNotFit) {
  const Status status = decode_status(R"({"status": {
    "observedGeneration": "7", "currentRevisions": [1, "a"], "pendingCount": "many", "lastApplied": [],
    "history": ["x", {"revision": "r", "duration": "soon"}], "failure": {"reason": 5, "line": 3},
    "conditions": [{"status": "True"}, {"type": "Ready", "status": "perhaps"}], "unknown": {}}})");
  EXPECT_EQ(status.observed_generation, -1);
  EXPECT_THAT(status.current_revisions, testing::ElementsAre("a"));
  EXPECT_EQ(status.pending_count, std::nullopt);
  EXPECT_EQ(status.last_applied, std::nullopt);
  EXPECT_THAT(status.history, testing::ElementsAre(AppliedStatus{"r", "", "", 0}));
  EXPECT_EQ(status.failure->line, 3);
  ASSERT_EQ(status.conditions.size(), 1U);
  EXPECT_EQ(status.conditions[0].status, ConditionStatus::Unknown);
}

TEST(DecodeStatus, IsEmptyWithoutOne) {
  for (const std::string text : {"", "nonsense", "[]", "{}", R"({"status": 5})"}) {
    EXPECT_EQ(decode_status(text), Status{}) << text;
  }
}

}  // namespace
}  // namespace athanor::api
