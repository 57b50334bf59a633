// file_template against Python's own % operator.
#include "cli/project/file_template.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "unit/cli/python.hpp"

namespace athanor::cli {
namespace {

using ::testing::HasSubstr;

const TemplateValues kValues{{"rev", "ae1027"}, {"slug", "größer_als"}, {"epoch", 1700000000},
                             {"year", 2026},    {"month", 7},           {"day", 0},
                             {"minus", -42}};

/// Each template's text, or null where Python raises.
constexpr std::string_view kScript = R"py(
import json, sys
values = {"rev": "ae1027", "slug": "größer_als", "epoch": 1700000000, "year": 2026, "month": 7, "day": 0, "minus": -42}
out = []
for template in json.load(open(sys.argv[1])):
    try:
        out.append(template % values)
    except (TypeError, ValueError, KeyError):
        out.append(None)
print(json.dumps(out))
)py";

TEST(FileTemplate, is_filled_in_as_python_does_it) {
  std::vector<std::string> templates{"",       "x",       "%%",      "100%%", "%(rev)s%(slug)s",
                                     "%(rev",  "%",       "x%",      "%d",    "%(nothing)s",
                                     "%(rev)", "%(rev)5", "%(rev)q", "%()s"};
  for (const std::string name : {"rev", "slug", "epoch", "year", "month", "day", "minus"}) {
    for (const std::string flags :
         {"", "0", "-", "+", " ", "#", "-0", "0-", "+ ", "#0", "00", " 0", "+-#0 "}) {
      for (const std::string width : {"", "1", "3", "12"}) {
        for (const std::string precision : {"", ".", ".0", ".2", ".5", ".13"}) {
          for (const std::string type : {"s", "d", "i", "u", "x", "X", "o", "ls", "hd"})
            templates.push_back("<%(" + name + ")" + flags + width + precision + type + ">");
        }
      }
    }
  }
  const auto expected = ask_python(kScript, templates);
  ASSERT_EQ(expected.size(), templates.size());
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const auto filled = fill_template(templates[i], kValues);
    const nlohmann::json text = filled ? nlohmann::json(*filled) : nlohmann::json();
    ASSERT_EQ(text, expected[i]) << templates[i];
  }
}

TEST(FileTemplate, that_is_wrong_is_quoted_with_the_way_out) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"%(foo)s", "%(foo)s names nothing; there is: rev, slug, epoch"},
      {"%(rev)d", "%(rev) has to end in s"},
      {"%(year)f", "%(year) has to end in s, d, x, X or o"},
      {"50% of", "%% for a percent sign"},
      {"%(year)9999999999999999999d", "wider than 255"},
      {"%(year).999d", "wider than 255"},
  };
  for (const auto& [file_template, said] : cases) {
    const auto filled = fill_template(file_template, kValues);
    ASSERT_FALSE(filled) << file_template;
    EXPECT_EQ(filled.error().reason, "InvalidConfig");
    EXPECT_THAT(filled.error().message, HasSubstr(said));
    EXPECT_THAT(filled.error().message, HasSubstr("\"" + file_template + "\""));
  }
}

}  // namespace
}  // namespace athanor::cli
