// alembic.ini against Python's own configparser, which Alembic reads it with.
#include "cli/project/ini_file.hpp"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "unit/cli/python.hpp"
#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr std::string_view kPath = "/srv/shop/alembic.ini";

/// What configparser, set up as Alembic 1.8 sets it up, makes of each text: null where it refuses the file;
/// else the sections, and of each its keys' values, null where one can't be resolved.
constexpr std::string_view kScript = R"py(
import configparser, json, sys
out = []
for text in json.load(open(sys.argv[1])):
    parser = configparser.ConfigParser({"here": "/srv/shop"})
    try:
        parser.read_string(text.removeprefix("\ufeff"))
    except configparser.Error:
        out.append(None)
        continue
    sections = {}
    for section in parser.sections():
        values = sections[section] = {}
        for key in parser.options(section):
            try:
                values[key] = parser.get(section, key)
            except configparser.Error:
                values[key] = None
    out.append({"sections": parser.sections(), "values": sections})
print(json.dumps(out))
)py";

/// Ours, of the keys that Python has found: a key that we miss is a difference, one that we add shows in a
/// value or in a refusal.
json as_python_tells(std::string_view text, const json& theirs) {
  const auto ini = IniFile::parse(text, kPath);
  if (!ini) return {};
  json told{{"sections", ini->sections()}, {"values", json::object()}};
  for (const std::string& section : ini->sections()) {
    told["values"][section] = json::object();
    if (!theirs.is_object() || !theirs["values"].contains(section)) continue;
    for (const auto& [key, unused] : theirs["values"][section].items()) {
      const auto value = ini->get(section, key);
      told["values"][section][key] = value && *value ? json(**value) : json();
      if (key == "here")
        told["values"][section][key] = "/srv/shop";  // a default of the parser's, not of the file's
    }
  }
  return told;
}

void expect_the_same(const std::vector<std::string>& texts) {
  const json theirs = ask_python(kScript, texts);
  ASSERT_EQ(theirs.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(as_python_tells(texts[i], theirs[i]), theirs[i]) << "of the file:\n" << texts[i];
  }
}

struct Case {
  std::string sentence;
  std::string text;
};

class IniText : public ::testing::TestWithParam<Case> {};

TEST_P(IniText, is_read_as_configparser_reads_it) {
  expect_the_same({GetParam().text});
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, IniText,
    ::testing::Values(
        Case{"nothing", ""}, Case{"comments alone", "# a\n; b\n\n  # c\n"},
        Case{"a section without values", "[alembic]\n[staging]\n"},
        Case{"odd spacing", "[a]\n  \nx=1\ny =2\nz\t=\t 3 \t\nw :  4\n"},
        Case{"values with separators in them", "[a]\nx = a=b:c\ny : c:d=e\n"},
        Case{"a semicolon in a value", "[a]\nversion_path_separator = ;\nx = a ; b\ny = a # b\nz = ;;\n"},
        Case{"an empty value", "[a]\nx =\ny = \nz=1\n"},
        Case{"keys in other cases of letters", "[a]\nSQLAlchemy.URL = x\n"},
        Case{"keys with spaces", "[a]\nlong key = x\n"},
        Case{"a line longer than 200 bytes", "[a]\nx = " + std::string(5000, 'u') + "\ny = 1\n"},
        Case{"a section longer than 49 bytes", "[" + std::string(300, 's') + "]\nx = 1\n"},
        Case{"a key longer than 49 bytes", "[a]\n" + std::string(300, 'k') + " = 1\n"},
        Case{"a value over several lines", "[a]\nx = 1\n  2\n\t3\ny = 4\n"},
        Case{"a value that begins on the next line", "[a]\nx =\n  1\n  2\ny = 4\n"},
        Case{"a comment within a value", "[a]\nx = 1\n# no\n  2\n  # no\n  3\ny = 4\n"},
        Case{"an empty line within a value", "[a]\nx = 1\n\n  2\ny = 4\n"},
        Case{"an empty line behind a value", "[a]\nx = 1\n  2\n\n\ny = 4\n"},
        Case{"defaults", "[DEFAULT]\nx = 1\ny = 2\n[a]\ny = 3\n[b]\n"},
        Case{"defaults at the end", "[a]\ny = 3\n[DEFAULT]\nx = 1\n"},
        Case{"interpolation", "[DEFAULT]\nroot = r\n[a]\nx = %(root)s/%(y)s/%%s\ny = 2\n"},
        Case{"interpolation of here", "[a]\nx = %(here)s/v %(HERE)s\n"},
        Case{"interpolation through several", "[a]\na = %(b)s\nb = %(c)s\nc = %(d)s\nd = 1\n"},
        Case{"interpolation in a circle", "[a]\na = %(b)s\nb = %(a)s\n"},
        Case{"interpolation of nothing", "[a]\na = %(nothing)s\nb = 1\n"},
        Case{"a percent sign alone", "[a]\na = 50%\nb = %d\nc = %(x\nd = p%40q\ne = %%\n"},
        Case{"a key twice", "[a]\nx = 1\nx = 2\n"}, Case{"a key twice in two cases", "[a]\nx = 1\nX = 2\n"},
        Case{"a section twice", "[a]\nx = 1\n[b]\n[a]\ny = 2\n"},
        Case{"defaults twice", "[DEFAULT]\nx = 1\n[DEFAULT]\ny = 2\n[a]\n"},
        Case{"a value above the sections", "x = 1\n[a]\n"}, Case{"a word alone", "[a]\nword\n"},
        Case{"a line without a key", "[a]\n= 1\n"}, Case{"a section that is open", "[a\nx = 1\n"},
        Case{"a section with a remark", "[a] # remark\nx = 1\n"},
        Case{"a section with spaces", "[ a b ]\nx = 1\n"}, Case{"an empty section name", "[]\nx = 1\n"},
        Case{"an indented section", "[a]\nx = 1\n  [b]\ny = 2\n"},
        Case{"an indented section first", "  [a]\nx = 1\n"},
        Case{"indented values", "[a]\n  x = 1\n  y = 2\n"},
        Case{"indented values over several lines", "[a]\n  x = 1\n    2\n  y = 2\n"},
        Case{"CRLF line ends", "[a]\r\nx = 1\r\n  2\r\n\r\ny = 3\r\n"},
        Case{"a byte order mark", "\xEF\xBB\xBF[a]\nx = 1\n"},
        Case{"other letters", "[größe]\nüber = ß 漢\n"}, Case{"no end of the last line", "[a]\nx = 1\ny = 2"},
        Case{"quotes", "[a]\nx = \"1\"\ny = '2 ; 3'\n"}, Case{"a colon in a key", "[a]\nx:y = 1\n"}),
    sentence_name<Case>);

/// Files of lines that such files are made of, in every order.
std::string made_up(std::mt19937& random) {
  static const std::vector<std::string> kLines{"[a]",
                                               "[b]",
                                               "[DEFAULT]",
                                               "[alembic]",
                                               "x = 1",
                                               "y = %(x)s",
                                               "X: 2",
                                               "z = %(y)s;%%",
                                               "w =",
                                               "v = ; q",
                                               "  more",
                                               "\tmore = less",
                                               "",
                                               "",
                                               "   ",
                                               "# note",
                                               "; note",
                                               "  # note",
                                               "u = %(here)s/%(nothing)s",
                                               "t = a # b",
                                               "url = postgresql://u:p%%40@h/" + std::string(220, 'd'),
                                               "k1 = a",
                                               "k2 = b",
                                               "k3 = c",
                                               "k4 : d = e"};
  std::string text = random() % 8 == 0 ? "\xEF\xBB\xBF" : "";
  const std::string end = random() % 4 == 0 ? "\r\n" : "\n";
  if (random() % 8 != 0) text += "[first]" + end;
  const std::size_t count = random() % 14;
  for (std::size_t i = 0; i < count; ++i) text += kLines[random() % kLines.size()] + end;
  return text;
}

TEST(IniFile, made_of_such_lines_is_read_as_configparser_reads_it) {
  constexpr int kFiles = 4000;
  std::mt19937 random(20261125);  // NOLINT(cert-msc51-cpp): the same files each time
  std::vector<std::string> texts;
  for (int i = 0; i < kFiles; ++i) texts.push_back(made_up(random));
  expect_the_same(texts);
}

struct Wrong {
  std::string sentence;
  std::string text;
  std::size_t line;
  std::string said;
};

class WrongIni : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongIni, is_refused_with_file_and_line) {
  const auto ini = IniFile::parse(GetParam().text, kPath);
  ASSERT_FALSE(ini);
  EXPECT_EQ(ini.error().reason, "InvalidConfig");
  EXPECT_EQ(ini.error().site.line, GetParam().line);
  EXPECT_THAT(ini.error().message,
              HasSubstr("/srv/shop/alembic.ini, line " + std::to_string(GetParam().line) + ": "));
  EXPECT_THAT(ini.error().message, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(Files, WrongIni,
                         ::testing::Values(Wrong{"a word alone", "[a]\n\nx = 1\nword\n", 4, "key = value"},
                                           Wrong{"a key twice", "[a]\nx = 1\ny = 2\nX = 2\n", 4, "on line 2"},
                                           Wrong{"a section twice", "[a]\n[b]\n[a]\n", 3,
                                                 "[a] is there already"},
                                           Wrong{"a value above the sections", "# x\nx = 1\n[a]\n", 2,
                                                 "above the first [section]"}),
                         sentence_name<Wrong>);

TEST(IniFile, a_value_that_cannot_be_resolved_is_named_with_the_way_out) {
  const auto ini = IniFile::parse("[a]\nurl = p%40q\nx = %(gone)s\n", kPath);
  ASSERT_TRUE(ini);
  const auto url = ini->get("a", "url");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().site.line, 2U);
  EXPECT_THAT(url.error().message, HasSubstr("Write %% for a percent sign"));
  EXPECT_THAT(ini->get("a", "x").error().message, HasSubstr("neither [a] nor [DEFAULT] has"));
}

}  // namespace
}  // namespace athanor::cli
