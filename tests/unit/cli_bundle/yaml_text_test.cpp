// yaml_member(): the text that is written, and that a reader gets the same bytes back.
#include "cli/bundle/yaml_text.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

struct YamlCase {
  const char* sentence;
  std::string text;
  std::string written;  ///< behind `key:`
};

class YamlText : public ::testing::TestWithParam<YamlCase> {};

const YamlCase kCases[] = {
    {"a name stands as it is", "shop-db", " shop-db\n"},
    {"a word that YAML takes for a truth is quoted", "on", " \"on\"\n"},
    {"a number is quoted", "123", " \"123\"\n"},
    {"nothing is quoted", "", " \"\"\n"},
    {"a text of lines is a block", "a\n\n  b\n", " |\n  a\n\n    b\n"},
    {"a text without a last line end keeps none", "a\nb", " |-\n  a\n  b\n"},
    {"a text with several keeps all", "a\n\n", " |+\n  a\n\n"},
    {"white space in front is told from the indent", " a\nb\n", " |2\n   a\n  b\n"},
    {"a tab in front as well", "\ta\n", " |2\n  \ta\n"},
    {"a line end in front as well", "\n  a\n", " |2\n\n    a\n"},
    {"blanks at an end stay", "a  \t\n  \n", " |\n  a  \t\n    \n"},
    {"letters of any script stay", "-- grüße 表 😀\n", " |\n  -- grüße 表 😀\n"},
    {"carriage returns make it a quoted text", "a\r\n  \"b\\\r\n", " \"a\\r\\n\\\n  \\  \\\"b\\\\\\r\\n\"\n"},
    {"so do the line ends of Unicode", "a\xE2\x80\xA8\n", " \"a\\u2028\\n\"\n"},
    {"so does a byte order mark", "\xEF\xBB\xBF-- a\n", " \"\\uFEFF-- a\\n\"\n"},
    {"so do control characters", "a\x01\x7F\n", " \"a\\x01\\x7F\\n\"\n"},
};

TEST_P(YamlText, IsWrittenAndReadBack) {
  const std::string member = yaml_member("key", GetParam().text, 0);
  EXPECT_EQ(member, "key:" + GetParam().written);
  EXPECT_EQ(YAML::Load(member)["key"].as<std::string>(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Cases, YamlText, ::testing::ValuesIn(kCases), sentence_name<YamlCase>);

TEST(YamlTexts, OfAnyPiecesReadBackAsTheyWere) {
  const std::vector<std::string> pieces = {
      "a", " ",  "\t", "\n",       "\r\n",         "\r",           "#", ": ", "- ", "---", "\"",
      "'", "\\", "ü",  "\xC2\x85", "\xE2\x80\xA9", "\xEF\xBB\xBF", "|", "%"};
  std::mt19937 random(20261125);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto count = random() % 12; count > 0; --count) text += pieces[random() % pieces.size()];
    const std::string document =
        yaml_document({{"data", {{"1.sql", text}, {"2.sql", "end\n"}}}, {"kind", "ConfigMap"}});
    const YAML::Node read = YAML::Load(document);
    ASSERT_EQ(read["data"]["1.sql"].as<std::string>(), text) << document;
    ASSERT_EQ(read["data"]["2.sql"].as<std::string>(), "end\n") << document;
  }
}

TEST(YamlDocument, NestsMappingsAndLists) {
  const nlohmann::ordered_json object{{"kind", "Sample"},
                                      {"list", {{{"name", "a"}, {"key", "1"}}, {{"name", "b"}}}},
                                      {"words", nlohmann::ordered_json::array({"x", "no"})},
                                      {"nothing", nlohmann::ordered_json::object()},
                                      {"odd key", "v"}};
  EXPECT_EQ(yaml_document(object), R"(---
kind: Sample
list:
  - name: a
    key: "1"
  - name: b
words:
  - x
  - "no"
nothing: {}
"odd key": v
)");
}

}  // namespace
}  // namespace athanor::cli
